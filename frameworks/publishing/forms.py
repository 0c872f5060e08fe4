"""Forms of platform admins: uploading a framework file, and confirming that the changes were read."""

from django import forms
from django.utils.translation import gettext_lazy as _

from frameworks.files.formats import EXTENSIONS
from kip_site.requests import HIGHEST_KEY

from .baseline import Seen


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Framework file"),
        help_text=_("A YAML, CSV or XLSX file, at most 5 MB. To revise a framework, begin with its download."),
        widget=forms.FileInput(attrs={"accept": ",".join(EXTENSIONS)}),
        error_messages={
            "required": _("Choose a file first."),
            "empty": _("This file is empty. Choose the one that holds the framework."),
        },
    )


class SeenForm(forms.Form):
    """Hidden fields that identify what the page showed: see `baseline.Seen`."""

    OUT_OF_DATE = _("This page is out of date. Load it again, then send it once more.")

    sha256 = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "max_length"), OUT_OF_DATE),
    )
    current = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=HIGHEST_KEY,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), OUT_OF_DATE),
    )

    @property
    def seen(self) -> Seen:
        return Seen(self.cleaned_data["sha256"], self.cleaned_data["current"])


class PublishForm(SeenForm):
    has_read = forms.BooleanField(
        label=_("I have read the changes"),
        error_messages={"required": _("Read the changes and tick this box to publish.")},
    )
