"""The field that sign-up has in addition to allauth's own.

allauth imports this module while it builds its own forms, so this module may not import them; `forms` does.
"""

from django import forms
from django.utils.translation import gettext_lazy as _


class NameAtSignUp(forms.Form):
    """The base class of allauth's sign-up form, which adds the e-mail and the password."""

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
