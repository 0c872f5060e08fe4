"""What happens to confirmed levels when an assessment is continued on a later revision. Pure: no ORM.

A confirmation is for a level of a statement. It goes along if three things are unchanged: the meaning of the statement
(the person's rating is carried), the scale, and the level that the person chose. Otherwise it lapses, with the reason.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from .rules import Kind, Outcome

S = TypeVar("S", bound=Hashable)  # identifies a statement
S_co = TypeVar("S_co", bound=Hashable, covariant=True)


@dataclass(frozen=True, slots=True)
class ConfirmationEffect(Generic[S_co]):
    """What happens to the confirmations of one rating: the statements they go along to, or why they lapse."""

    statements: tuple[S_co, ...] = ()
    lapse: Literal["", "meaning", "scale", "level"] = ""  # as in models.LevelConfirmation.Lapse


def effects(
    sources: Iterable[S],
    outcomes: Mapping[S, Outcome[S]],
    *,
    is_rescaled: bool = False,
    levels: Mapping[S, int | None] | None = None,
) -> dict[S, ConfirmationEffect[S]]:
    """{source: ConfirmationEffect} of the confirmed `sources`, statements of the revision that was rated.

    `outcomes` are those of `rules` for the statements of the later revision. `levels` is {statement: the level that
    the person chose there}; with None, every carried level counts as left unchanged.
    """
    successors: dict[S, list[tuple[S, int]]] = defaultdict(list)
    for statement, outcome in outcomes.items():
        if outcome.kind is Kind.CARRIED and outcome.level is not None:
            for source in outcome.sources:
                successors[source].append((statement, outcome.level))
    return {source: _effect(successors.get(source, ()), is_rescaled=is_rescaled, levels=levels) for source in sources}


def _effect(
    successors: Sequence[tuple[S, int]], *, is_rescaled: bool, levels: Mapping[S, int | None] | None
) -> ConfirmationEffect[S]:
    if not successors:
        return ConfirmationEffect(lapse="meaning")
    if is_rescaled:
        return ConfirmationEffect(lapse="scale")
    kept = tuple(statement for statement, level in successors if levels is None or levels.get(statement) == level)
    return ConfirmationEffect(kept) if kept else ConfirmationEffect(lapse="level")


def continued_by(source: S, outcomes: Mapping[S, Outcome[S]]) -> tuple[S, ...]:
    """The statements that continue this one, with the same meaning or another."""
    return tuple(statement for statement, outcome in outcomes.items() if source in outcome.sources)
