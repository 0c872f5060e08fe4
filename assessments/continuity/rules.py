"""What a person's answers mean on later revisions of a framework. Pure: no ORM.

Publication never changes a rating. It stores which statements each statement of the revision continues, as rows of
`frameworks.models.Succession`. When a person opens her pages, these functions apply the rows to her answers, by the
table of docs/framework-format.md:

    unchanged, moved, recoded, translated, reworded    carried
    successor, split, narrowed                         suggested at the old level
    merged, widened                                    suggested at the lowest level; nothing if a source is unrated
    added                                              new
    retired                                            archived: no Outcome names it any more

Statements are identified by any id that is unique across the revisions, levels by their values on the scale. "Does not
apply" is neither a level nor unanswered: it is carried when all sources say so; when one source has a level and another
"does not apply", nothing is suggested.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum, auto
from functools import reduce
from typing import Generic, Never, TypeVar

S = TypeVar("S", bound=Hashable)  # identifies a statement
S_co = TypeVar("S_co", bound=Hashable, covariant=True)


class Kind(StrEnum):
    """What happens to the answers that a statement continues."""

    CARRIED = auto()  # the answer is kept, and counts
    SUGGESTED = auto()  # the old level is suggested; it counts once the person accepts it
    ASKED_AGAIN = auto()  # there are answers, but they suggest no level
    OPEN = auto()  # it was asked before and left unanswered, which stays her choice
    NEW = auto()  # she was never asked


@dataclass(frozen=True, slots=True)
class Outcome(Generic[S_co]):
    """What happens to a person's answers for one statement."""

    kind: Kind
    level: int | None = None  # on the scale of the statement's revision; for SUGGESTED, the level that is suggested
    does_not_apply: bool = False
    sources: tuple[S_co, ...] = ()  # the statements she answered, as she answered them
    is_reworded: bool = False  # carried, but she has not read this wording yet

    @property
    def needs_asking(self) -> bool:
        return self.kind in {Kind.SUGGESTED, Kind.ASKED_AGAIN, Kind.NEW}


@dataclass(frozen=True, slots=True)
class Link(Generic[S_co]):
    """A statement continues another: one row of Succession."""

    statement: S_co | None  # of the new revision; None: retired
    source: S_co | None  # what was rated in the revision before; None: added
    is_carried: bool = True
    is_reworded: bool = False


@dataclass(frozen=True, slots=True)
class Step(Generic[S_co]):
    """What changes from one revision to the next."""

    links: tuple[Link[S_co], ...]
    levels: Mapping[int, int]  # {value on the scale before: value on the scale after}
    is_rescaled: bool = False  # the levels mean something else, even where their values are the same


NEVER_ASKED: Outcome[Never] = Outcome(Kind.NEW)


def answered(statement: S, level: int | None = None, *, does_not_apply: bool = False) -> Outcome[S]:
    """The Outcome of an answer on its own revision: CARRIED, or OPEN without a level or "does not apply"."""
    if level is None and not does_not_apply:
        return Outcome(Kind.OPEN)
    return Outcome(Kind.CARRIED, level, does_not_apply, (statement,))


def carry(outcomes: Mapping[S, Outcome[S]], step: Step[S]) -> dict[S, Outcome[S]]:
    """{statement of the next revision: Outcome}, from {statement: Outcome} of the one before."""
    links: dict[S, list[Link[S]]] = defaultdict(list)
    for link in step.links:
        if link.statement is not None:
            links[link.statement].append(link)
    return {statement: _outcome(found, outcomes, step.levels) for statement, found in links.items()}


def carry_through(outcomes: Mapping[S, Outcome[S]], steps: Iterable[Step[S]]) -> Mapping[S, Outcome[S]]:
    """As `carry`, over several revisions in their order; without any step, the outcomes themselves."""
    return reduce(carry, steps, outcomes)


def archived(before: Mapping[S, Outcome[S]], after: Mapping[S, Outcome[S]]) -> tuple[S, ...]:
    """The statements that were answered and that no outcome in `after` names any more, in the order of `before`."""
    surviving = {source for outcome in after.values() for source in outcome.sources}
    answers = dict.fromkeys(source for outcome in before.values() for source in outcome.sources)
    return tuple(source for source in answers if source not in surviving)


def _outcome(links: Sequence[Link[S]], outcomes: Mapping[S, Outcome[S]], levels: Mapping[int, int]) -> Outcome[S]:
    before = [_rescaled(_source_outcome(link, outcomes), levels) for link in links]
    if len(links) == 1 and links[0].is_carried:
        return replace(before[0], is_reworded=before[0].is_reworded or links[0].is_reworded)
    sources = tuple(dict.fromkeys(source for outcome in before for source in outcome.sources))
    if not sources:
        return Outcome(Kind.OPEN) if any(outcome.kind is Kind.OPEN for outcome in before) else NEVER_ASKED
    if all(outcome.does_not_apply for outcome in before):
        return Outcome(Kind.CARRIED, None, does_not_apply=True, sources=sources)
    suggested = [outcome.level for outcome in before if outcome.level is not None]
    if len(suggested) < len(before):
        return Outcome(Kind.ASKED_AGAIN, sources=sources)
    return Outcome(Kind.SUGGESTED, min(suggested), sources=sources)


def _source_outcome(link: Link[S], outcomes: Mapping[S, Outcome[S]]) -> Outcome[S]:
    return NEVER_ASKED if link.source is None else outcomes.get(link.source, NEVER_ASKED)


def _rescaled(outcome: Outcome[S], levels: Mapping[int, int]) -> Outcome[S]:
    return outcome if outcome.level is None else replace(outcome, level=levels[outcome.level])
