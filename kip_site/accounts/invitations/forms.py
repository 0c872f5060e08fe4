"""The form on which an administrator invites people, and the one with which somebody invited makes her account."""

import unicodedata
from itertools import chain

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kip_site.accounts.models import Invitation, User
from kip_site.accounts.organisation.forms import RolesField
from kip_site.accounts.people.forms import NameField

MOST_AT_ONCE = 50
LONGEST_ADDRESS = 254


class JoinForm(forms.Form):
    """What an account needs: the rest is in the invitation."""

    name = NameField()
    password = forms.CharField(
        label=gettext_lazy("Password"),
        help_text=gettext_lazy(
            "You need none: to sign in, you get a code by e-mail. If you want one: at least 12 characters."
        ),
        required=False,
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self):
        password = self.cleaned_data["password"]
        if password:
            validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


class InviteForm(forms.Form):
    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("One on each line, at most 50 at once."),
        max_length=20_000,
        strip=False,  # so that the line numbers in error messages are those of the text area
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("Enter at least one e-mail address.")},
    )
    roles = RolesField()

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_addresses(self):
        """The addresses, lower-case, each once. The error names every line with a fault, not only the first."""
        lines = numbered_addresses(self.cleaned_data["addresses"])
        if not lines:
            raise ValidationError(_("Enter at least one e-mail address."))
        if len(lines) > MOST_AT_ONCE:
            raise ValidationError(
                _("These are %(count)s addresses; send at most %(most)s at once.")
                % {"count": len(lines), "most": MOST_AT_ONCE}
            )
        faults = line_faults(lines, self.organisation)
        if faults:
            raise ValidationError(faults)
        return [address for _number, address in lines]


def numbered_addresses(text) -> list[tuple[int, str]]:
    """[(line number, lower-case address), …] of the lines that are not empty."""
    cleaned = (unicodedata.normalize("NFC", line).strip().rstrip(",;").lower() for line in text.splitlines())
    return [(number, address) for number, address in enumerate(cleaned, start=1) if address]


def line_faults(lines, organisation) -> list[str]:
    """A sentence for each address that cannot be invited to the organisation. Three queries.

    The sentences must not reveal who has an account, only who is a member of the organisation already.
    """
    addresses = [address for _number, address in lines]
    members = addresses_of_members(organisation)
    invited = set(
        Invitation.objects.filter(organisation=organisation)
        .in_time()
        .to_addresses(addresses)
        .values_list("email", flat=True)
    )
    faults: list[str] = []
    first_line: dict[str, int] = {}  # {address: number of its first line}
    for number, address in lines:
        values = {"line": number, "address": address, "first": first_line.setdefault(address, number)}
        if not is_address(address):
            faults.append(_("Line %(line)s: “%(address)s” is not an e-mail address.") % values)
        elif values["first"] != number:
            faults.append(_("Line %(line)s: %(address)s stands on line %(first)s already.") % values)
        elif address in members:
            faults.append(
                _("Line %(line)s: %(address)s is a member already. Change the roles in the list of people.") % values
            )
        elif address in invited:
            faults.append(
                _("Line %(line)s: %(address)s is invited already. You can send that invitation again.") % values
            )
    return faults


def addresses_of_members(organisation) -> set[str]:
    """The addresses with which members sign in, and all others that they have confirmed, in lower case."""
    members = User.objects.in_organisations([organisation])
    confirmed = EmailAddress.objects.filter(user__in=members, verified=True)
    emails = chain(members.values_list("email", flat=True), confirmed.values_list("email", flat=True))
    return {email.lower() for email in emails}


def is_address(text) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS
