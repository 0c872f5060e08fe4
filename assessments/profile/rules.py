"""Scores, gaps, strengths and what is unknown, computed from plain values.

A person's answer to a statement is a level, "does not apply", or nothing. Only levels count: a statement that does not
apply is left out, and an unrated one is unknown, never zero. Levels are numbers on any scale; only their order and
distance matter.
"""

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

S = TypeVar("S", bound=Hashable)  # identifies a statement
S_co = TypeVar("S_co", bound=Hashable, covariant=True)


@dataclass(frozen=True)
class ComparedAnswer(Generic[S_co]):
    """One statement of a form: the person's answer, and the level that the target requires."""

    statement: S_co  # any id; unique in the form
    competence: Hashable  # the id of its competence
    code: str  # as printed: "A4"
    level: int | None = None  # None: unrated, or does not apply
    does_not_apply: bool = False
    required: int | None = None  # None: the target requires no level

    @property
    def is_unknown(self) -> bool:
        """Neither rated nor marked as "does not apply"."""
        return self.level is None and not self.does_not_apply

    @property
    def gap(self) -> int | None:
        """How many levels are missing to the target, 0 when it is reached; None when there is nothing to compare."""
        if self.level is None or self.required is None:
            return None
        return max(0, self.required - self.level)


@dataclass(frozen=True)
class Score:
    """The means and numbers of a competence, or of a whole form."""

    mean: float | None  # of the rated statements; None when none is rated
    target: float | None  # mean of the levels that the target requires; None when it requires none
    rated: int
    left_out: int  # statements that do not apply
    asked: int  # statements of the form

    @property
    def unknown(self) -> int:
        return self.asked - self.rated - self.left_out

    @property
    def words(self) -> str:
        return rated_words(self.rated, self.asked, self.left_out)


def rated_words(rated: int, asked: int, left_out: int) -> str:
    """How much of a score is known: "2 of 4 rated, one does not apply"."""
    numbers = {"rated": rated, "asked": asked, "left_out": left_out}
    if not left_out:
        return _("%(rated)d of %(asked)d rated") % numbers
    return (
        ngettext(
            "%(rated)d of %(asked)d rated, one does not apply",
            "%(rated)d of %(asked)d rated, %(left_out)d do not apply",
            left_out,
        )
        % numbers
    )


def score(answers: Iterable[ComparedAnswer[S]]) -> Score:
    """The Score of these answers."""
    answers = list(answers)
    return Score(
        mean=_mean([answer.level for answer in answers if answer.level is not None]),
        target=_mean([answer.required for answer in answers if answer.required is not None]),
        rated=sum(answer.level is not None for answer in answers),
        left_out=sum(answer.does_not_apply for answer in answers),
        asked=len(answers),
    )


def _mean(values: Sequence[int]) -> float | None:
    return sum(values) / len(values) if values else None


@lru_cache(maxsize=4096)
def code_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """A sort key that puts A2 before A10."""
    parts = (part for part in re.split(r"(\d+)", code) if part)
    # A tuple, because the cache returns the same object to every caller.
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def gaps(answers: Iterable[ComparedAnswer[S]]) -> list[ComparedAnswer[S]]:
    """The answers below their target: the largest gap first, then by code."""
    return sorted(
        (answer for answer in answers if answer.gap), key=lambda answer: (-(answer.gap or 0), code_order(answer.code))
    )


def strengths(answers: Iterable[ComparedAnswer[S]], levels: Sequence[int]) -> list[ComparedAnswer[S]]:
    """The strengths, the highest level first, then by code; `levels` are the scale's values, ascending.

    A strength is in the upper half of the scale, and reaches the required level if there is one.
    """
    middle = (levels[0] + levels[-1]) / 2
    found = [answer for answer in answers if answer.level is not None and answer.level > middle and not answer.gap]
    return sorted(found, key=lambda answer: (-(answer.level or 0), code_order(answer.code)))


def unknown(answers: Iterable[ComparedAnswer[S]]) -> list[ComparedAnswer[S]]:
    """The answers that are unknown, by code."""
    return sorted((answer for answer in answers if answer.is_unknown), key=lambda answer: code_order(answer.code))


def at_first_place(required: Mapping[S, int], same_as: Mapping[S, S]) -> dict[S, int]:
    """`required` ({statement: level}), with the level of each repeated text moved to its first place.

    A form asks a repeated text at its first place only. `same_as` is {repeat: first place}. When both places have a
    level, the higher one is required.
    """
    moved: dict[S, int] = {}
    for statement, level in required.items():
        place = same_as.get(statement, statement)
        moved[place] = max(level, moved.get(place, level))
    return moved
