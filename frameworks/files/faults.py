"""Faults of a framework file: where, what is wrong and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from django.utils.translation import gettext as _

from .cells import Cell, heading_of

# A file with more faults than this is probably no framework file at all; others are found once these are corrected.
MOST_FAULTS = 100
# A hostile file can have the same fault a million times on one line, and it takes time to word each.
MOST_REPEATED = 1_000
# Comparing words is slow, and a hostile file could ask for it a million times.
MOST_CANDIDATES = 200
LONGEST_SUGGESTED = 64


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that keeps a file from being imported.

    `line` counts from 1, or is the Cell of a spreadsheet; `file` is the file's name as its author knows it.
    """

    line: int
    message: str
    file: str = ""

    def __str__(self) -> str:
        if not self.file:
            return f"{self.place}: {self.message}"
        between = ": " if isinstance(self.line, Cell) else ":"
        return f"{self.file}{between}{self.line}: {self.message}"

    @property
    def place(self) -> str:
        """ "Line 7", or sheet, row and column."""
        return heading_of(self.line)


class TooManyFaultsError(Exception):
    """A FaultList is full: there is no need to look for further faults."""


class FaultList:
    """Collects faults in any order; raises TooManyFaultsError when there are too many."""

    def __init__(self, file: str = "") -> None:
        self.file = file
        self._faults: dict[Fault, None] = {}  # used as an ordered set: the same fault is listed once
        self._repeated = 0

    def __bool__(self) -> bool:
        return bool(self._faults)

    def add(self, line: int, message: str) -> None:
        """Add a fault; the same one counts once. Raises TooManyFaultsError."""
        fault = Fault(line, message, self.file)
        if fault in self._faults:
            self._repeated += 1
            if self._repeated >= MOST_REPEATED:
                raise TooManyFaultsError
        elif len(self._faults) >= MOST_FAULTS:
            raise TooManyFaultsError
        self._faults[fault] = None

    def sorted(self) -> tuple[Fault, ...]:
        """The faults in the order of their lines."""
        return tuple(sorted(self._faults, key=lambda fault: fault.line))


def shortened(text: str, limit: int = 48) -> str:
    """`text` on one line and short enough to be quoted in a message."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def listed(names: Iterable[str]) -> str:
    """Names for a message: `id`, `code`, `text`."""
    return ", ".join(f"`{name}`" for name in names)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word among `known` that `word` is probably a misspelling of, or None."""
    if len(word) > LONGEST_SUGGESTED:
        return None
    folded = word.casefold().replace("_", "-")
    similar: dict[str, str] = {}
    for name in known:
        other = name.casefold().replace("_", "-")
        if abs(len(other) - len(folded)) <= 4 and (other[:1] == folded[:1] or other[-1:] == folded[-1:]):
            similar.setdefault(other, name)
            if len(similar) >= MOST_CANDIDATES:
                break
    found = get_close_matches(folded, similar, n=1, cutoff=0.6)
    return similar[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The end of a message, ": did you mean `id`?", with the nearest of `known`; blank if none is similar."""
    name = nearest(word, known)
    return _(": did you mean `%(name)s`?") % {"name": name} if name else ""
