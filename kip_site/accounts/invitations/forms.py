"""The form on which an administrator invites people, and the one with which somebody invited makes her account."""

from itertools import chain

from allauth.account.models import EmailAddress
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kip_site.accounts.models import Invitation, User
from kip_site.accounts.organisation.forms import RolesField
from kip_site.accounts.people.forms import NameField
from kip_site.addresses import normalised

from . import pasted

MOST_AT_ONCE = 500
LONGEST_SHOWN = 254  # of what is no address, in the sentence that says so


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
        help_text=gettext_lazy(
            "One on each line, or with commas, semicolons or spaces between them. A name may stand before each, as in "
            "an e-mail: Ana Šarić <ana@guidance.example>. At most 500 at once."
        ),
        max_length=200_000,
        strip=False,  # so that the line numbers in error messages are those of the text area
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "autocapitalize": "none"}),
        error_messages={"required": gettext_lazy("Enter at least one e-mail address.")},
    )
    roles = RolesField()

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation

    def clean_addresses(self):
        """The addresses as they are stored, each once. The error names everything with a fault, not only the first."""
        entries = pasted.read(self.cleaned_data["addresses"])
        if not entries:
            raise ValidationError(_("Enter at least one e-mail address."))
        if len(entries) > MOST_AT_ONCE:
            raise ValidationError(
                _("These are %(count)s addresses; send at most %(most)s at once.")
                % {"count": len(entries), "most": MOST_AT_ONCE}
            )
        faults = faults_of(entries, self.organisation)
        if faults:
            raise ValidationError(faults)
        return [entry.text for entry in entries]


def faults_of(entries, organisation) -> list[str]:
    """A sentence for each address that cannot be invited to the organisation. Three queries.

    The sentences must not reveal who has an account, only who is a member of the organisation already.
    """
    members = addresses_of_members(organisation)
    open_ones = Invitation.objects.filter(organisation=organisation).in_time()
    invited = set(open_ones.to_addresses(entry.text for entry in entries).values_list("email", flat=True))
    faults: list[str] = []
    for entry in entries:
        values = {"line": entry.line, "address": entry.text}
        if not entry.is_address:
            values["address"] = Truncator(entry.text).chars(LONGEST_SHOWN)
            faults.append(_("Line %(line)s: “%(address)s” is not an e-mail address.") % values)
        elif entry.text in members:
            faults.append(
                _("Line %(line)s: %(address)s is a member already. Change the roles in the list of people.") % values
            )
        elif entry.text in invited:
            faults.append(
                _("Line %(line)s: %(address)s is invited already. You can send that invitation again.") % values
            )
    return faults


def addresses_of_members(organisation) -> set[str]:
    """The addresses with which members sign in, and all others that they have confirmed."""
    members = User.objects.in_organisations([organisation])
    confirmed = EmailAddress.objects.filter(user__in=members, verified=True)
    emails = chain(members.values_list("email", flat=True), confirmed.values_list("email", flat=True))
    return {normalised(email) for email in emails}
