"""Changes to the scale of a draft: each function takes a document and returns a changed one, or raises CannotEdit.

Pure, like `placing`. New words for a level that means the same are declared as `reworded`. Adding, removing, moving or
renumbering a level makes another scale with an id of its own. Its `replaces` has a map from each level in force to the
level that it turns into; from the first such change on, this map is always complete.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

from django.utils.text import slugify
from django.utils.translation import gettext as _

from frameworks.files.document import STATEMENT_KINDS, Document, DocumentPart, LanguageMap
from frameworks.files.schema import FEWEST_LEVELS, HIGHEST_VALUE, MOST_LEVELS

from .placing import set_references
from .working_copy import Baseline, CannotEdit, WorkingCopy, cleaned, copied, required

# {kind: text} in one language: how people at a level describe themselves. A blank text removes the existing one.
Descriptors = Mapping[str, str]

# --- Queries -------------------------------------------------------------------------------------


def is_rescaled(document: Document, baseline: Baseline) -> bool:
    """Whether the draft has another scale than the revision in force."""
    return baseline.document is not None and document["scale"]["id"] != baseline.document["scale"]["id"]


def kinds_in_use(document: Document) -> list[str]:
    """The kinds of statements in the document; every level must have a descriptor for each of them."""
    return [
        kind
        for cluster, kind in STATEMENT_KINDS.items()
        if any(competence.get(cluster) for competence in document["competences"])
    ]


def find_level(document: Document, key: str) -> DocumentPart | None:
    """The level of a document, or None."""
    return next((level for level in document["scale"]["levels"] if level["id"] == key), None)


def level_in_force(document: Document, baseline: Baseline, key: str) -> DocumentPart | None:
    """The level in force with the id `key`, or None if there is none or the draft has another scale."""
    if baseline.document is None or is_rescaled(document, baseline):
        return None
    return find_level(baseline.document, key)


def turned_into(document: Document, baseline: Baseline) -> list[tuple[DocumentPart, DocumentPart]]:
    """[(old level, the level that it turns into)] of a rescaled draft; otherwise empty."""
    if baseline.document is None or not is_rescaled(document, baseline):
        return []
    mapped = document["scale"]["replaces"]["map"]
    levels = {level["id"]: level for level in document["scale"]["levels"]}
    return [(level, levels[mapped[level["id"]]]) for level in baseline.document["scale"]["levels"]]


# --- Words ---------------------------------------------------------------------------------------


def reword_level(document: Document, baseline: Baseline, key: str, label: str, descriptors: Descriptors) -> Document:
    """Change the words of a level in the source language, without a change of meaning."""
    work, level = _found(document, baseline, key)
    before = copied(level)
    _describe(work, level, label, descriptors)
    if level == before:
        raise CannotEdit(_("The wording is the same as before: there is nothing to save."))
    _declare(work, level)
    return work.finished()


def translate_level(
    document: Document, baseline: Baseline, key: str, language: str, label: str, descriptors: Descriptors
) -> Document:
    """Set the texts of a level in another language; a blank one is removed."""
    work, level = _found(document, baseline, key)
    untranslatable = [kind for kind, text in descriptors.items() if cleaned(text) and kind not in level["descriptors"]]
    if untranslatable:
        raise CannotEdit(_("Write the description in the source language first, then translate it."))
    _set_words(level, language, cleaned(label), descriptors)
    return work.finished()


def take_back_level(document: Document, baseline: Baseline, key: str) -> Document:
    """Give a level the same words again as in the revision in force."""
    work, level = _found(document, baseline, key)
    before = level_in_force(document, baseline, key)
    if before is None:
        raise CannotEdit(_("There is nothing to take back: the level is not in force."))
    level.clear()
    level.update(copied(before))
    level.pop("reworded", None)
    return work.finished()


def refer_level(
    document: Document, baseline: Baseline, key: str, *, esco: str = "", eqf: int | None = None
) -> Document:
    """Set the ESCO address and the EQF level of a level, like `placing.refer`."""
    work, level = _found(document, baseline, key)
    set_references(level, esco, eqf)
    return work.finished()


def _describe(work: WorkingCopy, level: DocumentPart, label: str, descriptors: Descriptors) -> None:
    """Set the words of a level in the source language; a descriptor that is removed loses its translations too."""
    for kind in [kind for kind, text in descriptors.items() if not cleaned(text)]:
        level["descriptors"].pop(kind, None)
    _set_words(level, work.language, required(label), descriptors)
    if set(kinds_in_use(work.document)) - set(level["descriptors"]):
        raise CannotEdit(_("Describe the level for every kind of statement that the framework has."))


def _set_words(level: DocumentPart, language: str, label: str, descriptors: Descriptors) -> None:
    _set_text(level, "label", language, label)
    for kind, text in descriptors.items():
        _set_text(level["descriptors"], kind, language, cleaned(text))


def _set_text(holder: dict[str, LanguageMap], name: str, language: str, text: str) -> None:
    texts = holder.setdefault(name, {})
    texts.pop(language, None)
    if text:
        texts[language] = text
    if not texts:
        del holder[name]


def _declare(work: WorkingCopy, level: DocumentPart) -> None:
    """Declare a level as `reworded` if it is in force with other words in the source language."""
    level.pop("reworded", None)
    before = level_in_force(work.document, work.baseline, level["id"])
    if before and _words(level, before, work.language) != _words(before, level, work.language):
        level["reworded"] = True


def _words(level: DocumentPart, other: DocumentPart, language: str) -> tuple[str | None, dict[str, str | None]]:
    """The texts of a level in a language: its label, and its descriptors of the kinds that `other` describes too."""
    kinds = [kind for kind in level["descriptors"] if kind in other["descriptors"]]
    return level["label"].get(language), {kind: level["descriptors"][kind].get(language) for kind in kinds}


# --- Adding, removing and moving levels ----------------------------------------------------------


def add_level(
    document: Document, baseline: Baseline, label: str, descriptors: Descriptors, *, above: str = ""
) -> Document:
    """Add a level above the one with the id `above`, or below all others. No old level is mapped to it yet."""
    work = WorkingCopy(document, baseline)
    levels = work.document["scale"]["levels"]
    if len(levels) >= MOST_LEVELS:
        raise CannotEdit(_("A scale has ten levels at most: remove one first."))
    level = {"id": _new_level_id(work, required(label)), "value": 0, "label": {}, "descriptors": {}}
    _describe(work, level, label, descriptors)
    values = [entry["value"] for entry in levels]
    _rescale(work)
    place = _place(work, above) + 1 if above else 0
    levels.insert(place, level)
    _number(levels, _values_with_room(values, place))
    return _settled(work)


def remove_level(document: Document, baseline: Baseline, key: str, instead: str) -> Document:
    """Remove a level; its ratings and learning outcomes are moved to the level with the id `instead`."""
    work, level = _found(document, baseline, key)
    scale = work.document["scale"]
    if len(scale["levels"]) <= FEWEST_LEVELS:
        raise CannotEdit(_("A scale has two levels at least: add another one before you remove this one."))
    if instead == key or find_level(document, instead) is None:
        raise CannotEdit(_("Choose the level that takes its place."))
    step = _step([entry["value"] for entry in scale["levels"]])
    first = scale["levels"][0]["value"]
    _rescale(work)
    scale["levels"].remove(level)
    if step:
        _number(scale["levels"], [first + step * place for place in range(len(scale["levels"]))])
    if "replaces" in scale:
        mapped = scale["replaces"]["map"]
        mapped.update({old: instead for old, new in mapped.items() if new == key})
    for outcome in work.outcomes():
        if outcome["level"] == key:
            outcome["level"] = instead
    return _settled(work)


def move_level(document: Document, baseline: Baseline, key: str, by: Literal[-1, 1]) -> Document:
    """Move a level up (`by` 1) or down (−1); values stay at their positions. At the end of the scale it stays."""
    work = WorkingCopy(document, baseline)
    levels = work.document["scale"]["levels"]
    values = [entry["value"] for entry in levels]
    place = _place(work, key)
    target = min(max(place + by, 0), len(levels) - 1)
    if target == place:
        return document
    _rescale(work)
    levels.insert(target, levels.pop(place))
    _number(levels, values)
    return _settled(work)


def renumber_level(document: Document, baseline: Baseline, key: str, value: int) -> Document:
    """Give a level another value, between those of its neighbours."""
    work, level = _found(document, baseline, key)
    levels, place = work.document["scale"]["levels"], _place(work, key)
    lowest = levels[place - 1]["value"] + 1 if place else 0
    highest = levels[place + 1]["value"] - 1 if place + 1 < len(levels) else HIGHEST_VALUE
    if not lowest <= value <= highest:
        if lowest >= highest:
            raise CannotEdit(_("There is no other number between those of the levels below and above."))
        raise CannotEdit(
            _("The number must lie between those of the levels below and above: from %(lowest)d to %(highest)d.")
            % {"lowest": lowest, "highest": highest}
        )
    _rescale(work)
    level["value"] = value
    return _settled(work)


def turn_into(document: Document, baseline: Baseline, mapped: Mapping[str, str]) -> Document:
    """Set which level ratings turn into: `mapped` is {id of a level in force: id of a level of the draft}."""
    work = WorkingCopy(document, baseline)
    if baseline.document is None or not is_rescaled(document, baseline):
        raise CannotEdit(_("The levels are those in force: there is nothing to turn into."))
    work.document["scale"]["replaces"]["map"] = {
        level["id"]: mapped[level["id"]] for level in baseline.document["scale"]["levels"] if level["id"] in mapped
    }
    return _settled(work)


def take_back_scale(document: Document, baseline: Baseline) -> Document:
    """Restore the scale in force, word for word; each outcome gets its old level back, or the one that fits best."""
    work = WorkingCopy(document, baseline)
    if baseline.document is None:
        raise CannotEdit(_("There is nothing to take back: no revision is in force yet."))
    old, scale = baseline.document["scale"], work.document["scale"]
    mapped = scale.get("replaces", {}).get("map", {})
    back = _way_back(scale["levels"], old["levels"], mapped)
    for outcome in work.outcomes():
        before = work.base.get(outcome["id"])
        if before and mapped.get(before.data["level"], before.data["level"]) == outcome["level"]:
            outcome["level"] = before.data["level"]
        else:
            outcome["level"] = back[outcome["level"]]
    work.document["scale"] = copied(old)
    work.document["scale"].pop("replaces", None)
    for level in work.document["scale"]["levels"]:
        level.pop("reworded", None)
    return work.finished()


def _way_back(levels: Sequence[DocumentPart], old: Sequence[DocumentPart], mapped: Mapping[str, str]) -> dict[str, str]:
    """{id of a level: id of the old level that it comes from, or of the one at the same height in the old scale}."""
    known = {level["id"] for level in old}
    back = {}
    for place, level in enumerate(levels):
        key = level["id"]
        sources = [source for source, target in mapped.items() if target == key and source in known]
        at_its_height = old[round(place * (len(old) - 1) / (len(levels) - 1))]["id"]
        back[key] = key if key in known else sources[0] if sources else at_its_height
    return back


# --- Helpers -------------------------------------------------------------------------------------


def _found(document: Document, baseline: Baseline, key: str) -> tuple[WorkingCopy, DocumentPart]:
    work = WorkingCopy(document, baseline)
    level = find_level(work.document, key)
    if level is None:
        raise CannotEdit(_("This level is not in the draft any more: somebody took it out."))
    return work, level


def _place(work: WorkingCopy, key: str) -> int:
    places = [level["id"] for level in work.document["scale"]["levels"]]
    if key not in places:
        raise CannotEdit(_("This level is not in the draft any more: somebody took it out."))
    return places.index(key)


def _rescale(work: WorkingCopy) -> None:
    """Before the first change of the levels, make the scale a new one, with each level in force mapped to itself."""
    if work.baseline.document is None or is_rescaled(work.document, work.baseline):
        return
    scale, old = work.document["scale"], work.baseline.document["scale"]
    taken = set(work.elements()) | set(work.base) | work.baseline.retired_before | {old["id"]}
    stem = f"{work.document['framework']['id'][:50]}-scale"
    scale["id"] = next(key for number in range(2, len(taken) + 3) if (key := f"{stem}-{number}") not in taken)
    scale["replaces"] = {"id": old["id"], "map": {level["id"]: level["id"] for level in old["levels"]}}
    for level in scale["levels"]:
        level.pop("reworded", None)


def _settled(work: WorkingCopy) -> Document:
    """The finished document; a scale with the same levels as the one in force becomes that scale again."""
    scale = work.document["scale"]
    if work.baseline.document and is_rescaled(work.document, work.baseline):
        old = work.baseline.document["scale"]
        is_as_before = [(level["id"], level["value"]) for level in scale["levels"]] == [
            (level["id"], level["value"]) for level in old["levels"]
        ]
        if is_as_before and all(before == after for before, after in scale["replaces"]["map"].items()):
            scale["id"] = old["id"]
            del scale["replaces"]
            for level in scale["levels"]:
                _declare(work, level)
    return work.finished()


def _new_level_id(work: WorkingCopy, label: str) -> str:
    taken = {level["id"] for level in work.document["scale"]["levels"]}
    if work.baseline.document:
        taken |= {level["id"] for level in work.baseline.document["scale"]["levels"]}
    stem = slugify(label).replace("_", "-").strip("-")[:40].strip("-") or "level"
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    return key


def _step(values: Sequence[int]) -> int:
    """The difference between neighbouring values if it is always the same, otherwise 0."""
    steps = {after - before for before, after in pairwise(values)}
    return steps.pop() if len(steps) == 1 else 0


def _values_with_room(values: list[int], place: int) -> list[int]:
    """The values of the levels with one more at the index `place`.

    Steps that were even stay even; otherwise the values above are raised only as far as needed.
    """
    if step := _step(values):
        return [values[0] + step * number for number in range(len(values) + 1)]
    below = values[:place]
    made = [*below, below[-1] + 1 if below else max(values[0] - 1, 0)]
    for value in values[place:]:
        made.append(max(value, made[-1] + 1))
    return made


def _number(levels: Sequence[DocumentPart], values: Sequence[int]) -> None:
    if values[-1] > HIGHEST_VALUE:
        raise CannotEdit(
            _("No level may have a number above %(highest)d: lower the numbers of the others first.")
            % {"highest": HIGHEST_VALUE}
        )
    for level, value in zip(levels, values, strict=True):
        level["value"] = value
