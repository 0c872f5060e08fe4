"""django-allauth's forms with the platform's own labels, hints, and error messages that say what to do."""

from allauth.account import forms
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.socialaccount import forms as provider_forms
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BooleanField
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.invitations.link import followed, other_address_asked
from kip_site.accounts.models import User
from kip_site.accounts.people.actions import account_at, opens
from kip_site.addresses import AddressFormField

from .begun import SignUp, confirmed, remember_sign_up
from .limits import CodeNeeded, count_code

# {name of a field of allauth: (its label, the message when it is left empty)}.
WORDS = {
    "login": (_("E-mail"), _("Enter your e-mail.")),
    "email": (_("E-mail"), _("Enter your e-mail.")),
    "password": (_("Password"), _("Enter your password.")),
    "oldpassword": (_("Password you have now"), _("Enter the password that you have now.")),
    "password1": (_("New password"), _("Enter a new password.")),
    "password2": (_("New password again"), _("Enter the new password again.")),
    "code": (_("Code"), _("Enter the code.")),
}
KEEP_SIGNED_IN = _("Keep me signed in on this device")
PASSWORD_HINT = _("At least 12 characters. Several words together are easy to remember.")


def keep_signed_in(request, for_weeks):
    """Whether whoever signs in stays so for weeks, or until the browser is closed."""
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if for_weeks else 0)


def reader_of(address):
    """Whom a code that is sent to the address signs in; None if it is nobody.

    allauth would also find somebody who wants to change to this address and has not confirmed that it is hers, and
    somebody whose account an administrator gave this address.
    """
    account = account_at(address)
    return account if account is not None and account.is_active and opens(address, account) else None


