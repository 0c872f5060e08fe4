"""What a new revision means for links from modules to learning outcomes. Pure: computed from a Comparison.

Both the preview (`affected`) and the publication (`carry_over`) use these rules.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from frameworks.comparison.rules import Comparison, Entry
from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS, Element

# A longer list of suggestions would not be helpful, and a module has few outcomes.
MOST_SUGGESTIONS = 3


@dataclass(frozen=True)
class LinkChanges:
    """What happens to the learning outcomes of a revision, as far as links from modules are concerned."""

    staying: frozenset[str]  # ids of outcomes that keep their meaning: links to them are carried
    successors: dict[str, tuple[str, ...]]  # {id of each old outcome: ids of new outcomes to suggest instead}


class HasLevels(Protocol):
    """What the rules need to know of a module."""

    from_level: int
    to_level: int


class HasKey(Protocol):
    """What the rules need to know of a learning outcome."""

    key: str


ModuleT = TypeVar("ModuleT", bound=HasLevels)
OutcomeT = TypeVar("OutcomeT", bound=HasKey)


@dataclass(frozen=True)
class Move(Generic[ModuleT, OutcomeT]):
    """What happens to one link from a module: it is carried to the outcome with the same id, or somebody decides."""

    module: ModuleT
    old_outcome: OutcomeT
    is_carried: bool
    suggestions: tuple[str, ...]  # ids of outcomes of the new revision; for a carried link only this one


def moves(
    comparison: Comparison,
    links: Iterable[tuple[ModuleT, OutcomeT]],
    undecided: Iterable[tuple[ModuleT, OutcomeT, Iterable[str]]],
) -> Iterator[Move[ModuleT, OutcomeT]]:
    """Yield the Move of every link from a module to an outcome of the revision before.

    `links` are (module, outcome). `undecided` are (module, outcome, keys of suggested outcomes) of links that nobody
    decided on after the revision before: somebody has to decide on them now.
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
    """Whether `from_level` and `to_level` of a module have the same values on the new scale."""
    return all(values.get(value, value) == value for value in (module.from_level, module.to_level))


def link_changes(comparison: Comparison) -> LinkChanges:
    """The LinkChanges of two revisions.

    An outcome stays if its wording, its level and the statements it serves are carried. Its successors are the outcomes
    that keep or replace its id; if there are none, those that serve most of the statements which continue its own.
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
