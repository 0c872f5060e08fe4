"""Whose account an address opens, and what platform admins do to the accounts of others.

The person is told by e-mail of each act of a platform admin.
"""

from collections.abc import Collection

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from kip_site.addresses import normalised
from kip_site.refusals import Refused

from . import emails
from .sessions import end_access


@transaction.atomic
def make(person: User, made_by: User) -> None:
    """Save a new account without a password; the code with which its owner first signs in confirms the address."""
    person.set_unusable_password()
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, primary=True, verified=False)
    emails.made(person, made_by)


@transaction.atomic
def change(person: User, fields: Collection[str], changed_by: User) -> None:
    """Save these fields of the person. An account that is closed is signed out everywhere, and stays so."""
    before = User.objects.select_for_update().get(pk=person.pk)
    person.save(update_fields=fields)
    if before.is_active and not person.is_active:
        end_access(person)
    differences = emails.Differences(
        name=person.name if person.name != before.name else "",
        is_closed=before.is_active and not person.is_active,
        is_opened=person.is_active and not before.is_active,
        is_promoted=person.is_superuser and not before.is_superuser,
        is_demoted=before.is_superuser and not person.is_superuser,
    )
    if differences.are_told and person != changed_by:
        emails.changed(person, differences, changed_by)


@transaction.atomic
def change_address(person: User, address: str, changed_by: User) -> None:
    """Make `address` the only one of the account, for somebody who has lost her mailbox.

    It is not confirmed: until its owner has opened the link that is sent there when she signs in, it lets nobody in
    without the password, passkey or provider that the account has (`opens`). Everything that was begun with the old
    addresses ends; those of them that were confirmed are told. Raises Refused if another account has `address`.
    """
    address = normalised(address)
    person = User.objects.select_for_update().get(pk=person.pk)
    if is_taken(address, by_another_than=person):
        raise Refused(_("There is already an account with this e-mail."))
    own = EmailAddress.objects.filter(user=person)
    told = {person.email, *own.filter(verified=True).values_list("email", flat=True)} - {address}
    person.email = address
    try:
        with transaction.atomic():
            person.save(update_fields=["email"])
    except IntegrityError as error:  # somebody else was given it at the same moment
        raise Refused(_("There is already an account with this e-mail.")) from error
    own.delete()
    EmailAddress.objects.create(user=person, email=address, primary=True, verified=False)
    end_access(person)
    for old in sorted(told):
        emails.address_changed(person, old, changed_by)
    emails.address_given(person, changed_by)


@transaction.atomic
def delete(person: User, deleted_by: User) -> None:
    """Delete the person with everything that is hers, and tell her."""
    end_access(person)
    emails.deleted(person, deleted_by)
    person.delete()


def is_taken(address: str, *, by_another_than: User | None = None) -> bool:
    """Whether an account has this address already, as the one to sign in with or as another one."""
    accounts = User.objects.filter(email=address)
    addresses = _stored(address)
    if by_another_than is not None:
        accounts = accounts.exclude(pk=by_another_than.pk)
        addresses = addresses.exclude(user=by_another_than)
    return accounts.exists() or addresses.exists()


# --- Whose an address is --------------------------------------------------------------------------


def account_at(address: str) -> User | None:
    """The account of whoever has confirmed this address, or else the one made with it; None if there is none.

    Not that of somebody who only wants to change to this address, and who has perhaps mistyped her own.
    """
    owners = User.objects.filter(emailaddress__in=_stored(address).filter(verified=True))
    return owners.first() or User.objects.filter(email=address).first()


def _stored(address: str) -> QuerySet[EmailAddress]:
    """The rows of an address, however it is typed. Not by `iexact`, see `UserManager.get_by_natural_key`."""
    stored: QuerySet[EmailAddress] = EmailAddress.objects.alias(small=Lower("email")).filter(small=normalised(address))
    return stored


def opens(address: str, person: User) -> bool:
    """Whether a code or a link that is sent to the address may open this account by itself.

    Of an account that was signed in to, only an address that its owner has confirmed: otherwise one that she mistyped,
    or that an administrator gave her account, would open it.
    """
    confirmed = _stored(address).filter(user=person, verified=True)
    return person.last_login is None or confirmed.exists()


def is_unproven(person: User) -> bool:
    """Whether this may be somebody else's account: nobody has confirmed its address, used it, or given it rights.

    Anybody can sign up with an address that is not theirs.
    """
    return (
        person.last_login is None
        and not person.is_staff
        and not person.is_superuser
        and not person.memberships.exists()
        and not EmailAddress.objects.filter(user=person, verified=True).exists()
    )


@transaction.atomic
def forget_ways_to_sign_in(person: User) -> None:
    """Remove the password, second steps and connected accounts; whoever reads her e-mail can sign in by a code."""
    person.set_unusable_password()
    person.save(update_fields=["password"])
    Authenticator.objects.filter(user=person).delete()
    SocialAccount.objects.filter(user=person).delete()
