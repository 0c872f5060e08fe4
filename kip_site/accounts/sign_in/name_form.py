"""The field that sign-up has in addition to allauth's own.

allauth imports this module while it builds its own forms, so this module may not import them; `forms` does.
"""

from django import forms

from kip_site.accounts.people.forms import NameField


class NameAtSignUp(forms.Form):
    """The base class of allauth's sign-up form, which adds the e-mail and the password."""

    name = NameField()
    field_order = ["name", "email", "password1"]

    def signup(self, request, user):
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
