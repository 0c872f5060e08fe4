"""The buttons of an element's page: the form that each sends, its change to the document, and its message."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from frameworks.files.document import COMPETENCE, LEARNING_OUTCOME, Document, Element
from frameworks.publishing.forms import SeenForm

from .document import placing
from .document.reshaping import retire, split
from .document.reverting import take_back
from .document.wording import LESS, OTHER, SAME, Meaning, reword, translate
from .document.working_copy import Baseline
from .forms import MoveForm, RecodeForm, ReferForm, RetireForm, ServeForm, SplitForm, TranslateForm, WordingForm

# {name of a field: its initial value}.
Initial = Mapping[str, Any]


@dataclass(frozen=True)
class Operation:
    form: str  # the name of its form in `forms_for`
    # Takes the draft's document, its baseline, the id of the element or level, and the valid form, which has the class
    # that `forms_for` gives to the name `form`; returns the changed document.
    run: Callable[[Document, Baseline, str, Any], Document]
    done: str | Promise  # the message afterwards, with the `code` of the element or the `name` of the level
    stays: bool = False  # whether it leads back to the same page: for a button that is pressed several times


class FormsOfPage:
    """The forms of a page by name: the one that was `sent` is bound to `data`, the others show what is in the draft."""

    def __init__(self, seen: Initial, sent: str, data: QueryDict | None) -> None:
        self.seen, self.sent, self.data = seen, sent, data
        self.forms: dict[str, Form] = {}

    def add(self, name: str, form: type[Form], initial: Initial | None = None, **options: Any) -> None:
        self.forms[name] = form(
            self.data if name == self.sent else None,
            initial={**self.seen, **(initial or {})},
            auto_id=f"{name}_%s",
            **options,
        )


def _reword(meaning: Meaning) -> Callable[[Document, Baseline, str, WordingForm], Document]:
    return lambda document, baseline, key, form: reword(
        document, baseline, key, form.cleaned_data["text"], meaning, form.phrases_typed()
    )


def _serve(document: Document, baseline: Baseline, key: str, form: ServeForm) -> Document:
    data = form.cleaned_data
    return placing.serve(document, baseline, key, level=data["level"], serves=data["served"])


# {value that the button sends as `operation`: Operation}.
OPERATIONS = {
    "same": Operation("wording", _reword(SAME), gettext_lazy("The new wording of %(code)s is saved.")),
    "less": Operation("wording", _reword(LESS), gettext_lazy("%(code)s is saved as narrowed.")),
    "other": Operation("wording", _reword(OTHER), gettext_lazy("A new element took the place of %(code)s.")),
    "split": Operation(
        "split",
        lambda document, baseline, key, form: split(document, baseline, key, form.texts()),
        gettext_lazy("%(code)s is split."),
    ),
    "retire": Operation(
        "retire",
        lambda document, baseline, key, form: retire(document, baseline, key, form.cleaned_data["note"]),
        gettext_lazy("%(code)s is out of the draft."),
    ),
    "take-back": Operation(
        "seen",
        lambda document, baseline, key, form: take_back(document, baseline, key),
        gettext_lazy("The change is taken back."),
    ),
    "up": Operation(
        "seen", lambda document, baseline, key, form: placing.move(document, baseline, key, -1), "", stays=True
    ),
    "down": Operation(
        "seen", lambda document, baseline, key, form: placing.move(document, baseline, key, 1), "", stays=True
    ),
    "move": Operation(
        "move",
        lambda document, baseline, key, form: placing.move_to(document, baseline, key, form.cleaned_data["competence"]),
        gettext_lazy("%(code)s moved. Its code is as before: change it if you want."),
    ),
    "recode": Operation(
        "recode",
        lambda document, baseline, key, form: placing.recode(document, baseline, key, form.cleaned_data["code"]),
        gettext_lazy("The code of %(code)s is changed."),
    ),
    "translate": Operation(
        "translate",
        lambda document, baseline, key, form: translate(document, baseline, key, form.texts(), form.phrases_typed()),
        gettext_lazy("The translations of %(code)s are saved."),
    ),
    "refer": Operation(
        "refer",
        lambda document, baseline, key, form: placing.refer(
            document, baseline, key, esco=form.cleaned_data["esco"], eqf=form.cleaned_data["eqf"]
        ),
        gettext_lazy("The references of %(code)s are saved."),
    ),
    "serve": Operation("serve", _serve, gettext_lazy("What %(code)s serves is saved.")),
}


def forms_for(
    element: Element, document: Document, seen: Initial, sent: str = "", data: QueryDict | None = None
) -> dict[str, Form]:
    """{name: form} of all that can be done to an element; the form that was `sent` is bound to `data`."""
    language = document["framework"]["source_language"]
    text = element.text.get(language, "")
    is_statement = element.family == "statement"
    made = FormsOfPage(seen, sent, data)
    made.add("seen", SeenForm)
    emphasis = element.data.get("emphasis", {})
    made.add(
        "wording", WordingForm, {"text": text, **_phrases("phrases", emphasis.get(language))}, has_phrases=is_statement
    )
    made.add("recode", RecodeForm, {"code": element.code})
    made.add("retire", RetireForm)
    made.add("refer", ReferForm, {"esco": element.data.get("esco", ""), "eqf": element.data.get("eqf")})
    if len(document["framework"]["languages"]) > 1:
        translations = dict(element.text)
        for code in document["framework"]["languages"]:
            translations |= _phrases(f"phrases_{code}", emphasis.get(code))
        made.add("translate", TranslateForm, translations, document=document, has_phrases=is_statement)
    if is_statement:
        made.add("split", SplitForm, {"first": text, "second": text})
    if element.kind != COMPETENCE and len(document["competences"]) > 1:
        made.add("move", MoveForm, document=document, element=element)
    if element.kind == LEARNING_OUTCOME:
        served = element.data["serves"]
        initial = {"level": element.data["level"], "serves": served}
        made.add("serve", ServeForm, initial, document=document, competence=element.competence, served=served)
    return made.forms


def _phrases(name: str, phrases: list[str] | None) -> Initial:
    """The initial values of a field of key phrases: its text with one phrase a line, and the list itself."""
    return {name: "\n".join(phrases or ()), f"list_of_{name}": phrases or []}
