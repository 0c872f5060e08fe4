"""Who may do what: the one place where roles turn into rights.

Views never ask for roles themselves, and never refuse. They fetch through a scoped queryset (`visible_to`), so that a
stranger gets 404, and call one of the functions below for what only some of those who see a thing may do, so that a
member without the right gets 403.
"""

from collections.abc import Callable, Collection
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from kip_site.searching import folded

from .models import LEADING, Organisation, Role, User

P = ParamSpec("P")
M = TypeVar("M", bound=Model)
M_co = TypeVar("M_co", bound=Model, covariant=True)


class SignedInRequest(HttpRequest):
    """For annotations: what a view gets, because LoginRequiredMiddleware lets in only who has signed in."""

    user: User


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


class NotAllowed(PermissionDenied):
    """Raised by an action when the user has no right to it, or no longer; then nothing has changed.

    The answer is 403, unless the view catches this and says more.
    """


def is_practitioner(user: User) -> bool:
    return Role.PRACTITIONER in user.roles


def is_trainer(user: User) -> bool:
    return Role.TRAINER in user.roles


def is_manager(user: User) -> bool:
    return Role.MANAGER in user.roles


def is_org_admin(user: User) -> bool:
    return Role.ORG_ADMIN in user.roles


def leads_people(user: User) -> bool:
    """Whether the user is a trainer or a manager, wherever."""
    return sees_profiles(user.roles)


def sees_profiles(roles: Collection[str]) -> bool:
    """Whether somebody with these roles in an organisation sees what its people share."""
    return not set(LEADING).isdisjoint(roles)


def leads(user: User, role: Role, person: User) -> bool:
    """Whether the user holds `role` in an organisation of the person's, and is not that person."""
    return User.objects.led_by(user, role).filter(pk=person.pk).exists()


def administers(user: User, organisation: Organisation) -> bool:
    """Whether the user administers this organisation now; one query."""
    return Organisation.objects.with_role(user, Role.ORG_ADMIN).filter(pk=organisation.pk).exists()


def may_manage(user: User) -> bool:
    """Whether the user looks after the site's content: uploads and downloads frameworks, decides what modules serve."""
    return user.is_platform_admin


def may_assign(user: User) -> bool:
    """Whether there may be somebody to whom the user assigns modules."""
    return is_trainer(user)


# --- Whole pages --------------------------------------------------------------------------------


def role_or_refuse(user: User, *roles: Role) -> None:
    """Raises PermissionDenied for whoever holds none of the roles, in whatever organisation."""
    if user.roles.isdisjoint(roles):
        raise PermissionDenied


def _only_with(*roles: Role) -> Callable[[View[P]], View[P]]:
    """A decorator that lets those in who hold one of the roles; everybody else who is signed in gets 403."""

    def decorator(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            role_or_refuse(request.user, *roles)
            return view(request, *args, **kwargs)

        return guarded

    return decorator


trainers_only = _only_with(Role.TRAINER)
trainers_and_managers = _only_with(*LEADING)


def platform_admin_required(view: View[P]) -> View[P]:
    """Let platform admins in; everybody else who is signed in gets 403."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_manage(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


# --- Single things ------------------------------------------------------------------------------


def found_or_refuse(allowed: QuerySet[M], known: Callable[[], QuerySet[M]], **lookup: Any) -> M:
    """The one object of the queryset `allowed` that matches.

    `known` returns the queryset of what the user's colleagues have or are. It is called only when nothing is found,
    because Django builds such a query slowly. Raises PermissionDenied if the object is in that one alone, and Http404
    for everything else, so that nobody learns from an answer what there is in another organisation.
    """
    found = allowed.filter(**lookup).first()
    if found is None:
        if known().filter(**lookup).exists():
            raise PermissionDenied
        raise Http404
    return found


class KnownToColleagues(Protocol[M_co]):
    """For annotations: a queryset (or manager) that knows what the user's colleagues have."""

    def known_to(self, user: User) -> QuerySet[M_co]: ...


class Visible(KnownToColleagues[M_co], Protocol):
    def visible_to(self, user: User) -> QuerySet[M_co]: ...


class Owned(KnownToColleagues[M_co], Protocol):
    def of(self, person: User) -> QuerySet[M_co]: ...


class Led(KnownToColleagues[M_co], Protocol):
    def led_by(self, user: User) -> QuerySet[M_co]: ...


def visible_or_refuse(queryset: Visible[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if the user may see it (`visible_to`, `known_to`).

    Raises PermissionDenied for what the user's colleagues have but do not share, Http404 for everything else.
    """
    return found_or_refuse(queryset.visible_to(user), partial(queryset.known_to, user), **lookup)


def own_or_refuse(queryset: Owned[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if it is the user's own (`of`, `known_to`).

    For what a person does with her own things only. Raises PermissionDenied for those of the user's colleagues, shared
    or not, and Http404 for everything else.
    """
    return found_or_refuse(queryset.of(user), partial(queryset.known_to, user), **lookup)


def led_or_refuse(queryset: Led[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if it is of somebody whose trainer the user is (`led_by`, `known_to`).

    Nobody is her own trainer. Raises PermissionDenied for her own and those of her other colleagues, and Http404 for
    everything else.
    """
    return found_or_refuse(queryset.led_by(user), partial(queryset.known_to, user), **lookup)


def person_led_by(user: User, role: Role, pk: int) -> User:
    """The person `pk` in an organisation where the user holds `role`.

    Raises PermissionDenied for the user's other colleagues, and Http404 for everyone else.
    """
    return found_or_refuse(User.objects.led_by(user, role), partial(User.objects.colleagues_of, user), pk=pk)


def organisation_led_by(user: User, role: Role, slug: str) -> Organisation:
    """The organisation `slug` if the user holds `role` in it.

    Raises PermissionDenied for its other members, and Http404 for everyone else.
    """
    return found_or_refuse(
        Organisation.objects.with_role(user, role), partial(Organisation.objects.of, user), slug=slug
    )


def organisations_led_by(user: User, role: Role, slug: str | None = None) -> tuple[list[Organisation], Organisation]:
    """([every organisation in which the user holds `role`], the one of them that is called `slug`, or else the first).

    Raises PermissionDenied for whoever holds the role nowhere, and for one that is named as `organisation_led_by` does.
    """
    # In order here, because databases disagree on whose name comes first.
    led = sorted(Organisation.objects.with_role(user, role), key=lambda one: (folded(one.name), one.pk))
    if slug is None:
        if not led:
            raise PermissionDenied
        return led, led[0]
    chosen = next((one for one in led if one.slug == slug), None)
    return led, chosen or organisation_led_by(user, role, slug)
