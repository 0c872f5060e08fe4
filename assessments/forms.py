"""What people send: an answer, evidence for it, and who may see the result."""

from django import forms
from django.db import models
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from frameworks.models import Level

from . import uploads
from .answers import Answer, Seen
from .models import Form, Rating, TargetProfile

LONGEST_COMMENT = Rating._meta.get_field("comment").max_length


class CommentField(forms.CharField):
    def to_python(self, value):
        # A browser counts a line end as one character and sends two.
        return super().to_python(value).replace("\r\n", "\n").strip()


class SeenField(forms.CharField):
    def clean(self, value):
        value = super().clean(value)
        try:
            return Seen.read(value) if value else None
        except ValueError:
            raise forms.ValidationError(_("This page is out of date. Load it again; your answers are safe.")) from None


class AnswerForm(forms.Form):
    """One question of a page. `cleaned_data` holds `answer` (an Answer) and `seen` (a Seen)."""

    choice = forms.CharField(required=False, max_length=4, error_messages={"max_length": _("Choose a level.")})
    comment = CommentField(
        required=False,
        max_length=LONGEST_COMMENT,
        error_messages={
            "max_length": _(
                "The comment was not saved: it has %(show_value)d characters, and there is room for %(limit_value)d. "
                "Shorten it here; the rest of your answers is safe."
            )
        },
    )
    seen = SeenField()
    # What the other window saved, once this one was told of a conflict: it counts as seen if the person keeps her own.
    current = SeenField(required=False)

    def clean(self):
        if not self.errors:
            try:
                self.cleaned_data["answer"] = Answer.read(self.cleaned_data["choice"], self.cleaned_data["comment"])
            except ValueError:
                raise forms.ValidationError(_("This is not one of the levels. Nothing has changed.")) from None
        return self.cleaned_data

    @property
    def fault(self):
        """The first thing that is wrong, as a sentence."""
        return next((errors[0] for errors in self.errors.values()), "")


class EvidenceForm(forms.Form):
    """A link or a file; either is enough, both at once are two."""

    link = forms.URLField(
        label=_("Link"),
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={"invalid": _("Enter a whole web address, such as https://example.org/agreement.")},
    )
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        help_text=_("PDF, picture, text or office document, up to 5 MB"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(uploads.ALLOWED)}),
    )

    def clean_link(self):
        link = self.cleaned_data["link"]
        # URLField lets ftp through as well.
        if link and not link.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(_("Enter a web address that begins with https:// or http://."))
        return link

    def clean_file(self):
        file = self.cleaned_data["file"]
        fault = uploads.fault_of(file) if file else ""
        if fault:
            raise forms.ValidationError(fault)
        return file

    def clean(self):
        if not self.errors and not self.cleaned_data["link"] and not self.cleaned_data["file"]:
            self.add_error("link", _("Enter a web address or choose a file, then add it."))
        return self.cleaned_data


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
    """Who may see this profile. `audience` is asked for, never assumed: sharing is the person's own act."""

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


class BeginForm(forms.Form):
    """Which form to begin, and what to compare the result with."""

    form = forms.ModelChoiceField(Form.objects.all())
    target = forms.ModelChoiceField(TargetProfile.objects.all(), required=False)


class TargetForm(forms.Form):
    """What to compare an assessment with. `cleaned_data["target"]` is a TargetProfile, or None for no target."""

    NONE = "none"

    target = forms.ChoiceField(
        label=_("Compare with"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a target; “No target” is an answer too. Nothing has changed."),
            "invalid_choice": _("This target is not offered for this form. Nothing has changed. Choose another one."),
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

    level = forms.ModelChoiceField(Level.objects.none(), to_field_name="value", required=False)

    def __init__(self, *args, review, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["level"].queryset = Level.objects.filter(scale__revision=review.target.revision_id)
        # Sent by the other button, whatever level is chosen beside it.
        self.requires_nothing = "nothing" in self.data

    def clean_level(self):
        level = self.cleaned_data["level"]
        if self.requires_nothing:
            return None
        if level is None:
            raise forms.ValidationError(_("Choose a level."))
        return level
