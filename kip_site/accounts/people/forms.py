"""The form on which people change their name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import User


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As it appears on your profile.")}
        error_messages = {"name": {"required": _("Enter your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
