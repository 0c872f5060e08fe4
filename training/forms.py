"""Forms of the catalogue, the board, the assigning of a module and its links. They check; they write nothing."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kip_site.accounts.models import Role, User

from .board import DUE_LABELS, Due
from .models import Module

# How long a person gets unless the trainer says otherwise.
USUAL_TIME = timedelta(weeks=3)
MINUTES = (45, 60, 90)


class CatalogueForm(forms.Form):
    """Filters of the catalogue; `choices` are catalogue.Choice."""

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


class PersonField(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": _("Choose one of the people in your organisations.")}


class ModuleField(forms.ModelChoiceField):
    """Listed modules, chosen by their key."""

    default_error_messages = {
        "invalid_choice": _("This module is not in the catalogue, or has been withdrawn. Choose another one.")
    }

    def __init__(self, **kwargs):
        super().__init__(Module.objects.none(), to_field_name="key", **kwargs)

    def label_from_instance(self, module):
        return module.title


class BoardForm(forms.Form):
    """Filters of the board."""

    person = PersonField(User.objects.none(), label=_("Person"), required=False, empty_label=_("Everyone"))
    module = ModuleField(label=_("Module"), required=False, empty_label=_("All modules"))
    due = forms.ChoiceField(
        label=_("Due"),
        required=False,
        choices=[("", _("Any time")), *((due.value, DUE_LABELS[due]) for due in Due)],
        error_messages={"invalid_choice": _("Choose one of the times in the list.")},
    )

    def __init__(self, *args, trainer, assignments, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.led_by(trainer, Role.TRAINER)
        self.fields["module"].queryset = Module.objects.filter(pk__in=assignments.order_by().values("module"))


class AssignForm(forms.Form):
    """What a trainer asks a person to take. With `person` given, she is not asked for."""

    person = PersonField(User.objects.none(), label=_("Person"), empty_label=_("Choose a person"))
    module = ModuleField(label=_("Module"), empty_label=_("Choose a module"))
    due = forms.DateField(
        label=_("Due date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("We remind the person by e-mail a few days before."),
        error_messages={"invalid": _("Enter a date that exists, such as 28 February 2027.")},
    )
    message = forms.CharField(
        label=_("Message"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Why this module, and what to look out for. It stands in the e-mail."),
    )

    def __init__(self, *args, trainer, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["module"].queryset = Module.objects.listed()
        today = timezone.localdate()
        self.fields["due"].initial = today + USUAL_TIME
        self.fields["due"].widget.attrs["min"] = today.isoformat()
        if person:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = User.objects.led_by(trainer, Role.TRAINER)

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and due < timezone.localdate():
            raise forms.ValidationError(_("The due date lies in the past. Choose today or a later day."))
        return due


class LinkForm(forms.Form):
    """Which outcomes of a new revision a module serves in the place of an old one: suggested ones, or another.

    `suggested` are LearningOutcomes, `choices` is {pk of a revision: all its LearningOutcomes}.
    """

    suggested = forms.TypedMultipleChoiceField(
        label=_("Link the module to"),
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the outcomes that are suggested.")},
    )
    other = forms.TypedChoiceField(
        label=_("To another learning outcome"),
        required=False,
        coerce=int,
        empty_value=None,
        error_messages={"invalid_choice": _("Choose one of the learning outcomes in the list.")},
    )

    def __init__(self, data=None, *, review, suggested, choices):
        # Many of these forms stand on a page, so that each has ids of its own.
        super().__init__(data, auto_id=f"link-{review.pk}-%s", initial={"suggested": [each.pk for each in suggested]})
        self.review = review
        self.by_pk = {outcome.pk: outcome for outcome in choices[review.revision_id]}
        if suggested:
            self.fields["suggested"].choices = [(outcome.pk, _labelled(outcome, review)) for outcome in suggested]
        else:
            del self.fields["suggested"]
            self.fields["other"].label = _("Link the module to")
        competences = {}
        for outcome in self.by_pk.values():
            competence = f"{outcome.competence.code} {review.revision.text(outcome.competence.title)}"
            competences.setdefault(competence, []).append((outcome.pk, _labelled(outcome, review)))
        self.fields["other"].choices = [("", _("None")), *competences.items()]

    def clean(self):
        chosen = super().clean()
        if not self.errors and not self.outcomes:
            name = "suggested" if "suggested" in self.fields else "other"
            self.add_error(name, _("Choose an outcome to link to, or drop the link."))
        return chosen

    @property
    def outcomes(self):
        """The LearningOutcomes that were chosen, each once."""
        chosen = [*self.cleaned_data.get("suggested", ()), self.cleaned_data.get("other")]
        return [self.by_pk[pk] for pk in dict.fromkeys(chosen) if pk]


def _labelled(outcome, review):
    return f"{outcome.code} {review.revision.text(outcome.text)}"
