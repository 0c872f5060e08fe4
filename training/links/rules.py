"""What a new revision means for links from modules to learning outcomes. Pure: computed from a Comparison.

The preview announces what is found here, and the publication does it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from frameworks.comparison.rules import Comparison, Entry
from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS, Element

# More than these would have to be searched, and a module has few outcomes.
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class LinkChanges:
    """`staying` are ids of outcomes that still mean what their modules were written for: their links are carried.

    `successors` names, for every outcome of the revision before, those of the new one to link to in its place.
    """

    staying: frozenset[str]
    successors: dict[str, tuple[str, ...]]


class HasLevels(Protocol):
    """A module, as far as its links go."""

    from_level: int
    to_level: int


class HasKey(Protocol):
    """A learning outcome, as far as links to it go."""

    key: str


ModuleT = TypeVar("ModuleT", bound=HasLevels)
OutcomeT = TypeVar("OutcomeT", bound=HasKey)


@dataclass(frozen=True)
class Move(Generic[ModuleT, OutcomeT]):
    """What becomes of one link from a module: it is carried to the outcome of the same id, or somebody decides."""

    module: ModuleT
    old_outcome: OutcomeT
    is_carried: bool
    suggestions: tuple[str, ...]  # ids of outcomes of the new revision; of a carried link, its own


def moves(
    comparison: Comparison,
    links: Iterable[tuple[ModuleT, OutcomeT]],
    undecided: Iterable[tuple[ModuleT, OutcomeT, Iterable[str]]],
) -> Iterator[Move[ModuleT, OutcomeT]]:
    """The Move of every link from a module to an outcome of the revision before.

    `links` are (module, outcome) with `from_level` and `to_level` of the module and `key` of the outcome. `undecided`
    are (module, outcome, keys of what was suggested): what nobody decided after the revision before is asked again.
    """
    changes = link_changes(comparison)
    for module, outcome in links:
        if outcome.key in changes.staying and _keeps_its_levels(module, comparison.level_values):
            yield Move(module, outcome, True, (outcome.key,))
        else:
            yield Move(module, outcome, False, changes.successors[outcome.key])
    for module, outcome, suggested in undecided:
        successors = dict.fromkeys(successor for key in suggested for successor in changes.successors[key])
        yield Move(module, outcome, False, tuple(successors))


def _keeps_its_levels(module: HasLevels, values: Mapping[int, int]) -> bool:
    """Whether the levels that a module leads from and to have the same numbers in the new scale."""
    return all(values.get(value, value) == value for value in (module.from_level, module.to_level))


def link_changes(comparison: Comparison) -> LinkChanges:
    """The LinkChanges of two revisions.

    An outcome stays when its wording, its level and the statements it serves are carried. It is continued by the
    outcomes that keep or replace its id; where none does, by those that serve most of what its statements became.
    """
    carried = {entry.id for entry in comparison.entries if entry.ratings == "carried"}
    outcomes = [entry for entry in comparison.entries if entry.kind == LEARNING_OUTCOME]
    old = {before.id: before for entry in outcomes for before in entry.before}
    successors: dict[str, list[str]] = {key: [] for key in old}
    for entry in outcomes:
        for source in entry.sources if entry.after else ():
            successors[source].append(entry.id)
    continued = _continued(comparison)
    return LinkChanges(
        frozenset(entry.id for entry in outcomes if _stays(entry, carried, comparison.scale_map)),
        {key: tuple(successors[key] or _by_statements(old[key], outcomes, continued)) for key in old},
    )


def _stays(entry: Entry, carried: AbstractSet[str], scale_map: Mapping[str, str]) -> bool:
    if entry.after is None or entry.id not in carried:
        return False
    before, after = entry.before[0].data, entry.after.data
    same_level = scale_map.get(before["level"], before["level"]) == after["level"]
    return same_level and set(before["serves"]) == set(after["serves"]) <= carried


def _continued(comparison: Comparison) -> dict[str, set[str]]:
    """{id of an old statement: ids of the new ones that continue it}."""
    continued: dict[str, set[str]] = {}
    for entry in comparison.entries:
        if entry.kind in STATEMENT_KINDS.values() and entry.after:
            for source in entry.sources:
                continued.setdefault(source, set()).add(entry.id)
    return continued


def _by_statements(before: Element, outcomes: Iterable[Entry], continued: Mapping[str, set[str]]) -> list[str]:
    statements = {key for served in before.data["serves"] for key in continued.get(served, ())}
    common = Counter({entry.id: len(statements & set(entry.after.data["serves"])) for entry in outcomes if entry.after})
    return [key for key, number in common.most_common(MOST_SUGGESTIONS) if number]
