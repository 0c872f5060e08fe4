"""What organisation administrators do with invitations, and what the invited answer.

Nobody becomes a member but by their own act: an administrator invites, the person joins.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import Invitation, Organisation, User
from kip_site.accounts.organisation.actions import grant, lock
from kip_site.mail.models import Mail
from kip_site.refusals import Refused

from . import emails


@transaction.atomic
def invite(
    organisation: Organisation, addresses: Iterable[str], roles: Collection[str], invited_by: User
) -> list[Invitation]:
    """Ask everybody to join in these roles, whether they have an account or not. It gives nobody anything.

    `addresses` are lower-case and different, `roles` values of Role. An address that another administrator invited
    meanwhile keeps that invitation, which is not returned; one that has expired gives way, and its old link with it.
    """
    organisation.invitations.expired().to_addresses(addresses).delete()
    made = []
    for address in addresses:
        invitation, is_new = Invitation.objects.get_or_create(
            organisation=organisation, email=address, defaults={"roles": roles, "invited_by": invited_by}
        )
        if is_new:
            _send(invitation)
            made.append(invitation)
    return made


@transaction.atomic
def send_again(invitation: Invitation) -> None:
    """Send the e-mail of an invitation once more, open or expired; its days begin anew with it.

    Raises Refused if the invitation was answered or withdrawn meanwhile.
    """
    invitation.invited_at = timezone.now()
    if not Invitation.objects.filter(pk=invitation.pk).update(invited_at=invitation.invited_at):
        raise Refused(
            _("The invitation to %(address)s was answered or withdrawn meanwhile. Nothing was sent.")
            % {"address": invitation.email}
        )
    _send(invitation)


def _send(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(mail=emails.invitation(invitation), sent_at=None)


def note_sent(mail: Mail) -> None:
    """A mail server has taken an e-mail: if it is that of an invitation, its administrators read when."""
    Invitation.objects.filter(mail=mail).update(sent_at=timezone.now())


def withdraw(invitation: Invitation) -> None:
    """Close an invitation; its link leads nowhere from now on."""
    invitation.delete()


@transaction.atomic
def join(person: User, invitation: Invitation) -> None:
    """Make the person a member, in the roles of the invitation, which is used up. Raises Refused."""
    lock(invitation.organisation)
    _use_up(person, invitation)
    grant(person, invitation.organisation, invitation.roles)


def decline(person: User, invitation: Invitation) -> None:
    """Close an invitation for the person whom it asked. Raises Refused."""
    _use_up(person, invitation)


def _use_up(person: User, invitation: Invitation) -> None:
    # Of two windows, or of joining and withdrawing at once, the database lets one delete the row.
    deleted, _by_model = Invitation.objects.waiting_for(person).filter(pk=invitation.pk).delete()
    if not deleted:
        raise Refused(_("This invitation is closed, or it is for somebody else. Nothing was changed."))
