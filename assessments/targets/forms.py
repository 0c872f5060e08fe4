"""Forms: with which target a person is compared, and what platform admins decide that a target requires."""

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from assessments.models import TargetProfile
from frameworks.models import Level


class TargetForm(forms.Form):
    """What to compare an assessment with. `cleaned_data["target"]` is a TargetProfile, or None for no target."""

    NONE = "none"

    target = forms.ChoiceField(
        label=_("Compare with"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a target; “No target” is an answer too."),
            "invalid_choice": _("This target is not offered for this form. Choose another one."),
        },
    )

    def __init__(self, *args, assessment, **kwargs):
        super().__init__(*args, **kwargs)
        targets = TargetProfile.objects.visible_to(assessment.person).filter(revision=assessment.form.revision_id)
        self.targets = {str(target.pk): target for target in targets}
        self.fields["target"].choices = [
            *((pk, self._label(target)) for pk, target in self.targets.items()),
            (self.NONE, _("No target")),
        ]
        self.fields["target"].initial = str(assessment.target_id) if assessment.target_id else self.NONE

    @staticmethod
    def _label(target):
        if not target.description:
            return target.title
        return format_html('{}<br><span class="hint">{}</span>', target.title, target.description)

    def clean_target(self):
        return self.targets.get(self.cleaned_data["target"])


class RequiredLevelForm(forms.Form):
    """What a target requires of a statement. `cleaned_data["level"]` is a Level, or None to require nothing."""

    level = forms.ModelChoiceField(
        Level.objects.none(),
        to_field_name="value",
        required=False,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose one of the levels of the scale.")),
    )

    def __init__(self, *args, review, **kwargs):
        # A page has many of these forms, so the ids contain the primary key.
        super().__init__(*args, auto_id=f"%s-{review.pk}", **kwargs)
        self.review = review
        self.fields["level"].label = _("Required level of %(code)s") % {"code": review.statement.code}
        self.fields["level"].queryset = Level.objects.filter(scale__revision=review.target.revision_id)
        # The button "nothing" counts, whatever level is selected beside it.
        self.requires_nothing = "nothing" in self.data

    def clean_level(self):
        level = self.cleaned_data["level"]
        if self.requires_nothing:
            return None
        if level is None:
            raise forms.ValidationError(self.fields["level"].error_messages["required"])
        return level
