"""Forms of the self-assessment: an answer, evidence for it, and which form to begin."""

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.models import LONGEST_COMMENT, Form, TargetProfile
from assessments.questionnaire.answers import Answer, Seen
from kip_site import uploads
from kip_site.requests import number


class CommentField(forms.CharField):
    def to_python(self, value):
        # A browser counts a line break as one character, but sends two.
        return super().to_python(value).replace("\r\n", "\n").strip()


class SeenField(forms.CharField):
    OUT_OF_DATE = _("This page is out of date. Load it again; your answers are safe.")
    default_error_messages = {"required": OUT_OF_DATE}

    def clean(self, value):
        value = super().clean(value)
        try:
            return Seen.read(value) if value else None
        except ValueError:
            raise forms.ValidationError(self.OUT_OF_DATE) from None


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
    # After a conflict, the answer that the other window saved: if the person keeps her own answer, she has seen it.
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
        """The first error, as a sentence; "" without errors."""
        return next((errors[0] for errors in self.errors.values()), "")


class EvidenceForm(forms.Form):
    """A link, a file, or both; both become two pieces of evidence."""

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
        # URLField also accepts ftp.
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


class BeginForm(forms.Form):
    """Which form to begin, and what to compare the result with."""

    form = forms.ModelChoiceField(
        Form.objects.all(),
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"),
            _("This form is not there any more. Nothing has changed. Choose another form."),
        ),
    )
    target = forms.ModelChoiceField(
        TargetProfile.objects.all(),
        label=_("Compare me with"),
        required=False,
        error_messages={"invalid_choice": _("This target profile is not offered for this form. Choose another one.")},
    )

    def __init__(self, data):
        # The page has such a form for each form that is offered, so the ids of the fields contain its primary key.
        super().__init__(data, auto_id=f"%s-{number(data.get('form', '')) or 0}")

    def clean(self):
        if "form" not in self.cleaned_data:
            # If there is no such form, an error about the target does not help.
            self.errors.pop("target", None)
        return self.cleaned_data

    @property
    def target_error(self):
        return next(iter(self.errors.get("target", ())), "")
