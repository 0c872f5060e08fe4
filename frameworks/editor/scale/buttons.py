"""The buttons of a level's page, like those of an element's page in `editor.buttons`."""

from django.forms import Form
from django.http import QueryDict
from django.utils.translation import gettext_lazy

from frameworks.editor.buttons import FormsOfPage, Initial, Operation
from frameworks.editor.document import levels
from frameworks.editor.document.working_copy import Baseline
from frameworks.editor.forms import ReferForm
from frameworks.files.document import Document, DocumentPart
from frameworks.files.schema import FEWEST_LEVELS
from frameworks.publishing.forms import SeenForm

from .forms import LevelForm, RemoveLevelForm, RenumberForm, TranslateLevelForm


def _reword(document: Document, baseline: Baseline, key: str, form: LevelForm) -> Document:
    return levels.reword_level(document, baseline, key, form.cleaned_data["label"], form.descriptors())


def _translate(document: Document, baseline: Baseline, key: str, form: TranslateLevelForm) -> Document:
    data = form.cleaned_data
    return levels.translate_level(document, baseline, key, data["language"], data["label"], form.descriptors())


def _refer(document: Document, baseline: Baseline, key: str, form: ReferForm) -> Document:
    data = form.cleaned_data
    return levels.refer_level(document, baseline, key, esco=data["esco"], eqf=data["eqf"])


# {value that the button sends as `operation`: Operation}. The form of a translation is named `translate-LANGUAGE`.
OPERATIONS = {
    "reword": Operation("wording", _reword, gettext_lazy("The new words of “%(name)s” are saved.")),
    "translate": Operation("translate", _translate, gettext_lazy("The translation of “%(name)s” is saved.")),
    "refer": Operation("refer", _refer, gettext_lazy("The references of “%(name)s” are saved.")),
    "up": Operation(
        "seen",
        lambda document, baseline, key, form: levels.move_level(document, baseline, key, 1),
        "",
        stays=True,
    ),
    "down": Operation(
        "seen",
        lambda document, baseline, key, form: levels.move_level(document, baseline, key, -1),
        "",
        stays=True,
    ),
    "renumber": Operation(
        "renumber",
        lambda document, baseline, key, form: levels.renumber_level(
            document, baseline, key, form.cleaned_data["value"]
        ),
        gettext_lazy("The number of “%(name)s” is changed."),
    ),
    "remove": Operation(
        "remove",
        lambda document, baseline, key, form: levels.remove_level(
            document, baseline, key, form.cleaned_data["instead"]
        ),
        gettext_lazy("The level “%(name)s” is out of the draft."),
    ),
    "take-back": Operation(
        "seen",
        lambda document, baseline, key, form: levels.take_back_level(document, baseline, key),
        gettext_lazy("The words of the level are those in force again."),
    ),
}


def forms_for(
    level: DocumentPart, document: Document, seen: Initial, sent: str = "", data: QueryDict | None = None
) -> dict[str, Form]:
    """{name: form} of all that can be done to a level; the form that was `sent` is bound to `data`."""
    language = document["framework"]["source_language"]
    made = FormsOfPage(seen, sent, data)
    made.add("seen", SeenForm)
    made.add("wording", LevelForm, _words(level, language), document=document)
    made.add("refer", ReferForm, {"esco": level.get("esco", ""), "eqf": level.get("eqf")})
    made.add("renumber", RenumberForm, {"value": level["value"]})
    if len(document["scale"]["levels"]) > FEWEST_LEVELS:
        made.add("remove", RemoveLevelForm, document=document, level=level["id"])
    for code in document["framework"]["languages"]:
        if code != language:
            initial = _words(level, code) | {"language": code, "described": list(level["descriptors"])}
            made.add(f"translate-{code}", TranslateLevelForm, initial, document=document, code=code)
    return made.forms


def _words(level: DocumentPart, language: str) -> dict[str, str]:
    return {
        "label": level["label"].get(language, ""),
        **{f"descriptor_{kind}": texts.get(language, "") for kind, texts in level["descriptors"].items()},
    }
