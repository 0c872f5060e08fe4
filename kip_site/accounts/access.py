"""Who may do what: the one place where roles turn into rights.

Views never ask for roles themselves. They fetch through a scoped queryset (`visible_to`), so that a stranger gets 404,
and call one of the functions below for what only some of those who see a thing may do, so that a member without the
right gets 403.
"""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404

from .models import Organisation, Role, User


def is_trainer(user):
    return Role.TRAINER in user.roles


def is_manager(user):
    return Role.MANAGER in user.roles


def is_org_admin(user):
    return Role.ORG_ADMIN in user.roles


def platform_admin_required(view):
    """Let platform admins in; everybody else who is signed in gets 403."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_platform_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def person_led_by(user, role, pk):
    """The person `pk` in an organisation where the user holds `role`.

    Raises PermissionDenied for the user's other colleagues, and Http404 for everyone else, so that nobody learns from
    an answer who has an account in another organisation.
    """
    person = User.objects.led_by(user, role).filter(pk=pk).first()
    if person is None:
        if User.objects.colleagues_of(user).filter(pk=pk).exists():
            raise PermissionDenied
        raise Http404
    return person


def organisation_led_by(user, role, slug):
    """The organisation `slug` if the user holds `role` in it.

    Raises PermissionDenied for its other members, and Http404 for everyone else.
    """
    organisation = Organisation.objects.with_role(user, role).filter(slug=slug).first()
    if organisation is None:
        if Organisation.objects.of(user).filter(slug=slug).exists():
            raise PermissionDenied
        raise Http404
    return organisation


def leads(user, role, person):
    """Whether the user holds `role` in an organisation of the person's, and is not that person."""
    return User.objects.led_by(user, role).filter(pk=person.pk).exists()


def trainers_and_managers(view):
    """Let those in who lead people, as a trainer or as a manager; everybody else who is signed in gets 403."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not (is_trainer(request.user) or is_manager(request.user)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def visible_or_refuse(queryset, user, **lookup):
    """The one object of `queryset` (with the verbs `visible_to` and `known_to`) that matches, if the user may see it.

    Raises PermissionDenied for what the user's colleagues have but do not share, Http404 for everything else.
    """
    found = queryset.visible_to(user).filter(**lookup).first()
    if found is None:
        if queryset.known_to(user).filter(**lookup).exists():
            raise PermissionDenied
        raise Http404
    return found


def own_or_refuse(queryset, user, **lookup):
    """The one object of `queryset` (with the verbs `of` and `known_to`) that matches, if it is the user's own.

    For what a person does with her own things only. Raises PermissionDenied for those of the user's colleagues, shared
    or not, and Http404 for everything else.
    """
    found = queryset.of(user).filter(**lookup).first()
    if found is None:
        if queryset.known_to(user).filter(**lookup).exists():
            raise PermissionDenied
        raise Http404
    return found
