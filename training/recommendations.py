"""Which modules close a person's gaps. Pure: plain values in, plain values out, no database.

A module brings people from one level to another in the statements that it serves. It closes levels of a gap only for
someone who has the level at which it begins, and only up to the level at which it ends.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

S = TypeVar("S", bound=Hashable)  # what statements are known by
S_co = TypeVar("S_co", bound=Hashable, covariant=True)


@dataclass(frozen=True)
class Candidate(Generic[S_co]):
    """What recommending needs to know of a module. `training.catalogue.page.candidates` loads those of a revision."""

    key: str
    title: str
    minutes: int
    steps: int  # materials to go through
    from_level: int  # values of the framework's scale
    to_level: int
    serves: frozenset[S_co]  # the statements' primary keys, or whatever names the statements of the needs


@dataclass(frozen=True)
class Need(Generic[S_co]):
    """A statement that a person rated and a target requires; only rated ones, because unknown is not zero."""

    statement: S_co
    code: str  # as printed: "A1"
    rated: int
    required: int
    weight: float = 1.0  # how much one level of this statement counts against one of another

    @property
    def gap(self) -> int:
        return max(0, self.required - self.rated)


@dataclass(frozen=True)
class Reason:
    """Levels that a module closes in one statement."""

    code: str
    levels: int

    def __str__(self) -> str:
        return pgettext("levels of a gap that a module closes, as in “A1 by 2”", "%(code)s by %(levels)d") % {
            "code": self.code,
            "levels": self.levels,
        }


@dataclass(frozen=True)
class Recommendation(Generic[S_co]):
    """A module and why: `reasons`, largest first, then in the order of the needs."""

    module: Candidate[S_co]
    reasons: tuple[Reason, ...]
    value: float  # levels closed, each times the weight of its statement

    @property
    def levels(self) -> int:
        return sum(reason.levels for reason in self.reasons)

    @property
    def reason(self) -> str:
        """The reasons as a piece of a sentence: "closes A1 by 2, A3 by 1"."""
        return _("closes %(reasons)s") % {"reasons": ", ".join(map(str, self.reasons))}


def closing(module: Candidate[S], rated: int, required: int) -> int:
    """How many levels of a gap the module closes in a statement that it serves: an int, 0 or more."""
    if rated < module.from_level:
        return 0
    return max(0, min(required, module.to_level) - rated)


def recommendation(module: Candidate[S], needs: Iterable[Need[S]]) -> Recommendation[S] | None:
    """The module with its reasons, or None when it closes none of the gaps."""
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
    """Every module that closes a gap: most closed first, then the shortest, then by key."""
    found = [found for module in modules if (found := recommendation(module, needs))]
    return sorted(found, key=lambda found: (-found.value, found.module.minutes, found.module.key))


def by_statement(modules: Iterable[Candidate[S]], needs: Sequence[Need[S]]) -> dict[S, list[Recommendation[S]]]:
    """{statement: the recommendations that close something of its gap}, each list ranked over all the needs.

    So the first module of a gap is the one that helps most altogether. A statement without a module has an empty list.
    """
    offers: dict[S, list[Recommendation[S]]] = {need.statement: [] for need in needs}
    by_name = {need.statement: need for need in needs}
    for found in ranked(modules, needs):
        for statement in found.module.serves & by_name.keys():
            need = by_name[statement]
            if closing(found.module, need.rated, need.required):
                offers[statement].append(found)
    return offers
