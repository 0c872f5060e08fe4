"""The forms for editing the scale of a draft. They check single fields, `document.levels` checks everything else."""

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.browsing import names
from frameworks.editor.document.levels import kinds_in_use
from frameworks.editor.forms import text_field
from frameworks.files.document import STATEMENT_KINDS, Document, DocumentPart
from frameworks.files.schema import HIGHEST_VALUE, LONGEST_TEXT
from frameworks.publishing.forms import SeenForm

LABEL_ROWS, DESCRIPTOR_ROWS = 1, 2


def _describing_fields(form, document, *, required):
    """Adds the field `label`, and for each kind of statement a field `descriptor_KIND`."""
    form.fields["label"] = forms.CharField(
        label=_("Name of the level"),
        max_length=LONGEST_TEXT,
        required=required,
        error_messages={"required": _("Write the name first.")},
    )
    form.kinds = list(STATEMENT_KINDS.values())
    needed = kinds_in_use(document)
    for kind in form.kinds:
        field = text_field(
            _("%(kind)s: what a person at this level says") % {"kind": capfirst(str(names.NAMES[kind]))},
            required=required and kind in needed,
        )
        field.widget.attrs["rows"] = DESCRIPTOR_ROWS
        if required and kind not in needed:
            field.help_text = _(
                "The framework has none of these yet. They can be added once every level describes them."
            )
        form.fields[f"descriptor_{kind}"] = field


class _DescribingForm(SeenForm):
    def descriptors(self):
        """{kind: text}."""
        return {kind: self.cleaned_data[f"descriptor_{kind}"] for kind in self.kinds}


class LevelForm(_DescribingForm):
    """The words of a level in the source language."""

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        _describing_fields(self, document, required=True)


class AddLevelForm(LevelForm):
    """A new level; `above` is the id of the level that it comes above, or blank for the lowest."""

    above = forms.ChoiceField(label=gettext_lazy("Its place"), required=False)

    field_order = ["above"]

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, document=document, **kwargs)
        self.fields["above"].choices = [
            ("", _("Below all others")),
            *(
                (level["id"], _("Above “%(label)s”") % {"label": name_of(level, document)})
                for level in document["scale"]["levels"]
            ),
        ]


class TranslateLevelForm(_DescribingForm):
    """The words of a level in one other language."""

    language = forms.CharField(max_length=2, widget=forms.HiddenInput)

    def __init__(self, *args, document, code, **kwargs):
        super().__init__(*args, **kwargs)
        _describing_fields(self, document, required=False)
        for name, field in self.fields.items():
            if name == "label" or name.startswith("descriptor_"):
                field.widget.attrs["lang"] = code
        # Only descriptors that exist in the source language can be translated.
        described = self.initial.get("described", self.kinds)
        for kind in [kind for kind in self.kinds if kind not in described]:
            del self.fields[f"descriptor_{kind}"]
        self.kinds = [kind for kind in self.kinds if kind in described]


class RemoveLevelForm(SeenForm):
    instead = forms.ChoiceField(
        label=gettext_lazy("What was rated at this level turns into"),
        error_messages={"required": gettext_lazy("Choose the level that takes its place.")},
    )

    def __init__(self, *args, document, level, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instead"].choices = [("", _("Choose a level")), *level_choices(document, without=level)]


class RenumberForm(SeenForm):
    value = forms.IntegerField(
        label=gettext_lazy("Number"),
        min_value=0,
        max_value=HIGHEST_VALUE,
        help_text=gettext_lazy("Scores are computed with it. It grows from level to level."),
        error_messages={"required": gettext_lazy("Write the number first.")},
    )


class MapForm(SeenForm):
    """A field `from_INDEX` for each level in force: the level of the draft that its ratings turn into."""

    def __init__(self, *args, document, old_levels, **kwargs):
        super().__init__(*args, **kwargs)
        self.old_levels = old_levels
        for place, level in enumerate(old_levels):
            self.fields[f"from_{place}"] = forms.ChoiceField(
                label=_("“%(label)s” (%(value)d) turns into")
                % {"label": name_of(level, document), "value": level["value"]},
                choices=level_choices(document),
            )

    def mapped(self):
        """{id of the old level: id of the new one}."""
        return {level["id"]: self.cleaned_data[f"from_{place}"] for place, level in enumerate(self.old_levels)}


def name_of(level: DocumentPart, document: Document) -> str:
    return level["label"].get(document["framework"]["source_language"], "")


def level_choices(document: Document, without: str = "") -> list[tuple[str, str]]:
    return [
        (level["id"], f"{level['value']} {name_of(level, document)}")
        for level in document["scale"]["levels"]
        if level["id"] != without
    ]
