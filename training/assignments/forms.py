"""Forms for filtering the board and for assigning a module. They validate; they write nothing."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.models import Organisation, Role, User
from training.models import Module

from .board import DUE_LABELS, Due

# The default time until the due date.
USUAL_TIME = timedelta(weeks=3)


class PersonField(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": _("Choose one of the people in your organisations.")}


class OrganisationField(forms.ModelChoiceField):
    default_error_messages = {"invalid_choice": _("Choose one of the organisations in which you are a trainer.")}


class ModuleField(forms.ModelChoiceField):
    """A choice of modules by their key; its form sets which modules."""

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
    """Which module a trainer asks whom to take, and in which organisation.

    If `person` is given, the form has no field for her. The organisation is to be chosen only if several come into
    question. If there is one, the page sends it back, so that no assignment goes to another one that has come
    into question meanwhile. `cleaned_data["organisation"]` is there in any case.
    """

    person = PersonField(User.objects.none(), label=_("Person"), empty_label=_("Choose a person"))
    organisation = OrganisationField(
        Organisation.objects.none(),
        to_field_name="slug",
        label=_("Organisation"),
        empty_label=_("Choose an organisation"),
        help_text=_("Its trainers see the assignment, and no others."),
    )
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
        organisations = Organisation.objects.with_role(trainer, Role.TRAINER)
        if person:
            del self.fields["person"]
            organisations = organisations.of(person)
        else:
            self.fields["person"].queryset = User.objects.led_by(trainer, Role.TRAINER)
        self.person, self.only_organisation = person, None
        field = self.fields["organisation"]
        field.queryset = organisations
        found = list(organisations)
        if len(found) == 1 and self.data.get("organisation", "") in {"", found[0].slug}:
            self.only_organisation = found[0]
            field.widget, field.initial, field.required = forms.HiddenInput(), found[0].slug, False

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and due < timezone.localdate():
            raise forms.ValidationError(_("The due date lies in the past. Choose today or a later day."))
        return due

    def clean(self):
        chosen = super().clean()
        person = self.person or chosen.get("person")
        organisation = chosen["organisation"] = chosen.get("organisation") or self.only_organisation
        if person and organisation and not Organisation.objects.of(person).filter(pk=organisation.pk).exists():
            self.add_error(
                "person" if self.only_organisation else "organisation",
                _("%(person)s is not a member of %(organisation)s. Choose another organisation.")
                % {"person": person, "organisation": organisation},
            )
        return chosen
