"""What organisation administrators do with people and their roles, and how a member leaves.

Everything that gives or removes roles in an organisation first locks the organisation's row, so that such changes wait
for each other. Otherwise two administrators who remove each other's role at the same time could leave it without one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from kip_site.accounts.models import Membership, Organisation, Role, User
from kip_site.accounts.signals import roles_given
from kip_site.refusals import Refused

from . import emails


@transaction.atomic
def change_roles(person: User, organisation: Organisation, roles: Collection[str], changed_by: User) -> None:
    """Make `roles` (at least one) the person's roles in the organisation, and tell her by e-mail.

    Raises Refused when the organisation would have no administrator any more, and for somebody who is no member (any
    more): people become members only by their own decision.
    """
    lock(organisation)
    if Role.ORG_ADMIN not in roles:
        _refuse_last_administrator(person, organisation)
    held = Membership.objects.filter(user=person, organisation=organisation)
    before = set(held.values_list("role", flat=True))
    if not before:
        raise Refused(
            _("%(name)s is no member of %(organisation)s any more. Nothing was changed.")
            % {"name": person, "organisation": organisation}
        )
    # First given, then taken away, so that in between she is not somebody who has left the organisation.
    grant(person, organisation, roles)
    held.exclude(role__in=roles).delete()
    # Nobody gets an e-mail about what they did themselves.
    if before != set(roles) and person != changed_by:
        emails.roles_changed(person, organisation, roles, changed_by)


@transaction.atomic
def take_back(membership: Membership, taken_back_by: User) -> None:
    """Take back one role, with the membership if it is the last one, and tell the person by e-mail.

    Raises Refused when the organisation would have no administrator any more.
    """
    person, organisation = membership.user, membership.organisation
    # Before the other roles are read, so that none of them comes back that is taken away at this moment.
    lock(organisation)
    held = Membership.objects.filter(user=person, organisation=organisation)
    left = list(held.exclude(role=membership.role).values_list("role", flat=True))
    if left:
        change_roles(person, organisation, left, taken_back_by)
    else:
        remove(person, organisation, taken_back_by)


@transaction.atomic
def remove(person: User, organisation: Organisation, removed_by: User) -> None:
    """Remove all the person's roles in the organisation, and nothing else, and tell her by e-mail.

    Raises Refused when the organisation would have no administrator any more.
    """
    lock(organisation)
    _refuse_last_administrator(person, organisation)
    deleted, _by_model = Membership.objects.filter(user=person, organisation=organisation).delete()
    if deleted and person != removed_by:
        emails.removed(person, organisation, removed_by)


@transaction.atomic
def leave(person: User, organisation: Organisation) -> None:
    """Remove all the person's roles in the organisation, by her own decision.

    Raises Refused for the only administrator while there are other members. The last member may leave; open invitations
    are then deleted, because new members would have no administrator.
    """
    lock(organisation)
    if part_of(person, organisation).is_needed:
        raise Refused(
            _("Nothing was changed: you are the only administrator of %(organisation)s.")
            % {"organisation": organisation}
        )
    Membership.objects.filter(user=person, organisation=organisation).delete()
    if not organisation.memberships.exists():
        organisation.invitations.all().delete()


@dataclass(frozen=True)
class Part:
    """Whether an organisation can do without one of its members."""

    others: int  # how many other people with an active account are members
    is_last_administrator: bool  # whether the person is an administrator, and none of the others is

    @property
    def is_needed(self) -> bool:
        """Whether the other members would have no administrator without this person."""
        return self.is_last_administrator and self.others > 0


def part_of(person: User, organisation: Organisation) -> Part:
    """The Part of the person in the organisation; one query."""
    is_person, is_administrator = Q(user=person), Q(role=Role.ORG_ADMIN)
    is_other = Q(user__is_active=True) & ~is_person
    counts = Membership.objects.filter(organisation=organisation).aggregate(
        others=Count("user", filter=is_other, distinct=True),
        administers=Count("pk", filter=is_person & is_administrator),
        others_administer=Count("pk", filter=is_other & is_administrator),
    )
    return Part(counts["others"], counts["administers"] > 0 and counts["others_administer"] == 0)


def _refuse_last_administrator(person: User, organisation: Organisation) -> None:
    if part_of(person, organisation).is_last_administrator:
        raise Refused(
            _(
                "%(name)s is the only administrator of this organisation. Nothing was changed. Make somebody else "
                "organisation administrator first."
            )
            % {"name": person}
        )


def lock(organisation: Organisation) -> None:
    """Lock the organisation's row until the end of the transaction; everything that changes roles in it does so."""
    # SQLite has no row locks: there, a transaction that writes waits for all others that write.
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def grant(person: User, organisation: Organisation, roles: Collection[str]) -> None:
    """Give the person these roles, in addition to those she has; values that are not roles are ignored.

    Whoever calls it has locked the organisation. Those are told by `roles_given` whom it concerns.
    """
    held = Membership.objects.filter(user=person, organisation=organisation).values_list("role", flat=True)
    new = set(roles).intersection(Role.values).difference(held)
    Membership.objects.bulk_create(
        Membership(user=person, organisation=organisation, role=role) for role in sorted(new)
    )
    if new:
        roles_given.send(None, person=person, organisation=organisation, roles=new)