class InOurWords:
    """Mixin for forms of allauth that gives their fields the labels and messages of WORDS."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            # Labels stand above the controls; a placeholder would only repeat them, and disappears while typing.
            field.widget.attrs.pop("placeholder", None)
            if name in WORDS:
                field.label, field.error_messages["required"] = WORDS[name]
                field.help_text = PASSWORD_HINT if name == "password1" else ""
            if name in {"login", "email"}:
                field = self.fields[name] = AddressFormField(
                    required=field.required, label=field.label, initial=field.initial, widget=field.widget
                )
                field.error_messages["required"] = WORDS[name][1]
                field.error_messages["invalid"] = _("Enter a whole address, such as ana@guidance.example.")
            if name == "code":
                field.widget.attrs["inputmode"] = "numeric"


class LoginForm(InOurWords, forms.LoginForm):
    """Signs in with the password, or sends a code.

    The button that was pressed says which: `way` is "password" or "code". Somebody who pressed Enter instead, without
    a `way`, means the password if she has typed one.
    """

    # Whether the password was not checked, and a code is sent instead.
    by_code = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["remember"].label = KEEP_SIGNED_IN
        way = self.data.get("way")
        self.fields["password"].required = way == "password" or (way != "code" and not self.data.get("login"))
        invitation = followed(context.request)
        self.fields["login"].initial = invitation.email if invitation else confirmed(context.request)

    def clean_password(self):
        return "" if self.data.get("way") == "code" else self.cleaned_data["password"]

    def clean(self):
        try:
            return super().clean()
        except ValidationError as error:
            if error.code == "email_password_mismatch":
                # The page does not contain the password, so it has to be typed again in any case.
                self.add_error("password", _("Enter your password again."))
            raise

    def _clean_with_password(self, credentials):
        try:
            return super()._clean_with_password(credentials)
        except CodeNeeded:
            self.by_code = True
            return self._clean_without_password(credentials["email"], None)

    def _clean_without_password(self, email, phone):
        asked = RequestLoginCodeForm({"email": email})
        if asked.is_valid():
            self.user = asked._user
        else:
            self.add_error("login", asked.errors["email"].as_data())
        return self.cleaned_data

    def login(self, request, redirect_url=None):
        if self.by_code:
            answer = self._login_by_code(request, redirect_url, self.user_credentials())
        else:
            answer = super().login(request, redirect_url)
        keep_signed_in(request, self.cleaned_data["remember"])
        return answer


class RequestLoginCodeForm(InOurWords, forms.RequestLoginCodeForm):
    """Sends a code, on a page of its own: for somebody whose first code no longer works."""

    remember = BooleanField(label=KEEP_SIGNED_IN, required=False)

    def clean_email(self):
        count_code(context.request, self.cleaned_data["email"])
        email = super().clean_email()
        self._user = reader_of(email)
        return email


class ConfirmLoginCodeForm(InOurWords, forms.ConfirmLoginCodeForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Eight digits, such as 4821-0937.")


class SignsUpOnce:
    """Mixin for forms of sign-up: however many are sent at once, there is one account and nobody learns of it."""

    def validate_unique_email(self, email):
        self.account_already_exists = account_at(email) is not None
        return email

    def try_save(self, request):
        if not self.account_already_exists:
            try:
                with transaction.atomic():
                    return self.save(request), None
            except IntegrityError:
                # Another request with this address, a double click for example, was quicker.
                self.validate_unique_email(self.cleaned_data["email"])
                if not self.account_already_exists:
                    raise
        return super().try_save(request)


class SignupForm(SignsUpOnce, InOurWords, forms.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password1"].label = _("Password")
        self.fields["password1"].help_text = _(
            "At least 12 characters. Without a password we send you a code by e-mail whenever you sign in."
        )

    def try_save(self, request):
        user, answer = super().try_save(request)
        typed = self.cleaned_data
        made = user or self._made_and_undone(request)
        password = made.password if typed["password1"] else ""
        remember_sign_up(request, SignUp(typed["email"], typed["name"], password))
        return user, answer

    def _made_and_undone(self, request):
        """An account of an address that nobody has, which is not kept: a known address takes as long as a new one."""
        typed = self.cleaned_data
        self.cleaned_data = {**typed, "email": f"{get_random_string(32)}@undone.invalid"}
        self.account_already_exists = False
        try:
            with transaction.atomic():
                made = self.save(request)
                transaction.set_rollback(True)
        finally:
            self.cleaned_data, self.account_already_exists = typed, True
        return made

    def clean_email(self):
        """If sign-up is open only because of an invitation, only the invited address is accepted."""
        email = super().clean_email()
        invited = other_address_asked(context.request, email)
        if invited:
            raise ValidationError(_("Your invitation is for %(email)s. Use that address.") % {"email": invited})
        return email


class ResetPasswordForm(InOurWords, forms.ResetPasswordForm):
    def clean_email(self):
        email = super().clean_email()
        reader = reader_of(email)
        self.users = [reader] if reader else []
        return email


class ResetPasswordKeyForm(InOurWords, forms.ResetPasswordKeyForm):
    pass


class ChangePasswordForm(InOurWords, forms.ChangePasswordForm):
    pass


class SetPasswordForm(InOurWords, forms.SetPasswordForm):
    pass


class AddEmailForm(InOurWords, forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail")
        self.fields["email"].error_messages["required"] = _("Enter the new e-mail.")

    def clean_email(self):
        email = self.cleaned_data["email"]
        if account_at(email) == self.user:
            raise get_adapter().validation_error("duplicate_email")
        return email

    def save(self, request):
        """Asking twice, with a double click for example, is asking once: the first link still works."""
        email = self.cleaned_data["email"]
        with transaction.atomic():
            User.objects.select_for_update().get(pk=self.user.pk)
            asked = EmailAddress.objects.filter(user=self.user, verified=False).exclude(email=self.user.email)
            asked.exclude(email=email).delete()
            address, _is_new = EmailAddress.objects.get_or_create(user=self.user, email=email)
        send_verification_email_to_address(request, address)
        return address


class ReauthenticateForm(InOurWords, forms.ReauthenticateForm):
    pass


class AuthenticateForm(InOurWords, mfa_forms.AuthenticateForm):
    pass


class CodeAgainForm(InOurWords, mfa_forms.ReauthenticateForm):
    pass


class ActivateTOTPForm(InOurWords, totp_forms.ActivateTOTPForm):
    pass


class ProviderSignupForm(SignsUpOnce, InOurWords, provider_forms.SignupForm):
    """Asks a new user for what the sign-in provider did not tell."""


class DisconnectForm(InOurWords, provider_forms.DisconnectForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["account"].label = _("Accounts that open yours")
        self.fields["account"].error_messages["required"] = _("Choose the account to disconnect.")

    def clean(self):
        """allauth would ask for a password, so that a way in is left. A code by e-mail is one for everybody."""
        if not opens(self.request.user.email, self.request.user):
            raise get_provider_adapter().validation_error("no_verified_email")
        return self.cleaned_data
