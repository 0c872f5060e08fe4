"""The form on which an organisation administrator chooses the roles of a person."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from kip_site.accounts.models import Role

# What each role is for, as shown beside its checkbox.
MEANINGS = {
    Role.PRACTITIONER: gettext_lazy("rates their own work, follows modules, owns their profile"),
    Role.TRAINER: gettext_lazy("sees the profiles that people share with their trainers; assigns modules to everyone"),
    Role.MANAGER: gettext_lazy("sees the profiles that people share with their managers; exports them as PDF"),
    Role.ORG_ADMIN: gettext_lazy("invites people and gives roles; sees nobody’s profile"),
}


def choices():
    return [(role.value, format_html("<strong>{}</strong>: {}", role.label, MEANINGS[role])) for role in Role]


class RolesField(forms.TypedMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self):
        super().__init__(
            label=gettext_lazy("Roles"),
            choices=choices,
            coerce=Role,
            error_messages={
                "required": gettext_lazy("Choose at least one role."),
                "invalid_choice": gettext_lazy("There is no role “%(value)s”. Choose from those below."),
            },
        )


class RolesForm(forms.Form):
    roles = RolesField()
