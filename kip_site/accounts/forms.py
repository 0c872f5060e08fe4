"""What people say about themselves.

allauth imports SignupNameForm while it builds its own forms, so nothing here may import them: ours of those are in
allauth_forms.
"""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import User


class SignupNameForm(forms.Form):
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


class NameForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name"]
        labels = {"name": _("Your name")}
        help_texts = {"name": _("As it appears on your profile.")}
        error_messages = {"name": {"required": _("Enter your name.")}}
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
