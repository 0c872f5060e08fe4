"""What organisation administrators do with invitations, and how invited people answer them.

People become members only by their own decision: an administrator invites, the person joins.
"""

from collections.abc import Collection, Iterable

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import Invitation, Organisation, User
from kip_site.accounts.organisation.actions import grant, lock
from kip_site.accounts.people.actions import account_at, forget_ways_to_sign_in, is_unproven
from kip_site.addresses import normalised
from kip_site.mail.actions import call_off
from kip_site.mail.models import Mail
from kip_site.refusals import Refused

from . import emails


@transaction.atomic
def invite(
    organisation: Organisation, addresses: Iterable[str], roles: Collection[str], invited_by: User
) -> list[Invitation]:
    """Invite people by e-mail to join in these roles, whether they have an account or not. Returns new invitations.

    An invitation gives no rights by itself. `roles` are values of Role. An address that has an open
    invitation already keeps it, and is not in the result. Expired invitations are replaced, and their links stop
    working. The number of queries does not depend on that of the addresses.
    """
    lock(organisation)  # so that of two simultaneous requests the second one sees what the first has invited
    wanted = [normalised(address) for address in addresses]
    organisation.invitations.expired().to_addresses(wanted).delete()
    kept = set(organisation.invitations.to_addresses(wanted).values_list("email", flat=True))
    made = [
        Invitation(organisation=organisation, email=address, roles=roles, invited_by=invited_by)
        for address in dict.fromkeys(wanted)
        if address not in kept
    ]
    for invitation, mail in zip(made, emails.invitations(made), strict=True):
        invitation.mail = mail
    return Invitation.objects.bulk_create(made)


@transaction.atomic
def send_again(invitation: Invitation) -> None:
    """Send the e-mail of an open or expired invitation again; it is then valid as long as a new one.

    Raises Refused if the invitation was answered or withdrawn in the meantime.
    """
    invitation.invited_at = timezone.now()
    if not Invitation.objects.filter(pk=invitation.pk).update(invited_at=invitation.invited_at):
        raise Refused(
            _("The invitation to %(address)s was answered or withdrawn meanwhile. Nothing was sent.")
            % {"address": invitation.email}
        )
    _send(invitation)


def _send(invitation: Invitation) -> None:
    call_off(invitation.mail_id)
    Invitation.objects.filter(pk=invitation.pk).update(mail=emails.invitations([invitation])[0], sent_at=None)


def note_sent(mail: Mail) -> None:
    """Store when a mail server accepted the e-mail of an invitation; other e-mails are ignored."""
    Invitation.objects.filter(mail=mail).update(sent_at=timezone.now())


@transaction.atomic
def withdraw(invitation: Invitation) -> None:
    """Delete an invitation; its link stops working."""
    mail = invitation.mail_id
    invitation.delete()
    call_off(mail)


@transaction.atomic
def join(person: User, invitation: Invitation) -> None:
    """Make the person a member in the roles of the invitation, and delete it. Raises Refused if it is not for her."""
    lock(invitation.organisation)
    _use_up(person, invitation)
    grant(person, invitation.organisation, invitation.roles)


def may_join_at_once(account: User | None) -> bool:
    """Whether the reader of an invitation joins without signing in first: her address has no account that is in use."""
    return account is None or (account.is_active and is_unproven(account))


@transaction.atomic
def join_with_new_account(invitation: Invitation, name: str, password: str) -> User:
    """Make an account for the invited address, a member in the roles of the invitation, which is deleted.

    Only the reader of the invitation's e-mail may ask for this: its link has proved the address, which is stored as
    confirmed. `password` may be blank; she then signs in by a code. An account that somebody made with her address, and
    that nobody has used, becomes hers, without any way to sign in that was set before. Raises Refused if the invitation
    is closed, or if the address has an account that is in use.
    """
    lock(invitation.organisation)
    _use_up_unseen(invitation)
    person = account_at(invitation.email)
    if person is None:
        person, _is_new = User.objects.get_or_create(email=invitation.email, defaults={"name": name})
    if not may_join_at_once(person):
        raise Refused(_("There is an account with this address already. Sign in to join. Nothing was changed."))
    forget_ways_to_sign_in(person)
    person.name = name
    if password:
        person.set_password(password)
    person.save()
    EmailAddress.objects.filter(user=person).delete()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    grant(person, invitation.organisation, invitation.roles)
    return person


def decline_unseen(invitation: Invitation) -> None:
    """Delete an invitation that its reader does not accept, without an account. Raises Refused if it is closed."""
    _use_up_unseen(invitation)


def decline(person: User, invitation: Invitation) -> None:
    """Delete an invitation that the person does not accept. Raises Refused if it is closed or not for her."""
    _use_up(person, invitation)


def _use_up_unseen(invitation: Invitation) -> None:
    """Like `_use_up`, for somebody who is not signed in and has come by the link."""
    deleted, _by_model = Invitation.objects.in_time().filter(pk=invitation.pk).delete()
    if not deleted:
        raise Refused(_("This invitation is closed. Nothing was changed."))


def _use_up(person: User, invitation: Invitation) -> None:
    # Of two simultaneous requests, such as joining and withdrawing, the database lets only one delete the row.
    deleted, _by_model = Invitation.objects.waiting_for(person).filter(pk=invitation.pk).delete()
    if not deleted:
        raise Refused(_("This invitation is closed, or it is for somebody else. Nothing was changed."))
