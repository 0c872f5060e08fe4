"""The forms for editing a draft. Forms check single fields, the package `document` checks everything else."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.files.document import COMPETENCE, Document, elements
from frameworks.files.schema import (
    ESCO_PATTERN,
    HIGHEST_EQF,
    ID_PATTERN,
    LONGEST_CODE,
    LONGEST_ESCO,
    LONGEST_TEXT,
    LOWEST_EQF,
    VERSION_PATTERN,
)
from frameworks.publishing.forms import SeenForm
from kip_site.languages import LANGUAGE_NAMES


def text_field(label, **options):
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the text first.")},
        **options,
    )


def code_field(**options):
    return forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        error_messages={"required": gettext_lazy("Write the code first.")},
        **options,
    )


class BeginForm(forms.Form):
    version = forms.RegexField(
        VERSION_PATTERN,
        label=gettext_lazy("Version"),
        help_text=gettext_lazy("The name of the new revision: letters, digits, dot, hyphen and underscore."),
        error_messages={
            "required": gettext_lazy("Give the revision a version, such as 2027.1."),
            "invalid": gettext_lazy("Write letters, digits, dots, hyphens and underscores only, at most 32."),
        },
    )
    day = forms.DateField(
        label=gettext_lazy("Date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Choose the date of the revision."),
            "invalid": gettext_lazy("Write the date as 2027-01-31."),
        },
    )


class DescribeForm(BeginForm, SeenForm):
    """The version, date, languages and notes of the revision; the notes have a field `notes_LANGUAGE` a language."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the texts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        source = document["framework"]["source_language"]
        self.fields["languages"].choices = [(code, name) for code, name in LANGUAGE_NAMES.items() if code != source]
        self.fields["languages"].help_text = _("In addition to %(language)s, the source language.") % {
            "language": LANGUAGE_NAMES[source]
        }
        self.noted = document["framework"]["languages"]
        for code in self.noted:
            self.fields[f"notes_{code}"] = text_field(
                _("Notes (%(language)s)") % {"language": LANGUAGE_NAMES[code]}, required=False
            )

    def notes(self):
        return {code: self.cleaned_data[f"notes_{code}"] for code in self.noted}


class FindForm(forms.Form):
    """The search in a draft."""

    find = forms.CharField(
        label=gettext_lazy("Find by code or words"),
        max_length=200,
        error_messages={"required": gettext_lazy("Write a code or some words first.")},
    )


class AddForm(SeenForm):
    """A new element of a kind."""

    text = text_field(gettext_lazy("Text"))
    code = code_field(required=False, help_text=gettext_lazy("As printed. Left empty, it is the next free one."))
    key = forms.RegexField(
        ID_PATTERN,
        label=gettext_lazy("Id"),
        required=False,
        help_text=gettext_lazy("Permanent and never shown to people. Left empty, it is made of the text."),
        error_messages={"invalid": gettext_lazy("Write a–z, 0–9, dots and hyphens only, at most 64.")},
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind == COMPETENCE:
            self.fields["text"].label = _("Title")


def statements_by_code(document: Document) -> dict[str, str]:
    return {element.code: element.id for element in elements(document) if element.family == "statement"}


def keys_of(typed: str, keys: Mapping[str, str]) -> list[str]:
    """The ids of the statements whose codes were typed, separated by commas or spaces; `keys` is {code: id}.

    Raises ValidationError for unknown codes.
    """
    codes = typed.replace(",", " ").split()
    # A code that contains a space is found only if it is typed alone.
    if typed.strip() in keys:
        codes = [typed.strip()]
    unknown = [code for code in codes if code not in keys]
    if unknown:
        raise forms.ValidationError(_("No statement has the code %(codes)s.") % {"codes": ", ".join(unknown)})
    return [keys[code] for code in codes]


class ServeForm(SeenForm):
    """Which level a learning outcome leads to, and which statements it serves."""

    level = forms.ChoiceField(label=gettext_lazy("Leads to the level"))
    serves = forms.MultipleChoiceField(
        label=gettext_lazy("Serves"), required=False, widget=forms.CheckboxSelectMultiple
    )
    further = forms.CharField(
        label=gettext_lazy("Further statements"),
        required=False,
        help_text=gettext_lazy("Statements of other competences by their codes: B1, C-S2."),
    )

    def __init__(self, *args, document, competence, served=(), **kwargs):
        super().__init__(*args, **kwargs)
        language = document["framework"]["source_language"]
        self.fields["level"].choices = [
            (level["id"], f"{level['value']} {level['label'].get(language, '')}")
            for level in document["scale"]["levels"]
        ]
        statements = [element for element in elements(document) if element.family == "statement"]
        self.keys = statements_by_code(document)
        self.fields["serves"].choices = [
            (element.id, f"{element.code} {element.text.get(language, '')}")
            for element in statements
            if element.competence == competence or element.id in served
        ]

    def clean_further(self):
        return keys_of(self.cleaned_data["further"], self.keys)

    def clean(self):
        if "further" in self.cleaned_data and "serves" in self.cleaned_data:
            served = list(dict.fromkeys([*self.cleaned_data["serves"], *self.cleaned_data["further"]]))
            if not served:
                self.add_error("serves", _("Choose one statement at least."))
            self.cleaned_data["served"] = served
        return self.cleaned_data


class AddOutcomeForm(AddForm, ServeForm):
    field_order = ["text", "level", "serves", "further", "code", "key"]


def phrases_field(label):
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Shown in bold. One a line, each as it stands in the text, letter by letter."),
    )


