"""The form on which people choose who may see their profile."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _


class Audience(models.TextChoices):
    """Who else sees a submitted profile."""

    NOBODY = "nobody", _("Nobody but me")
    TRAINERS = "trainers", _("My trainers")
    MANAGERS = "managers", _("My managers")
    BOTH = "both", _("My trainers and my managers")

    @classmethod
    def of(cls, assessment):
        return {
            (False, False): cls.NOBODY,
            (True, False): cls.TRAINERS,
            (False, True): cls.MANAGERS,
            (True, True): cls.BOTH,
        }[assessment.shared_with_trainers, assessment.shared_with_managers]


class SharingForm(forms.Form):
    """Who may see this profile. `audience` has no default, because sharing must be the person's own decision."""

    audience = forms.ChoiceField(
        label=_("Who may see this profile"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who may see this profile; “Nobody but me” is an answer too.")},
    )

    @property
    def with_trainers(self):
        return self.cleaned_data["audience"] in {Audience.TRAINERS, Audience.BOTH}

    @property
    def with_managers(self):
        return self.cleaned_data["audience"] in {Audience.MANAGERS, Audience.BOTH}
