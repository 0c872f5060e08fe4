"""What organisation administrators do with invitations, and what the invited answer.

Nobody becomes a member but by their own act: an administrator invites, the person joins.
"""

from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.emails import one_connection
from kip_site.accounts.models import Invitation
from kip_site.accounts.organisation.actions import grant, lock
from kip_site.refusals import Refused

from . import emails


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
    with one_connection() as connection:
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
    with one_connection() as connection:
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
    lock(invitation.organisation)
    _use_up(person, invitation)
    grant(person, invitation.organisation, invitation.roles)


def decline(person, invitation):
    """Close an invitation for the person whom it asked. Raises Refused."""
    _use_up(person, invitation)


def _use_up(person, invitation):
    # Of two windows, or of joining and withdrawing at once, the database lets one delete the row.
    deleted, _by_model = Invitation.objects.waiting_for(person).filter(pk=invitation.pk).delete()
    if not deleted:
        raise Refused(_("This invitation is closed, or it is for somebody else. Nothing was changed."))
