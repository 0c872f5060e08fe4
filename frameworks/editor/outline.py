"""The outline of a draft for its author: every element in its place, with its change from the revision in force.

Pure; dataclasses of plain text in the source language.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frameworks.browsing import names
from frameworks.comparison.rules import Comparison, Entry
from frameworks.files.document import CLUSTERS, COMPETENCE, LEARNING_OUTCOME, Document, DocumentPart, Element
from frameworks.publishing.preview import LABELS, TAG_CLASSES

from .document.reverting import involved_with
from .document.working_copy import Baseline, CannotEdit, WorkingCopy

# The changes that the button "take back" reverts: all but changes of position and code.
_TAKEN_BACK = frozenset(
    ("translated", "reworded", "successor", "split", "merged", "widened", "narrowed", "retired", "added")
)


class Tag(NamedTuple):
    """The change of an element from the revision in force, and its CSS class; both blank if nothing changes."""

    label: str = ""
    tag_class: str = ""


@dataclass(frozen=True, slots=True)
class ElementRow:
    """An element; `label` and `tag_class` are those of its Tag."""

    key: str
    code: str
    kind: str
    text: str
    label: str = ""
    tag_class: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    kind: str
    heading: str
    noun: str  # "sub-competence", for the button that adds one
    rows: tuple[ElementRow, ...]

    @property
    def has_choice(self) -> bool:
        """Whether its rows can be chosen to be merged."""
        return self.kind != LEARNING_OUTCOME


@dataclass(frozen=True, slots=True)
class CompetenceSection:
    """A competence and its elements."""

    row: ElementRow
    clusters: tuple[Cluster, ...]
    retired: tuple[ElementRow, ...]  # the retired elements of this competence


@dataclass(frozen=True, slots=True)
class Summary:
    """A competence in one line."""

    row: ElementRow
    counts: str  # "5 sub-competences, 6 knowledge"
    changed: int  # how many of its elements differ, counting itself and its retired elements


@dataclass(frozen=True, slots=True)
class Overview:
    competences: tuple[Summary, ...]
    retired: tuple[ElementRow, ...]  # retired competences, and retired elements of competences that are gone
    changed: int  # how many elements differ


def overview(document: Document, comparison: Comparison) -> Overview:
    """The Overview of a draft: one line a competence, so that it stays short for a large draft too."""
    row = _rows(document, comparison)
    changed: Counter[str] = Counter()
    retired: list[ElementRow] = []
    present = {competence["id"] for competence in document["competences"]}
    for entry in comparison.entries:
        if entry.kind == "scale" or _is_as_before(entry):
            continue
        element = entry.after or entry.before[0]
        home = element.competence or element.id
        changed[home] += 1
        if entry.changes == ("retired",) and home not in present:
            retired.append(_retired_row(document, entry))
    return Overview(
        tuple(
            Summary(
                row(COMPETENCE, competence),
                names.counted({kind: len(competence.get(cluster, ())) for cluster, kind in CLUSTERS.items()}),
                changed[competence["id"]],
            )
            for competence in document["competences"]
        ),
        tuple(retired),
        sum(changed.values()),
    )


def section(
    document: Document, comparison: Comparison, competence: DocumentPart, kinds_offered: Collection[str]
) -> CompetenceSection:
    """The CompetenceSection of a competence; `kinds_offered` are the kinds of statements that may be added."""
    row = _rows(document, comparison)
    clusters = tuple(
        Cluster(
            kind, str(names.HEADINGS[kind]), str(names.NAMES[kind]), tuple(row(kind, entry) for entry in entries_of)
        )
        for cluster, kind in CLUSTERS.items()
        if (entries_of := competence.get(cluster, ()))
        or kind in kinds_offered
        or (kind == LEARNING_OUTCOME and any(competence.get(other) for other in CLUSTERS))
    )
    retired = tuple(
        _retired_row(document, entry)
        for entry in comparison.entries
        if entry.changes == ("retired",) and entry.before[0].competence == competence["id"]
    )
    return CompetenceSection(row(COMPETENCE, competence), clusters, retired)


def rows_of(document: Document, comparison: Comparison, elements_shown: Iterable[Element]) -> tuple[ElementRow, ...]:
    """The ElementRows of some elements of a draft."""
    row = _rows(document, comparison)
    return tuple(row(element.kind, element.data) for element in elements_shown)


def _rows(document: Document, comparison: Comparison) -> Callable[[str, DocumentPart], ElementRow]:
    """A function that returns the ElementRow of an element, given its kind and its part of the document."""
    language = document["framework"]["source_language"]
    entries = {entry.id: entry for entry in comparison.entries}

    def row(kind: str, data: DocumentPart) -> ElementRow:
        texts = data["title" if kind == COMPETENCE else "text"]
        return ElementRow(data["id"], data["code"], kind, texts.get(language, ""), *tag_of(entries.get(data["id"])))

    return row


def _retired_row(document: Document, entry: Entry) -> ElementRow:
    language = document["framework"]["source_language"]
    return ElementRow(entry.id, entry.code, entry.kind, entry.before[0].text.get(language, ""), *tag_of(entry))


def _is_as_before(entry: Entry) -> bool:
    return entry.changes == ("unchanged",) and not entry.details


def tag_of(entry: Entry | None) -> Tag:
    """The Tag of an entry of the comparison; a blank one for None."""
    if entry is None or _is_as_before(entry):
        return Tag()
    if entry.changes == ("unchanged",):
        return Tag(_("Same wording"))
    tag_class = next((TAG_CLASSES[change] for change in entry.changes if change in TAG_CLASSES), "")
    return Tag(capfirst(" + ".join(str(LABELS[change]) for change in entry.changes)), tag_class)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a change back does; elements are written as "code “text”"."""

    goes: tuple[str, ...]  # new elements, which are removed
    stands: tuple[str, ...]  # published elements, which are restored


def undoing(document: Document, baseline: Baseline, entry: Entry) -> Undoing | None:
    """The Undoing of an entry of the comparison, or None if there is nothing to take back."""
    if not _TAKEN_BACK.intersection(entry.changes):
        return None
    try:
        involved = involved_with(document, baseline, entry.id)
    except CannotEdit:
        return None
    work = WorkingCopy(document, baseline)
    language = work.language
    named = _("%(code)s “%(text)s”")
    return Undoing(
        tuple(
            named % {"code": element.code, "text": element.text.get(language, "")}
            for element in work.elements().values()
            if element.id in involved and element.id not in work.base
        ),
        tuple(
            named % {"code": element.code, "text": element.text.get(language, "")}
            for element in work.base.values()
            if element.id in involved
        ),
    )
