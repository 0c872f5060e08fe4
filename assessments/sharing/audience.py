"""What a person shares today, and the names of those who can see it."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from assessments.models import Assessment
from kip_site.accounts.hooks import SharedProfile
from kip_site.accounts.models import Membership, Role


@dataclass(frozen=True)
class AudiencePeople:
    """The names of a person's trainers and managers, in all her organisations; either list may be empty."""

    trainers: list[str]
    managers: list[str]


def audience_of(user):
    """The AudiencePeople of a user. One query, and the one for her own memberships."""
    names = {Role.TRAINER: {}, Role.MANAGER: {}}
    organisations = {organisation for organisation, _role in user.own_memberships}
    memberships = (
        Membership.objects.filter(organisation__in=organisations, role__in=names, user__is_active=True)
        .order_by("user__name", "user")
        .values_list("role", "user", "user__name", "user__email")
    )
    for role, person, name, email in memberships:
        # A dict names everybody once, even if they lead in two organisations or the user has two roles there.
        if person != user.pk:
            names[role][person] = name or email
    return AudiencePeople(list(names[Role.TRAINER].values()), list(names[Role.MANAGER].values()))


def shared_profiles(user):
    """The SharedProfiles of a user, newest first; one query."""
    shared = (
        Assessment.objects.of(user)
        .submitted()
        .filter(Q(shared_with_trainers=True) | Q(shared_with_managers=True))
        .select_related("form")
        .latest_first()
    )
    return [
        SharedProfile(
            title=assessment.form.title,
            submitted_at=assessment.submitted_at,
            with_trainers=assessment.shared_with_trainers,
            with_managers=assessment.shared_with_managers,
            url=reverse("assessments:sharing", args=[assessment.pk]),
        )
        for assessment in shared
    ]
