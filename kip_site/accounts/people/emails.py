"""E-mails about what platform admins did to an account; their texts are in templates/accounts/people/email/."""

from dataclasses import dataclass

from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.mail.actions import absolute, send


@dataclass(frozen=True)
class Differences:
    """What a platform admin changed of an account."""

    name: str  # the new one; blank if it stayed
    is_closed: bool
    is_opened: bool
    is_promoted: bool  # to a platform admin
    is_demoted: bool

    @property
    def are_told(self) -> bool:
        return bool(self.name or self.is_closed or self.is_opened or self.is_promoted or self.is_demoted)


def made(person: User, made_by: User) -> None:
    """Tell somebody that she has an account now, and how she signs in."""
    context = {"person": person, "made_by": made_by, "address": absolute(reverse("account_login"))}
    send("accounts/people/email/made", person, context)


def changed(person: User, differences: Differences, changed_by: User) -> None:
    """Tell a person what was changed of her account."""
    context = {"person": person, "changed": differences, "changed_by": changed_by, "address": absolute(reverse("home"))}
    send("accounts/people/email/changed", person, context)


def address_changed(person: User, old: str, changed_by: User) -> None:
    """Tell a person at her old address that it does not open her account any more.

    The new address is not named: the old mailbox may be somebody else's by now.
    """
    send("accounts/people/email/address_changed", person, {"person": person, "changed_by": changed_by}, address=old)


def address_given(person: User, changed_by: User) -> None:
    """Tell a person at her new address how she signs in with it. Her name is left out: it may be mistyped."""
    context = {"changed_by": changed_by, "address": absolute(reverse("account_login"))}
    send("accounts/people/email/address_given", person, context)


def deleted(person: User, deleted_by: User) -> None:
    """Tell a person that her account is deleted."""
    send("accounts/people/email/deleted", person, {"person": person, "deleted_by": deleted_by})