def _phrases_typed(form, name):
    """The phrases of a field, one a line; if the text was not changed, the initial list of phrases."""
    typed = "\n".join(form.cleaned_data[name].splitlines())
    before = form.initial.get(f"list_of_{name}", [])
    return before if typed == "\n".join(before).strip() else typed.split("\n")


class WordingForm(SeenForm):
    """The wording of an element, and the key phrases if it is a statement."""

    text = text_field(gettext_lazy("Wording"))
    phrases = phrases_field(gettext_lazy("Key phrases"))

    def __init__(self, *args, has_phrases, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_phrases:
            del self.fields["phrases"]

    def phrases_typed(self):
        """The key phrases, or None if the form has no field for them."""
        return _phrases_typed(self, "phrases") if "phrases" in self.fields and "phrases" in self.data else None


class SplitForm(SeenForm):
    first = text_field(gettext_lazy("First part"))
    second = text_field(gettext_lazy("Second part"))
    third = text_field(gettext_lazy("Third part"), required=False)

    def texts(self):
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class MergeForm(SeenForm):
    """The result of merging statements; `stays` is the id of the one that takes in the others, or blank for none."""

    stays = forms.ChoiceField(
        label=gettext_lazy("Does one of them stay?"),
        required=False,
        widget=forms.RadioSelect,
        initial="",
    )
    text = text_field(gettext_lazy("Wording of the merged statement"))

    def __init__(self, *args, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stays"].choices = [
            ("", _("A new statement, in the place of %(code)s") % {"code": chosen[0].code if chosen else ""}),
            *((row.key, _("%(code)s stays and takes the others in") % {"code": row.code}) for row in chosen),
        ]


class ChooseForm(forms.Form):
    """Further statements to be merged, by their codes."""

    codes = forms.CharField(
        label=gettext_lazy("Add by code"),
        required=False,
        help_text=gettext_lazy("Codes of statements of any competence: B1, C-S2."),
    )

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        self.keys = statements_by_code(document)

    def clean_codes(self):
        return keys_of(self.cleaned_data["codes"], self.keys)


class RetireForm(SeenForm):
    note = text_field(
        gettext_lazy("Why"),
        required=False,
        help_text=gettext_lazy("For people who rated it."),
    )


class RecodeForm(SeenForm):
    code = code_field()


class MoveForm(SeenForm):
    competence = forms.ChoiceField(label=gettext_lazy("Another competence"))

    def __init__(self, *args, document, element, **kwargs):
        super().__init__(*args, **kwargs)
        language = document["framework"]["source_language"]
        self.fields["competence"].choices = [
            (competence["id"], f"{competence['code']} {competence['title'].get(language, '')}")
            for competence in document["competences"]
            if competence["id"] != element.competence
        ]


class TranslateForm(SeenForm):
    """A field for each language, named by its code; for a statement also the key phrases, in `phrases_LANGUAGE`."""

    def __init__(self, *args, document, has_phrases, **kwargs):
        super().__init__(*args, **kwargs)
        framework = document["framework"]
        self.languages = [code for code in framework["languages"] if code != framework["source_language"]]
        self.has_phrases = has_phrases
        for code in self.languages:
            name = LANGUAGE_NAMES[code]
            self.fields[code] = text_field(name, required=False)
            self.fields[code].widget.attrs["lang"] = code
            if has_phrases:
                field = phrases_field(_("Key phrases (%(language)s)") % {"language": name})
                field.widget.attrs["lang"] = code
                self.fields[f"phrases_{code}"] = field

    def texts(self):
        return {code: self.cleaned_data[code] for code in self.languages}

    def phrases_typed(self):
        """{language: [phrase, …]}; empty if the form has no fields for key phrases."""
        shown = [code for code in self.languages if self.has_phrases and f"phrases_{code}" in self.data]
        return {code: _phrases_typed(self, f"phrases_{code}") for code in shown}


class ReferForm(SeenForm):
    """The references of an element or a level to ESCO and to the European Qualifications Framework."""

    esco = forms.RegexField(
        ESCO_PATTERN,
        label=gettext_lazy("Address of the ESCO concept"),
        required=False,
        strip=True,
        max_length=LONGEST_ESCO,
        help_text=gettext_lazy(
            "ESCO is the European list of skills and occupations. Copy the concept's address (URI) from its website; "
            "it begins with http://data.europa.eu/esco/."
        ),
        error_messages={
            "invalid": gettext_lazy(
                "Write the whole address, such as http://data.europa.eu/esco/skill/…, without spaces."
            )
        },
    )
    eqf = forms.TypedChoiceField(
        label=gettext_lazy("EQF level"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("None")), *((number, str(number)) for number in range(LOWEST_EQF, HIGHEST_EQF + 1))],
        help_text=gettext_lazy("The European Qualifications Framework has eight levels of learning."),
    )
