"""What organisation administrators do with people, roles and invitations, and what the invited answer.

Nobody becomes a member but by their own act: an administrator invites, the person joins. Everything that gives or takes
roles in an organisation first locks the organisation's row, so that one change waits for the other: two administrators
who demote each other at the same moment cannot leave the organisation without one.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.refusals import Refused

from . import emails
from .models import Invitation, Membership, Organisation, Role, in_words


@dataclass
class Invited:
    """What became of a list of addresses. `unsent` is complete once the transaction has committed."""

    invitations: list[Invitation] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)  # addresses that the mail server did not take


@transaction.atomic
def invite(organisation, addresses, roles, invited_by) -> Invited:
    """Ask everybody to join in these roles, whether they have an account or not. It gives nobody anything.

    `addresses` are lower-case and different, `roles` values of Role. An address that another administrator invited
    meanwhile keeps that invitation; one that has expired gives way, and its old link with it.
    """
    organisation.invitations.expired().to_addresses(addresses).delete()
    result = Invited()
    for address in addresses:
        invitation, is_new = Invitation.objects.get_or_create(
            organisation=organisation, email=address, defaults={"roles": roles, "invited_by": invited_by}
        )
        if is_new:
            result.invitations.append(invitation)
    transaction.on_commit(lambda: _send_all(result))
    return result


def _send_all(result):
    with emails.one_connection() as connection:
        for invitation in result.invitations:
            if not _send(invitation, connection):
                result.unsent.append(invitation.email)


def send_again(invitation) -> bool:
    """Send the e-mail of an invitation once more, open or expired; its days begin anew with it.

    Returns whether the mail server took it. Raises Refused if the invitation was answered or withdrawn meanwhile.
    """
    invitation.invited_at = timezone.now()
    if not Invitation.objects.filter(pk=invitation.pk).update(invited_at=invitation.invited_at):
        raise Refused(
            _("The invitation to %(address)s was answered or withdrawn meanwhile. Nothing was sent.")
            % {"address": invitation.email}
        )
    with emails.one_connection() as connection:
        return _send(invitation, connection)


def _send(invitation, connection):
    was_taken = emails.invitation(invitation, connection)
    if was_taken:
        Invitation.objects.filter(pk=invitation.pk).update(sent_at=timezone.now())
    return was_taken


def withdraw(invitation):
    """Close an invitation; its link leads nowhere from now on."""
    invitation.delete()


@transaction.atomic
def join(person, invitation):
    """Make the person a member, in the roles of the invitation, which is used up. Raises Refused."""
    _lock(invitation.organisation)
    _use_up(person, invitation)
    _grant(person, invitation.organisation, invitation.roles)


def decline(person, invitation):
    """Close an invitation for the person whom it asked. Raises Refused."""
    _use_up(person, invitation)


def _use_up(person, invitation):
    # Of two windows, or of joining and withdrawing at once, the database lets one delete the row.
    deleted, _by_model = Invitation.objects.waiting_for(person).filter(pk=invitation.pk).delete()
    if not deleted:
        raise Refused(_("This invitation is closed, or it is for somebody else. Nothing was changed."))


@transaction.atomic
def change_roles(person, organisation, roles, changed_by) -> list[str]:
    """Make `roles`, at least one, the person's roles in the organisation, and say so to them. Raises Refused if nobody
    would administer the organisation any more.

    Returns the address of the person if the mail server did not take the e-mail, once the transaction has committed.
    """
    _lock(organisation)
    if Role.ORG_ADMIN not in roles:
        _refuse_last_administrator(person, organisation)
    held = Membership.objects.filter(user=person, organisation=organisation)
    before = set(held.values_list("role", flat=True))
    held.exclude(role__in=roles).delete()
    _grant(person, organisation, roles)
    if before == set(roles):
        return []
    return _tell(person, changed_by, emails.roles_changed, organisation, in_words(roles))


@transaction.atomic
def remove(person, organisation, removed_by) -> list[str]:
    """Take all roles in the organisation away, and nothing else, and tell the person. Raises Refused as
    `change_roles` does.

    Returns the address of the person if the mail server did not take the e-mail, once the transaction has committed.
    """
    _lock(organisation)
    _refuse_last_administrator(person, organisation)
    deleted, _by_model = Membership.objects.filter(user=person, organisation=organisation).delete()
    return _tell(person, removed_by, emails.removed, organisation) if deleted else []


@transaction.atomic
def leave(person, organisation):
    """Take all roles in the organisation away, by the person's own act. Raises Refused as `change_roles`.

    The last administrator may go when nobody else is left; open invitations go then, too: nobody could look after whom
    they bring.
    """
    _lock(organisation)
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
    """What a person is to an organisation."""

    others: int  # how many other people with an open account are members
    is_last_administrator: bool  # whether the person administers it, and none of the others does

    @property
    def is_needed(self):
        """Whether there are other people, and nobody who could look after them without this person."""
        return self.is_last_administrator and self.others > 0


def part_of(person, organisation) -> Part:
    """The Part of the person in the organisation; one query."""
    is_person, is_administrator = Q(user=person), Q(role=Role.ORG_ADMIN)
    is_other = Q(user__is_active=True) & ~is_person
    counts = Membership.objects.filter(organisation=organisation).aggregate(
        others=Count("user", filter=is_other, distinct=True),
        administers=Count("pk", filter=is_person & is_administrator),
        others_administer=Count("pk", filter=is_other & is_administrator),
    )
    return Part(counts["others"], counts["administers"] > 0 and counts["others_administer"] == 0)


def _tell(person, administrator, email, *about):
    """Send one of `emails` when the change is safe. Nobody is told of what they did themselves."""
    unsent = []

    def send():
        with emails.one_connection() as connection:
            if not email(person, *about, administrator, connection):
                unsent.append(person.email)

    if person != administrator:
        transaction.on_commit(send)
    return unsent


def _refuse_last_administrator(person, organisation):
    if part_of(person, organisation).is_last_administrator:
        raise Refused(
            _(
                "%(name)s is the only administrator of this organisation. Nothing was changed. Make somebody else "
                "organisation administrator first."
            )
            % {"name": person}
        )


def _lock(organisation):
    # SQLite has no row locks; there the transaction itself waits for every other one that writes.
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _grant(person, organisation, roles):
    Membership.objects.bulk_create(
        [Membership(user=person, organisation=organisation, role=role) for role in roles if role in Role.values],
        ignore_conflicts=True,
    )
