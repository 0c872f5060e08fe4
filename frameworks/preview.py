"""What an admin reads before a draft is published: changes by competence, or all that a first revision brings.

Pure: made from a document and its comparison, as dataclasses of plain text that page and command show in their own way.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import kinds
from .elements import CLUSTERS, COMPETENCE, STATEMENT_KINDS
from .places import where

LABELS = {
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
# The look of a change's tag, by the first of its kinds that has one; the others are plain.
TONES = {"added": "done", "retired": "late", "reworded": "going"} | dict.fromkeys(
    ("successor", "split", "merged", "widened", "narrowed", "rescaled"), "due"
)
RATINGS = {
    "carried": gettext_lazy("carried"),
    "suggested": gettext_lazy("suggested"),
    "archived": gettext_lazy("archived"),
    "none": gettext_lazy("none yet"),
}
# What differs beside the wording and the place, as the file calls it.
DETAILS = {
    "emphasis": gettext_lazy("emphasis"),
    "same_as": gettext_lazy("repeated text"),
    "esco": gettext_lazy("ESCO address"),
    "eqf": gettext_lazy("EQF level"),
    "level": gettext_lazy("level"),
    "serves": gettext_lazy("statements served"),
    "learning_outcomes_origin": gettext_lazy("origin of the learning outcomes"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words in a quotation; `mark` is "ins", "del" or blank."""

    mark: str
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    language: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One element that differs, with its wording before and after."""

    label: str
    tone: str
    heading: str
    place: str  # of the element in the file
    quotes: tuple[Quote, ...]
    ratings: str  # carried, suggested, archived …; blank for what nobody rates
    consequence: str


@dataclass(frozen=True, slots=True)
class Section:
    """A competence, or the scale (without a code), and what changes in it."""

    code: str
    title: str
    changes: tuple[Change, ...]


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
    sections: tuple[Section, ...]
    unchanged: tuple[str, ...]  # codes of the competences in which nothing differs
    ratings: tuple[tuple[str, int], ...]  # (what happens to them, number of statements)
    incoming: tuple[Incoming, ...]  # of a first revision, otherwise empty


def preview(document, comparison):
    """The Preview of a document and its faultless comparison with the revision in force."""
    language = document["framework"]["source_language"]
    if comparison.is_first:
        return Preview(language, _kind_counts(document), (), (), (), tuple(_incoming(document, language)))
    sections = tuple(_sections(document, comparison, language))
    touched = {section.code for section in sections}
    rated = Counter(entry.ratings for entry in comparison.entries if entry.kind in STATEMENT_KINDS.values())
    return Preview(
        language,
        tuple((number, str(LABELS[change])) for change, number in comparison.counts().items()),
        sections,
        tuple(entry["code"] for entry in document["competences"] if entry["code"] not in touched),
        tuple((capfirst(label), rated[ratings]) for ratings, label in RATINGS.items() if rated[ratings]),
        (),
    )


# --- A first revision ---------------------------------------------------------------------------


def _kind_counts(document):
    sizes = _sizes(document["competences"]) | {"level": len(document["scale"]["levels"])}
    return tuple((number, kinds.noun(kind, number)) for kind, number in sizes.items() if number)


def _sizes(competences):
    return {kind: sum(len(competence.get(key, ())) for competence in competences) for key, kind in CLUSTERS.items()}


def _incoming(document, language):
    for competence in document["competences"]:
        yield Incoming(
            competence["code"],
            competence["title"][language],
            kinds.counted(_sizes([competence])),
            tuple(
                (
                    str(kinds.HEADINGS[kind]),
                    tuple((entry["code"], entry["text"][language]) for entry in competence[key]),
                )
                for key, kind in CLUSTERS.items()
                if competence.get(key)
            ),
        )


# --- A revision of what is in force -------------------------------------------------------------


def _sections(document, comparison, language):
    by_competence = defaultdict(list)
    for entry in comparison.entries:
        if entry.changes != ("unchanged",) or entry.details:
            by_competence[_competence_of(entry)].append(_change(entry, language))
    for competence in document["competences"]:
        if changes := by_competence.pop(competence["id"], None):
            yield Section(competence["code"], competence["title"][language], tuple(changes))
    if scale := by_competence.pop(None, None):
        yield Section("", _("The scale"), tuple(scale))
    if rest := tuple(chain.from_iterable(by_competence.values())):
        yield Section("", _("Competences that are no more"), rest)


def _competence_of(entry):
    element = entry.after or (entry.before[0] if entry.before else None)
    if element is None:
        return None
    return element.id if element.kind == COMPETENCE else element.competence


def _change(entry, language):
    rated = entry.kind in STATEMENT_KINDS.values()
    return Change(
        _label(entry),
        next((TONES[change] for change in entry.changes if change in TONES), ""),
        _heading(entry),
        where(entry.line),
        tuple(_quotes(entry, language)),
        str(RATINGS[entry.ratings]) if rated else "",
        _consequence(entry) if rated or entry.changes == ("unchanged",) else "",
    )


def _label(entry):
    if entry.changes == ("unchanged",):
        return _("Same wording")
    return capfirst(" + ".join(str(LABELS[change]) for change in entry.changes))


def _heading(entry):
    values = {
        "code": entry.code,
        "kind": kinds.NAMES[entry.kind],
        "sources": ", ".join(source.code for source in entry.before),
    }
    if entry.kind == "scale":
        return _("Levels")
    if "recoded" in entry.changes and len(entry.before) == 1:
        return _("%(sources)s, %(kind)s, now %(code)s") % values
    if entry.after and entry.before and (len(entry.before) > 1 or entry.before[0].id != entry.id):
        return _("%(code)s, %(kind)s, from %(sources)s") % values
    return _("%(code)s, %(kind)s") % values


def _quotes(entry, language):
    """The wording before and after: word by word where there was one source, whole texts where there were several."""
    if entry.after is None or len(entry.before) != 1:
        for source in entry.before:
            yield Quote(language, (Piece("del", source.text.get(language, "")),))
        if entry.after is not None:
            yield Quote(language, (Piece("ins", entry.after.text.get(language, "")),))
        return
    before, after = entry.before[0].text, entry.after.text
    yield Quote(language, _word_by_word(before.get(language, ""), after.get(language, "")))
    for other in sorted((before.keys() | after.keys()) - {language}):
        if before.get(other) != after.get(other):
            yield Quote(other, _word_by_word(before.get(other, ""), after.get(other, "")))


def _word_by_word(before, after):
    old, new = before.split(), after.split()
    pieces = []
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            pieces.append(Piece("", " ".join(old[i1:i2])))
            continue
        if i2 > i1:
            pieces.append(Piece("del", " ".join(old[i1:i2])))
        if j2 > j1:
            pieces.append(Piece("ins", " ".join(new[j1:j2])))
    return tuple(pieces)


def _consequence(entry):
    if entry.changes == ("unchanged",):
        return _("What differs: %(details)s.") % {
            "details": ", ".join(str(DETAILS[detail]) for detail in entry.details)
        }
    for change, sentence in _CONSEQUENCES:
        if change in entry.changes:
            return str(sentence)
    return _("Only its place or its code changed.")


# By the change that matters most to whoever rated the statement.
_CONSEQUENCES = (
    ("retired", gettext_lazy("They leave the totals and stay in the history.")),
    ("added", gettext_lazy("The form marks it as new.")),
    ("merged", gettext_lazy("People confirm or change the lowest of their levels; until then it does not count.")),
    ("widened", gettext_lazy("People confirm or change the lowest of their levels; until then it does not count.")),
    ("split", gettext_lazy("People confirm or change the level on each part; until then it does not count.")),
    ("successor", gettext_lazy("People confirm or change their old level; until then it does not count.")),
    ("narrowed", gettext_lazy("People confirm or change their old level; until then it does not count.")),
    ("reworded", gettext_lazy("People see the old wording once, next to the new.")),
    ("translated", gettext_lazy("The wording in the source language stays.")),
)
