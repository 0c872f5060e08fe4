"""The form that filters the catalogue. It validates; it writes nothing."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MINUTES = (45, 60, 90)


class CatalogueForm(forms.Form):
    """Filters of the catalogue; `choices` is a list of page.Choice."""

    competence = forms.ChoiceField(
        label=_("Competence"),
        required=False,
        error_messages={"invalid_choice": _("No framework in force has this competence. Choose another one.")},
    )
    minutes = forms.TypedChoiceField(
        label=_("Time"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose one of the times in the list.")},
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        by_framework = {}
        for choice in choices:
            by_framework.setdefault(choice.framework, []).append((choice.name, choice.label))
        grouped = list(by_framework.items()) if len(by_framework) > 1 else next(iter(by_framework.values()), [])
        self.fields["competence"].choices = [("", _("All competences")), *grouped]
        self.fields["minutes"].choices = [
            ("", _("Any time")),
            *(
                (
                    minutes,
                    ngettext("Up to %(minutes)d minute", "Up to %(minutes)d minutes", minutes) % {"minutes": minutes},
                )
                for minutes in MINUTES
            ),
        ]
