"""What an author types or presses while she edits a draft. The forms check single fields; `editing` checks the rest."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .elements import COMPETENCE, elements
from .forms import SeenForm

LONGEST_TEXT, LONGEST_CODE, LONGEST_ID = 2000, 16, 64
LANGUAGE_NAMES = {
    "en": gettext_lazy("English"),
    "fr": gettext_lazy("French"),
    "it": gettext_lazy("Italian"),
    "pt": gettext_lazy("Portuguese"),
    "hr": gettext_lazy("Croatian"),
}


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
        r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,31}\Z",
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
    """The version, date, languages and notes of the revision; the notes in `notes_LANGUAGE`, one field a language."""

    languages = forms.MultipleChoiceField(
        label=gettext_lazy("Languages of the texts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        source = document["framework"]["source_language"]
        self.fields["languages"].choices = [(code, name) for code, name in LANGUAGE_NAMES.items() if code != source]
        self.fields["languages"].help_text = _("Beside %(language)s, the source language.") % {
            "language": LANGUAGE_NAMES[source]
        }
        self.noted = document["framework"]["languages"]
        for code in self.noted:
            self.fields[f"notes_{code}"] = text_field(
                _("Notes (%(language)s)") % {"language": LANGUAGE_NAMES[code]}, required=False
            )

    def notes(self):
        return {code: self.cleaned_data[f"notes_{code}"] for code in self.noted}


class AddForm(SeenForm):
    """A new element of a kind in a competence, blank for a competence itself."""

    text = text_field(gettext_lazy("Text"))
    code = code_field(required=False, help_text=gettext_lazy("As printed. Left empty, it is the next free one."))
    key = forms.RegexField(
        r"\A[a-z0-9][a-z0-9.-]{0,63}\Z",
        label=gettext_lazy("Id"),
        required=False,
        help_text=gettext_lazy("Permanent and never shown to people. Left empty, it is made of the text."),
        error_messages={"invalid": gettext_lazy("Write a–z, 0–9, dots and hyphens only, at most 64.")},
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        if kind == COMPETENCE:
            self.fields["text"].label = _("Title")


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
        self.keys = {element.code: element.id for element in statements}
        self.fields["serves"].choices = [
            (element.id, f"{element.code} {element.text.get(language, '')}")
            for element in statements
            if element.competence == competence or element.id in served
        ]

    def clean_further(self):
        codes = self.cleaned_data["further"].replace(",", " ").split()
        unknown = [code for code in codes if code not in self.keys]
        if unknown:
            raise forms.ValidationError(_("No statement has the code %(codes)s.") % {"codes": ", ".join(unknown)})
        return [self.keys[code] for code in codes]

    def clean(self):
        if "further" in self.cleaned_data and "serves" in self.cleaned_data:
            served = list(dict.fromkeys([*self.cleaned_data["serves"], *self.cleaned_data["further"]]))
            if not served:
                self.add_error("serves", _("Choose one statement at least."))
            self.cleaned_data["served"] = served
        return self.cleaned_data


class AddOutcomeForm(AddForm, ServeForm):
    field_order = ["text", "level", "serves", "further", "code", "key"]


class WordingForm(SeenForm):
    text = text_field(gettext_lazy("Wording"))


class SplitForm(SeenForm):
    first = text_field(gettext_lazy("First part"))
    second = text_field(gettext_lazy("Second part"))
    third = text_field(gettext_lazy("Third part"), required=False)

    def texts(self):
        return [self.cleaned_data[name] for name in ("first", "second", "third")]


class MergeForm(SeenForm):
    other = forms.ChoiceField(
        label=gettext_lazy("Merge it with"),
        error_messages={"required": gettext_lazy("Choose the other statement.")},
    )
    text = text_field(gettext_lazy("Wording of the merged statement"))
    stays = forms.BooleanField(required=False)

    def __init__(self, *args, document, element, **kwargs):
        super().__init__(*args, **kwargs)
        language = document["framework"]["source_language"]
        self.fields["other"].choices = [
            ("", _("Choose a statement")),
            *(
                (competence["title"].get(language, ""), options)
                for competence in document["competences"]
                if (options := _statements_of(document, competence["id"], element.id, language))
            ),
        ]
        self.fields["stays"].label = _("%(code)s stays, with its id, and takes the other one in") % {
            "code": element.code
        }


def _statements_of(document, competence, left_out, language):
    return [
        (element.id, f"{element.code} {element.text.get(language, '')}")
        for element in elements(document)
        if element.competence == competence and element.family == "statement" and element.id != left_out
    ]


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
    """One field a language, named by its code."""

    def __init__(self, *args, document, **kwargs):
        super().__init__(*args, **kwargs)
        framework = document["framework"]
        self.languages = [code for code in framework["languages"] if code != framework["source_language"]]
        for code in self.languages:
            self.fields[code] = text_field(LANGUAGE_NAMES[code], required=False)
            self.fields[code].widget.attrs["lang"] = code

    def texts(self):
        return {code: self.cleaned_data[code] for code in self.languages}
