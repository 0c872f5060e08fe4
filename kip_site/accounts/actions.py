"""What organisation administrators do with people, roles and invitations.

Everything that gives or takes roles in an organisation first locks the organisation's row, so that one change waits for
the other: two administrators who demote each other at the same moment cannot leave the organisation without one.
"""

from dataclasses import dataclass, field

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from . import emails
from .models import Invitation, Membership, Organisation, Role, User


class LastAdministrator(Exception):
    """The change would leave the organisation without an administrator. Nothing was changed."""


@dataclass
class Invited:
    """What became of a list of addresses. `unsent` is complete once the transaction has committed."""

    added: list[User] = field(default_factory=list)  # people with an account: members at once
    invitations: list[Invitation] = field(default_factory=list)
    unsent: list[str] = field(default_factory=list)  # addresses that the mail server did not take


@transaction.atomic
def invite(organisation, addresses, roles, invited_by) -> Invited:
    """Give the roles to everybody with a confirmed address; ask all others to make an account.

    `addresses` are lower-case and different, `roles` values of Role. An address that another administrator invited
    meanwhile keeps that invitation.
    """
    _lock(organisation)
    result = Invited()
    people = people_with_confirmed(addresses)
    for address in addresses:
        if address in people:
            _grant(people[address], organisation, roles)
            result.added.append(people[address])
            continue
        invitation, is_new = Invitation.objects.get_or_create(
            organisation=organisation, email=address, defaults={"roles": roles, "invited_by": invited_by}
        )
        if is_new:
            result.invitations.append(invitation)
    transaction.on_commit(lambda: _tell(result, organisation, roles, invited_by))
    return result


def _tell(result, organisation, roles, invited_by):
    words = ", ".join(str(role.label) for role in Role if role in roles)
    with emails.one_connection() as connection:
        for person in result.added:
            if not emails.added(person, organisation, words, invited_by, connection):
                result.unsent.append(person.email)
        for invitation in result.invitations:
            if not _send(invitation, connection):
                result.unsent.append(invitation.email)


def send_again(invitation) -> bool:
    """Send the e-mail of an open invitation once more. Returns whether the mail server took it."""
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


def accept_invitations(user) -> list[Organisation]:
    """Give a person what the open invitations to her confirmed addresses promise; returns the organisations joined.

    Only a confirmed address counts: anybody may type any other.
    """
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    waiting = Invitation.objects.to_addresses(addresses).values_list("pk", flat=True)
    return [organisation for pk in waiting if (organisation := _accept(pk, user))]


@transaction.atomic
def _accept(pk, user):
    # Read again under a lock: it may be withdrawn, or accepted in a second window, by now.
    invitation = Invitation.objects.select_for_update().filter(pk=pk).first()
    if invitation is None:
        return None
    _grant(user, invitation.organisation, invitation.roles)
    invitation.delete()
    return invitation.organisation


@transaction.atomic
def change_roles(person, organisation, roles):
    """Make `roles` the person's roles in the organisation; at least one. Raises LastAdministrator."""
    _lock(organisation)
    if Role.ORG_ADMIN not in roles:
        _refuse_last_administrator(person, organisation)
    Membership.objects.filter(user=person, organisation=organisation).exclude(role__in=roles).delete()
    _grant(person, organisation, roles)


@transaction.atomic
def remove(person, organisation):
    """Take all roles in the organisation away, and nothing else. Raises LastAdministrator."""
    _lock(organisation)
    _refuse_last_administrator(person, organisation)
    Membership.objects.filter(user=person, organisation=organisation).delete()


def people_with_confirmed(addresses) -> dict[str, User]:
    """Who has proved to own which of the addresses; those without an account are missing."""
    confirmed = EmailAddress.objects.filter(email__in=addresses, verified=True).select_related("user")
    return {address.email.lower(): address.user for address in confirmed}


def is_last_administrator(person, organisation) -> bool:
    """Whether the person administers the organisation and nobody else with an open account does."""
    administrators = Membership.objects.filter(organisation=organisation, role=Role.ORG_ADMIN)
    if not administrators.filter(user=person).exists():
        return False
    return not administrators.filter(user__is_active=True).exclude(user=person).exists()


def _refuse_last_administrator(person, organisation):
    if is_last_administrator(person, organisation):
        raise LastAdministrator


def _lock(organisation):
    # SQLite has no row locks; there the transaction itself waits for every other one that writes.
    Organisation.objects.select_for_update().get(pk=organisation.pk)


def _grant(person, organisation, roles):
    Membership.objects.bulk_create(
        [Membership(user=person, organisation=organisation, role=role) for role in roles if role in Role.values],
        ignore_conflicts=True,
    )
