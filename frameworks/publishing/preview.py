"""What an admin reads before publishing a draft: changes by competence, or all elements of a first revision.

Made of dataclasses with plain text from a document and its comparison; the page and the command both show them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from frameworks import hooks
from frameworks.browsing import names
from frameworks.comparison.diff import Diff, diffs, diffs_of_parts
from frameworks.comparison.rules import Comparison, Entry, KindOfChange
from frameworks.comparison.scale_diff import scale_diffs
from frameworks.files.cells import where
from frameworks.files.document import CLUSTERS, COMPETENCE, Document, DocumentPart
from frameworks.hooks import Affected, AffectedItem, Impact, ToDo

from . import consequences

if TYPE_CHECKING:
    from .actions import Examination

# The entries that are shown as one change: a single entry, or all the parts of an element that was split.
Group = list[Entry]
LABELS: dict[KindOfChange, str | Promise] = {
    "unchanged": gettext_lazy("unchanged"),
    "moved": gettext_lazy("moved"),
    "recoded": gettext_lazy("recoded"),
    "translated": gettext_lazy("translated"),
    "reworded": gettext_lazy("reworded"),
    "successor": gettext_lazy("successor"),
    "split": gettext_lazy("split"),
    "merged": gettext_lazy("merged"),
    "widened": gettext_lazy("widened"),
    "narrowed": gettext_lazy("narrowed"),
    "retired": gettext_lazy("retired"),
    "added": gettext_lazy("added"),
    "rescaled": gettext_lazy("rescaled"),
}
# The CSS class of a change's tag: that of its first kind of change that is listed here; no class if none is.
TAG_CLASSES = {"added": "done", "retired": "late", "reworded": "going"} | dict.fromkeys(
    ("successor", "split", "merged", "widened", "narrowed", "rescaled"), "due"
)
# With more changes than this, those of each competence are folded.
_MANY_CHANGES = 150
# With more than this, a page shows the changes of one competence at a time.
_TOO_MANY_CHANGES = 1000


@dataclass(frozen=True, slots=True)
class Change:
    """An element that differs, or several that an element was split into, with the wording before and after."""

    label: str
    tag_class: str
    heading: str
    place: str  # of the element in the file
    diffs: tuple[Diff, ...]
    ratings: str  # "Ratings: carried." …; blank for elements that are not rated
    consequence: str


@dataclass(frozen=True, slots=True)
class Section:
    """A competence, or the scale (without a code), and what changes in it."""

    code: str
    title: str
    summary: str  # "2 reworded, 1 added"
    count: int  # of its changes
    changes: tuple[Change, ...]  # empty if the section is not open


@dataclass(frozen=True, slots=True)
class Incoming:
    """A competence of a first revision: `clusters` are (heading, [(code, text), …])."""

    code: str
    title: str
    counts: str
    clusters: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    language: str  # the source language, which titles and texts are in
    counts: tuple[tuple[int, str], ...]  # (number, what)
    sections: tuple[Section, ...] = ()
    is_folded: bool = False  # so many changes that each section has a summary
    is_partial: bool = False  # so many that not every section is open
    unchanged: tuple[str, ...] = ()  # codes of the competences in which nothing differs
    totals: tuple[tuple[str, str, str], ...] = ()  # (effect on ratings, number of ratings, number of people)
    remarks: tuple[str, ...] = ()  # sentences below the totals
    affected: tuple[AffectedItem, ...] = ()  # forms, target profiles and modules
    to_dos: tuple[ToDo, ...] = ()  # what to do after publishing
    incoming: tuple[Incoming, ...] = ()  # of a first revision, otherwise empty


def preview_of(examined: "Examination", opened: int | None = None) -> Preview:
    """The Preview of an examined file, with its effects on people, targets and modules from the apps above."""
    current, comparison = examined.current, examined.comparison
    if current is None:
        return preview(examined.document, comparison)
    return preview(
        examined.document,
        comparison,
        hooks.impact(current, comparison),
        hooks.affected_modules(current, comparison),
        opened,
    )


def preview(
    document: Document,
    comparison: Comparison,
    impact: Impact | None = None,
    modules: Affected | None = None,
    opened: int | None = None,
) -> Preview:
    """The Preview of a document and its faultless comparison with the revision in force.

    `impact` and `modules` are the further effects, if they are known. `opened` is the number, from 1, of the only
    section to open if there are too many changes for a page (0 for none); with None, all sections are open.
    """
    language = document["framework"]["source_language"]
    if comparison.is_first:
        return Preview(language, _kind_counts(document), incoming=tuple(_incoming(document, language)))
    impact, modules = impact or Impact(), modules or Affected()
    contents = list(_contents(document, comparison, language))
    number = sum(len(groups) for _code, _title, groups in contents)
    is_partial = opened is not None and number > _TOO_MANY_CHANGES
    sections = tuple(
        _section(*content, language, impact, is_open=not is_partial or place == opened)
        for place, content in enumerate(contents, 1)
    )
    touched = {section.code for section in sections}
    return Preview(
        language,
        tuple((number, str(LABELS[change])) for change, number in comparison.counts().items()),
        sections,
        is_folded=number > _MANY_CHANGES,
        is_partial=is_partial,
        unchanged=tuple(entry["code"] for entry in document["competences"] if entry["code"] not in touched),
        totals=consequences.totals(impact),
        remarks=consequences.remarks(impact),
        affected=(*impact.affected.items, *modules.items),
        to_dos=(*impact.affected.to_dos, *modules.to_dos),
    )


# --- A first revision ---------------------------------------------------------------------------


def _kind_counts(document: Document) -> tuple[tuple[int, str], ...]:
    sizes = _sizes(document["competences"]) | {"level": len(document["scale"]["levels"])}
    return tuple((number, names.noun(kind, number)) for kind, number in sizes.items() if number)


def _sizes(competences: Iterable[DocumentPart]) -> dict[str, int]:
    return {kind: sum(len(competence.get(key, ())) for competence in competences) for key, kind in CLUSTERS.items()}


def _incoming(document: Document, language: str) -> Iterator[Incoming]:
    for competence in document["competences"]:
        yield Incoming(
            competence["code"],
            competence["title"][language],
            names.counted(_sizes([competence])),
            tuple(
                (
                    str(names.HEADINGS[kind]),
                    tuple((entry["code"], entry["text"][language]) for entry in competence[key]),
                )
                for key, kind in CLUSTERS.items()
                if competence.get(key)
            ),
        )


# --- A later revision ---------------------------------------------------------------------------


def _contents(document: Document, comparison: Comparison, language: str) -> Iterator[tuple[str, str, list[Group]]]:
    """(code, title, groups of changes) of each section."""
    by_competence: dict[str | None, list[Group]] = defaultdict(list)
    for group in _grouped(comparison.entries):
        by_competence[_competence_of(group[0])].append(group)
    for competence in document["competences"]:
        if groups := by_competence.pop(competence["id"], None):
            yield competence["code"], competence["title"][language], groups
    if groups := by_competence.pop(None, None):
        yield "", _("The levels"), groups
    if groups := list(chain.from_iterable(by_competence.values())):
        yield "", _("Competences that are no more"), groups


def _grouped(entries: Sequence[Entry]) -> Iterator[Group]:
    """The groups of entries that differ; the parts of a split element form one group, at the place of the first."""
    parts: dict[str | None, Group] = defaultdict(list)
    for entry in entries:
        if source := _split_from(entry):
            parts[source].append(entry)
    for entry in entries:
        if entry.changes == ("unchanged",) and not entry.details:
            continue
        together = parts.get(_split_from(entry), ())
        if len(together) < 2:
            yield [entry]
        elif together[0] is entry:
            yield together


def _split_from(entry: Entry) -> str | None:
    """The id of the element of which the entry is a part, or None; also for an element that only lost a part."""
    if len(entry.sources) == 1 and {"split", "narrowed"} & set(entry.changes):
        return entry.sources[0]
    return None


def _competence_of(entry: Entry) -> str | None:
    element = entry.after or (entry.before[0] if entry.before else None)
    if element is None:
        return None
    return element.id if element.kind == COMPETENCE else element.competence


def _section(
    code: str, title: str, groups: Sequence[Group], language: str, impact: Impact, *, is_open: bool
) -> Section:
    counts = Counter(change for group in groups for entry in group for change in entry.changes)
    kinds_of_change = [f"{counts[change]} {label}" for change, label in LABELS.items() if counts[change]]
    # Unchanged entries are here only because details differ, such as the statements that a learning outcome serves.
    summary = ", ".join(kinds_of_change[bool(counts["unchanged"] and len(kinds_of_change) > 1) :])
    changes = tuple(_change(group, language, impact) for group in groups) if is_open else ()
    return Section(code, title, summary, len(groups), changes)


def _change(group: Group, language: str, impact: Impact) -> Change:
    entry = group[0]
    if entry.scales:
        return _change_of_scale(entry, language)
    is_split = len(group) > 1
    return Change(
        _label_of_split(group) if is_split else _label(entry),
        next((TAG_CLASSES[change] for change in entry.changes if change in TAG_CLASSES), ""),
        _heading_of_split(group) if is_split else _heading(entry),
        where(entry.line),
        tuple(diffs_of_parts(group, language) if is_split else diffs(entry, language)),
        *consequences.of(group, impact),
    )


def _change_of_scale(entry: Entry, language: str) -> Change:
    return Change(
        _label(entry),
        TAG_CLASSES.get(entry.changes[0], ""),
        _heading(entry),
        where(entry.line),
        tuple(scale_diffs(*entry.scales, language)) if entry.scales else (),
        *consequences.of_scale(entry),
    )


def _label_of_split(group: Group) -> str:
    return ngettext("Split in %(number)d", "Split in %(number)d", len(group)) % {"number": len(group)}


def _label(entry: Entry) -> str:
    if entry.changes == ("unchanged",):
        return _("Same wording")
    return capfirst(" + ".join(str(LABELS[change]) for change in entry.changes))


def _heading_of_split(group: Group) -> str:
    codes = [entry.code for entry in group]
    return _("%(source)s, %(kind)s, becomes %(codes)s and %(last)s") % {
        "source": group[0].before[0].code,
        "kind": names.NAMES[group[0].before[0].kind],
        "codes": ", ".join(codes[:-1]),
        "last": codes[-1],
    }


def _heading(entry: Entry) -> str:
    values = {
        "code": entry.code,
        "kind": names.NAMES[entry.kind],
        "sources": ", ".join(source.code for source in entry.before),
    }
    if entry.kind == "scale":
        return _("Levels")
    if "recoded" in entry.changes and len(entry.before) == 1:
        return _("%(sources)s, %(kind)s, now %(code)s") % values
    if entry.after and entry.before and (len(entry.before) > 1 or entry.before[0].id != entry.id):
        return _("%(code)s, %(kind)s, from %(sources)s") % values
    return _("%(code)s, %(kind)s") % values
