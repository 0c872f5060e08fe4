"""What the pages for editing the scale of a draft show, as frozen dataclasses.

`context` is the EditingContext of the draft, see `editor.views.context`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.forms import Form
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from frameworks.browsing import names
from frameworks.editor.document.levels import is_rescaled, level_in_force, turned_into
from frameworks.editor.undo import last_step
from frameworks.files.document import LEARNING_OUTCOME, DocumentPart, LanguageMap, elements
from frameworks.files.schema import MOST_LEVELS
from frameworks.models import DraftStep
from kip_site.languages import LANGUAGE_NAMES

from .forms import name_of

if TYPE_CHECKING:
    from frameworks.editor.views.context import EditingContext


@dataclass(frozen=True)
class Descriptor:
    """How people at a level describe themselves, for one kind of statement."""

    kind: str
    text: str


@dataclass(frozen=True)
class ShownLevel:
    """A level in the source language, and how it differs from the revision in force."""

    key: str
    value: int
    name: str
    descriptors: tuple[Descriptor, ...]
    is_reworded: bool
    is_translated: bool


@dataclass(frozen=True)
class JoinedLevels:
    """Several levels in force that turn into the same level."""

    old: str  # "“Alone” and “Together”"
    new: str


@dataclass(frozen=True)
class ScalePage:
    levels: tuple[ShownLevel, ...]  # the highest first
    is_rescaled: bool
    differs: bool  # from the scale in force
    joined: tuple[JoinedLevels, ...]
    can_add: bool
    last_step: DraftStep | None


@dataclass(frozen=True)
class Translation:
    """The form for the translation of a level into one language."""

    language: str  # its name
    form: Form
    is_open: bool


@dataclass(frozen=True)
class LevelPage:
    level: ShownLevel
    forms: dict[str, Form]  # of all that can be done to it, by name
    translations: tuple[Translation, ...]
    sent: str  # the name of the form that was sent; blank if none was
    outcomes: int  # how many learning outcomes lead to it
    is_rescaled: bool
    is_first: bool  # whether the draft is a first revision: nobody has rated yet
    can_take_back: bool
    is_lowest: bool
    is_highest: bool


def load(context: "EditingContext") -> ScalePage:
    """The ScalePage of a draft. One query."""
    return ScalePage(
        levels=tuple(_shown(context, level) for level in reversed(context.document["scale"]["levels"])),
        is_rescaled=is_rescaled(context.document, context.baseline),
        differs=context.baseline.document is not None
        and any(entry.kind == "scale" for entry in context.comparison.entries),
        joined=tuple(_joined(context)),
        can_add=len(context.document["scale"]["levels"]) < MOST_LEVELS,
        last_step=last_step(context.revision),
    )


def load_level(context: "EditingContext", level: DocumentPart, forms: dict[str, Form], sent: str = "") -> LevelPage:
    """The LevelPage of a level of the draft; `sent` is the name of the form that was sent, or blank."""
    levels = context.document["scale"]["levels"]
    before = level_in_force(context.document, context.baseline, level["id"])
    return LevelPage(
        level=_shown(context, level),
        forms=forms,
        translations=tuple(_translations(forms, sent)),
        sent=sent,
        outcomes=sum(
            element.kind == LEARNING_OUTCOME and element.data["level"] == level["id"]
            for element in elements(context.document)
        ),
        is_rescaled=is_rescaled(context.document, context.baseline),
        is_first=context.baseline.document is None,
        can_take_back=before is not None and _texts(before) != _texts(level),
        is_lowest=levels[0]["id"] == level["id"],
        is_highest=levels[-1]["id"] == level["id"],
    )


def _shown(context: "EditingContext", level: DocumentPart) -> ShownLevel:
    before = level_in_force(context.document, context.baseline, level["id"])
    return ShownLevel(
        key=level["id"],
        value=level["value"],
        name=name_of(level, context.document),
        descriptors=tuple(
            Descriptor(capfirst(str(names.NAMES[kind])), texts.get(context.language, ""))
            for kind, texts in level["descriptors"].items()
        ),
        is_reworded=bool(level.get("reworded")),
        is_translated=before is not None and not level.get("reworded") and _texts(level) != _texts(before),
    )


def _texts(level: DocumentPart) -> tuple[LanguageMap, dict[str, LanguageMap]]:
    return level["label"], level["descriptors"]


def _joined(context: "EditingContext") -> Iterator[JoinedLevels]:
    joined: dict[str, list[str]] = {}
    by_key: dict[str, DocumentPart] = {}
    for old, new in turned_into(context.document, context.baseline):
        joined.setdefault(new["id"], []).append(name_of(old, context.document))
        by_key[new["id"]] = new
    for key, names_of_old in joined.items():
        if len(names_of_old) > 1:
            yield JoinedLevels(
                get_text_list([f"“{name}”" for name in names_of_old], _("and")), name_of(by_key[key], context.document)
            )


def _translations(forms: Mapping[str, Form], sent: str) -> Iterator[Translation]:
    for name, form in forms.items():
        if code := name.partition("translate-")[2]:
            yield Translation(str(LANGUAGE_NAMES[code]), form, is_open=sent == name)
