"""Who may do what: the only place that decides which rights a role gives.

Views never check roles or refuse by themselves. They fetch objects through a scoped queryset (`visible_to`), so that a
stranger gets 404. Where only some of the people who can see an object may do something with it, they call one of the
functions below, so that a member without the right gets 403.
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
    """For annotations: the request that a view gets, because LoginRequiredMiddleware admits only signed-in users."""

    user: User


View = Callable[Concatenate[SignedInRequest, P], HttpResponseBase]


class NotAllowed(PermissionDenied):
    """Raised by an action when the user does not have (or no longer has) the right to it; nothing is changed.

    The answer is 403, unless the view catches it and says more.
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
    """Whether the user is a trainer or a manager in any organisation."""
    return sees_profiles(user.roles)


def sees_profiles(roles: Collection[str]) -> bool:
    """Whether somebody with these roles in an organisation sees the profiles that its people share."""
    return not set(LEADING).isdisjoint(roles)


def leads(user: User, role: Role, person: User) -> bool:
    """Whether the user has `role` in one of the person's organisations, and is not that person."""
    return User.objects.led_by(user, role).filter(pk=person.pk).exists()


def administers(user: User, organisation: Organisation) -> bool:
    """Whether the user administers this organisation now; one query."""
    return Organisation.objects.with_role(user, Role.ORG_ADMIN).filter(pk=organisation.pk).exists()


def may_manage(user: User) -> bool:
    """Whether the user manages the site's content: frameworks, and the links from modules to learning outcomes."""
    return user.is_platform_admin


def may_assign(user: User) -> bool:
    """Whether the user may assign modules, to the people whose trainer she is."""
    return is_trainer(user)


# --- Whole pages --------------------------------------------------------------------------------


def role_or_refuse(user: User, *roles: Role) -> None:
    """Raises PermissionDenied if the user has none of the roles in any organisation."""
    if user.roles.isdisjoint(roles):
        raise PermissionDenied


def _only_with(*roles: Role) -> Callable[[View[P]], View[P]]:
    """A decorator that admits users with one of the roles; all other signed-in users get 403."""

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
    """A decorator that admits platform admins; all other signed-in users get 403."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not may_manage(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


# --- Single objects -----------------------------------------------------------------------------


def found_or_refuse(allowed: QuerySet[M], known: Callable[[], QuerySet[M]], **lookup: Any) -> M:
    """The one object of the queryset `allowed` that matches `lookup`.

    `known` returns the queryset of the objects of the user's colleagues. It is called only when nothing is found,
    because Django takes long to build such a query. Raises PermissionDenied if the object is only in this second
    queryset, and Http404 otherwise, so that no answer reveals what exists in another organisation.
    """
    found = allowed.filter(**lookup).first()
    if found is None:
        if known().filter(**lookup).exists():
            raise PermissionDenied
        raise Http404
    return found


class KnownToColleagues(Protocol[M_co]):
    """For annotations: a queryset (or manager) that can select the objects of the user's colleagues."""

    def known_to(self, user: User) -> QuerySet[M_co]: ...


class Visible(KnownToColleagues[M_co], Protocol):
    def visible_to(self, user: User) -> QuerySet[M_co]: ...


class Owned(KnownToColleagues[M_co], Protocol):
    def of(self, person: User) -> QuerySet[M_co]: ...


class Led(KnownToColleagues[M_co], Protocol):
    def led_by(self, user: User) -> QuerySet[M_co]: ...


def visible_or_refuse(queryset: Visible[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if the user may see it (`visible_to`, `known_to`).

    Raises PermissionDenied for objects that the user's colleagues do not share with her, Http404 for all others.
    """
    return found_or_refuse(queryset.visible_to(user), partial(queryset.known_to, user), **lookup)


def own_or_refuse(queryset: Owned[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if it is the user's own (`of`, `known_to`).

    For what people may do only with their own objects. Raises PermissionDenied for those of the user's colleagues,
    shared or not, and Http404 for all others.
    """
    return found_or_refuse(queryset.of(user), partial(queryset.known_to, user), **lookup)


def led_or_refuse(queryset: Led[M], user: User, **lookup: Any) -> M:
    """The one object of `queryset` that matches, if the user is the trainer of its person (`led_by`, `known_to`).

    Nobody is her own trainer. Raises PermissionDenied for the user's own objects and those of her other colleagues, and
    Http404 for all others.
    """
    return found_or_refuse(queryset.led_by(user), partial(queryset.known_to, user), **lookup)


def person_led_by(user: User, role: Role, pk: int) -> User:
    """The person `pk`, if she is in an organisation in which the user has `role`.

    Raises PermissionDenied for the user's other colleagues, and Http404 for everyone else.
    """
    return found_or_refuse(User.objects.led_by(user, role), partial(User.objects.colleagues_of, user), pk=pk)


def organisation_led_by(user: User, role: Role, slug: str) -> Organisation:
    """The organisation `slug`, if the user has `role` in it.

    Raises PermissionDenied if the user is another member of it, and Http404 otherwise.
    """
    return found_or_refuse(
        Organisation.objects.with_role(user, role), partial(Organisation.objects.of, user), slug=slug
    )


def organisations_led_by(user: User, role: Role, slug: str | None = None) -> tuple[list[Organisation], Organisation]:
    """([all organisations in which the user has `role`], the one of them with this slug, or the first without a slug).

    Without a slug, raises PermissionDenied if the user has the role nowhere; with one, raises as `organisation_led_by`.
    """
    # Sorted here, because databases sort names differently.
    led = sorted(Organisation.objects.with_role(user, role), key=lambda one: (folded(one.name), one.pk))
    if slug is None:
        if not led:
            raise PermissionDenied
        return led, led[0]
    chosen = next((one for one in led if one.slug == slug), None)
    return led, chosen or organisation_led_by(user, role, slug)
