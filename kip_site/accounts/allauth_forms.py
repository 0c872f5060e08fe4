"""The forms of django-allauth in our words: labels above the controls, hints that say what to do."""

from allauth.account import forms
from django.utils.translation import gettext_lazy as _


def without_placeholders(fields):
    """Labels stand above the controls; a second copy inside them disappears while one types."""
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)


class LoginForm(forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["login"].label = _("E-mail")
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me signed in on this device")


class SignupForm(forms.SignupForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = _("At least 12 characters. Several words together are easy to remember.")


class ResetPasswordForm(forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = _("E-mail")


class ResetPasswordKeyForm(forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 12 characters. Several words together are easy to remember.")
        self.fields["password2"].label = _("New password again")


class ChangePasswordForm(forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["oldpassword"].label = _("Password you have now")
        self.fields["oldpassword"].help_text = ""
        self.fields["password1"].label = _("New password")
        self.fields["password1"].help_text = _("At least 12 characters. Several words together are easy to remember.")
        self.fields["password2"].label = _("New password again")


class AddEmailForm(forms.AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
        self.fields["email"].label = _("New e-mail")


class ReauthenticateForm(forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        without_placeholders(self.fields)
