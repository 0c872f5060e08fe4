"""The form on which people change their name, and the field for it where they get an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import User


class NameField(forms.CharField):
    """The name of somebody who gets an account."""

    def __init__(self):
        super().__init__(
            label=_("Your name"),
            help_text=_("As it should appear on your profile."),
            max_length=150,
            error_messages={"required": _("Enter your name.")},
            widget=forms.TextInput(attrs={"autocomplete": "name"}),
        )


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As it appears on your profile.")}
        error_messages = {"name": {"required": _("Enter your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
