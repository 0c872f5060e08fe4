"""Whom a person's choice to share concerns, by name."""

from dataclasses import dataclass

from kip_site.accounts.models import Membership, Organisation, Role


@dataclass(frozen=True)
class AudiencePeople:
    """The names of a person's trainers and of her managers, over all her organisations; either may be empty."""

    trainers: list[str]
    managers: list[str]


def audience_of(user):
    """The AudiencePeople of a user; one query."""
    names = {Role.TRAINER: {}, Role.MANAGER: {}}
    memberships = (
        Membership.objects.filter(organisation__in=Organisation.objects.of(user), role__in=names, user__is_active=True)
        .exclude(user=user)
        .select_related("user")
        .order_by("user__name", "user__pk")
    )
    for membership in memberships:
        # A dict: somebody who leads in two organisations is named once.
        names[membership.role][membership.user_id] = str(membership.user)
    return AudiencePeople(list(names[Role.TRAINER].values()), list(names[Role.MANAGER].values()))
