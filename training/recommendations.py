"""Which modules close a person's gaps. Pure: plain values in, plain values out, no database.

A module leads from one level to another in the statements that it serves. It closes a gap only for somebody who has
reached its first level, and only up to its last level.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

S = TypeVar("S", bound=Hashable)  # identifies a statement
S_co = TypeVar("S_co", bound=Hashable, covariant=True)


@dataclass(frozen=True)
class Candidate(Generic[S_co]):
    """A module that may be recommended. `training.catalogue.page.candidates` loads those of a revision."""

    key: str
    title: str
    minutes: int
    steps: int  # number of materials
    from_level: int  # values of the framework's scale
    to_level: int
    serves: frozenset[S_co]  # statements, identified as in Need.statement (by primary keys in the application)


@dataclass(frozen=True)
class Need(Generic[S_co]):
    """A statement that a person rated and a target requires. An unrated one is no Need: unknown is not zero."""

    statement: S_co
    code: str  # as printed: "A1"
    rated: int
    required: int
    weight: float = 1.0  # how much one level of this statement counts, compared with other statements

    @property
    def gap(self) -> int:
        return max(0, self.required - self.rated)


@dataclass(frozen=True)
class Reason:
    """How many levels of the gap in one statement a module closes."""

    code: str
    levels: int

    def __str__(self) -> str:
        return pgettext("levels of a gap that a module closes, as in “A1 by 2”", "%(code)s by %(levels)d") % {
            "code": self.code,
            "levels": self.levels,
        }


@dataclass(frozen=True)
class Recommendation(Generic[S_co]):
    """A module, and why it is recommended."""

    module: Candidate[S_co]
    reasons: tuple[Reason, ...]  # the most levels first, then in the order of the needs
    value: float  # the sum of the levels it closes, each times the weight of its statement

    @property
    def levels(self) -> int:
        return sum(reason.levels for reason in self.reasons)

    @property
    def reason(self) -> str:
        """The reasons as a part of a sentence: "closes A1 by 2, A3 by 1"."""
        return _("closes %(reasons)s") % {"reasons": ", ".join(map(str, self.reasons))}


def closing(module: Candidate[S], rated: int, required: int) -> int:
    """How many levels of a gap the module closes in a statement that it serves, 0 or more."""
    if rated < module.from_level:
        return 0
    return max(0, min(required, module.to_level) - rated)


def recommendation(module: Candidate[S], needs: Iterable[Need[S]]) -> Recommendation[S] | None:
    """The Recommendation of a module, or None if it closes none of the gaps."""
    closed = [(need, closing(module, need.rated, need.required)) for need in needs if need.statement in module.serves]
    closed = sorted(((need, levels) for need, levels in closed if levels), key=lambda pair: -pair[1])
    if not closed:
        return None
    return Recommendation(
        module=module,
        reasons=tuple(Reason(need.code, levels) for need, levels in closed),
        value=sum(levels * need.weight for need, levels in closed),
    )


def ranked(modules: Iterable[Candidate[S]], needs: Sequence[Need[S]]) -> list[Recommendation[S]]:
    """The Recommendations of all modules that close a gap: the highest value first, then the shortest, then by key."""
    found = [found for module in modules if (found := recommendation(module, needs))]
    return sorted(found, key=lambda found: (-found.value, found.module.minutes, found.module.key))


def by_statement(modules: Iterable[Candidate[S]], needs: Sequence[Need[S]]) -> dict[S, list[Recommendation[S]]]:
    """{statement: the Recommendations that close its gap or a part of it}, in the order of `ranked` over all needs.

    So the first module for a statement is the one that helps most with all gaps together. Statements without a module
    have an empty list.
    """
    offers: dict[S, list[Recommendation[S]]] = {need.statement: [] for need in needs}
    need_of = {need.statement: need for need in needs}
    for found in ranked(modules, needs):
        for statement in found.module.serves & need_of.keys():
            need = need_of[statement]
            if closing(found.module, need.rated, need.required):
                offers[statement].append(found)
    return offers
