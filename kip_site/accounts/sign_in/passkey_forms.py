"""django-allauth's forms for passkeys, with the platform's own labels, and error messages that say what to do."""

from allauth.mfa.webauthn import forms
from django.core.exceptions import ValidationError
from django.forms import CharField, CheckboxInput
from django.utils.translation import gettext_lazy as _


class InWordsOfPasskeys:
    """Mixin for forms that the browser sends with what a passkey has signed: `credential`, in JSON."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        not_used = _("The passkey was not used. Try again.")
        self.fields["credential"].error_messages |= {"required": not_used, "invalid": not_used}


class UsesPasskey(InWordsOfPasskeys):
    def clean_credential(self):
        try:
            return super().clean_credential()
        except ValidationError as error:
            if error.code != "incorrect_code":
                raise
            raise ValidationError(_("This passkey opens no account here. It may have been removed from it.")) from error


class LoginPasskeyForm(UsesPasskey, forms.LoginWebAuthnForm):
    pass


class SecondStepPasskeyForm(UsesPasskey, forms.AuthenticateWebAuthnForm):
    pass


class ConfirmPasskeyForm(UsesPasskey, forms.ReauthenticateWebAuthnForm):
    pass


class NamesPasskey:
    """Mixin for forms with the `name` of a passkey."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"] = CharField(
            label=_("Name of the passkey"),
            help_text=_("To tell your passkeys apart: “My phone”, for example."),
            max_length=60,
            required=self.fields["name"].required,
            error_messages={"required": _("Enter a name.")},
        )


class AddPasskeyForm(InWordsOfPasskeys, NamesPasskey, forms.AddWebAuthnForm):
    """Adds a passkey, which opens the account by itself; keys that only serve as a second step are not offered."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # allauth's script asks this control, and its form this value, whether the passkey shall open the account.
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].widget = CheckboxInput(attrs={"hidden": True})

    def clean(self):
        self.cleaned_data["passwordless"] = True
        try:
            return super().clean()
        except ValidationError as error:
            raise ValidationError(_("The passkey could not be added. Try again; nothing has changed.")) from error


class RenamePasskeyForm(NamesPasskey, forms.EditWebAuthnForm):
    pass
