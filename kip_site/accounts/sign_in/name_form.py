"""What sign-up asks besides what allauth does.

allauth imports this while it builds its own forms, so nothing here may import them: those are in `forms`.
"""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameAtSignUp(forms.Form):
    """Base of allauth's sign-up form: it adds the e-mail and the password."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As it should appear on your profile."),
        max_length=150,
        error_messages={"required": _("Enter your name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
