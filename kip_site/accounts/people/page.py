"""The list of the people in an organisation, for its administrators."""

from collections.abc import Iterable
from dataclasses import dataclass

from kip_site.accounts.models import Membership, Organisation, Role, User
from kip_site.searching import folded, matches


@dataclass(frozen=True)
class Member:
    pk: int
    name: str
    email: str
    roles: tuple[Role, ...]  # in the order of Role
    is_open: bool  # whether the account is active: the person can sign in

    @property
    def role_labels(self) -> list[str]:
        return [str(role.label) for role in self.roles]


def members_of(organisation: Organisation) -> list[Member]:
    """Everybody with a role in the organisation, sorted by name; one query."""
    roles: dict[User, set[str]] = {}
    for membership in Membership.objects.filter(organisation=organisation).select_related("user").order_by():
        roles.setdefault(membership.user, set()).add(membership.role)
    members = [
        Member(user.pk, str(user), user.email, tuple(role for role in Role if role in held), user.is_active)
        for user, held in roles.items()
    ]
    # Sorted here, because both databases sort Č after Z.
    return sorted(members, key=lambda member: (folded(member.name), member.email))


def found(members: Iterable[Member], words: str) -> list[Member]:
    """Those whose name or e-mail contains each of the words; case and accents do not count: "saric" finds Šarić."""
    return [member for member in members if matches(words, f"{member.name} {member.email}")]
