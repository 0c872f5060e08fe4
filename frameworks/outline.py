"""A draft as its author sees it: every element in its place, with what it is against the revision in force.

Pure, as dataclasses of plain text in the source language.
"""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from . import kinds
from .elements import CLUSTERS, COMPETENCE, LEARNING_OUTCOME
from .preview import LABELS, TONES
from .takeback import involved_with
from .working_copy import CannotEdit, WorkingCopy

# Changes that are no change of place or code, and so are taken back by the button for it.
_TAKEN_BACK = frozenset(
    ("translated", "reworded", "successor", "split", "merged", "widened", "narrowed", "retired", "added")
)


@dataclass(frozen=True, slots=True)
class Row:
    """An element: `label` is blank where nothing changes."""

    key: str
    code: str
    kind: str
    text: str
    label: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Cluster:
    kind: str
    heading: str
    noun: str  # "sub-competence", to say what may be added
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A competence and what is in it."""

    row: Row
    clusters: tuple[Cluster, ...]

    @property
    def changed(self):
        """How many of its elements differ, itself among them."""
        return sum(bool(row.label) for row in (self.row, *(row for cluster in self.clusters for row in cluster.rows)))


@dataclass(frozen=True, slots=True)
class Outline:
    sections: tuple[Section, ...]
    retired: tuple[Row, ...]
    changed: int  # how many elements differ


def outline(document, comparison, kinds_offered):
    """The Outline of a draft; `kinds_offered` are the kinds of statements that may be added."""
    language = document["framework"]["source_language"]
    entries = {entry.id: entry for entry in comparison.entries}

    def row(kind, data):
        texts = data["title" if kind == COMPETENCE else "text"]
        return Row(data["id"], data["code"], kind, texts.get(language, ""), *tag_of(entries.get(data["id"])))

    sections = tuple(
        Section(
            row(COMPETENCE, competence),
            tuple(
                Cluster(kind, kinds.HEADINGS[kind], kinds.NAMES[kind], tuple(row(kind, entry) for entry in entries_of))
                for cluster, kind in CLUSTERS.items()
                if (entries_of := competence.get(cluster, ()))
                or kind in kinds_offered
                or (kind == LEARNING_OUTCOME and any(competence.get(other) for other in CLUSTERS))
            ),
        )
        for competence in document["competences"]
    )
    retired = tuple(
        Row(entry.id, entry.code, entry.kind, entry.before[0].text.get(language, ""), *tag_of(entry))
        for entry in comparison.entries
        if entry.changes == ("retired",)
    )
    changed = sum(1 for entry in comparison.entries if entry.changes != ("unchanged",) or entry.details)
    return Outline(sections, retired, changed)


def tag_of(entry):
    """The words and the look of an entry's tag."""
    if entry is None or (entry.changes == ("unchanged",) and not entry.details):
        return "", ""
    if entry.changes == ("unchanged",):
        return _("Same wording"), ""
    tone = next((TONES[change] for change in entry.changes if change in TONES), "")
    return capfirst(" + ".join(str(LABELS[change]) for change in entry.changes)), tone


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking a change back does."""

    goes: tuple[str, ...]  # what is new in the draft, as "code “text”"
    stands: tuple[str, ...]  # what stands again as published


def undoing(document, ground, entry):
    """The Undoing of an entry of the comparison, or None if there is nothing to take back."""
    if not _TAKEN_BACK.intersection(entry.changes):
        return None
    try:
        involved = involved_with(document, ground, entry.id)
    except CannotEdit:
        return None
    work = WorkingCopy(document, ground)
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
