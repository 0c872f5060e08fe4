"""What the page of a refused file shows: its faults, each with its place and the text found there."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from frameworks.files.cells import Cell
from frameworks.files.faults import MOST_FAULTS, Fault, shortened
from frameworks.files.formats import TABLES, format_of

# The space in "Row 12" or "column F": no line break there.
_BEFORE_ITS_NUMBER = re.compile(r" (?=\d+\b|[A-Z]{1,3}\b)")


@dataclass(frozen=True, slots=True)
class ShownFault:
    place: str
    message: SafeString
    text: str  # of that line or cell in the file; blank if the file is not available


@dataclass(frozen=True, slots=True)
class FaultsPage:
    name: str  # of the file
    faults: tuple[ShownFault, ...]
    may_have_more: bool  # reading stopped at the greatest number of faults


def load(name: str, content: bytes, faults: Sequence[Fault]) -> FaultsPage:
    """The FaultsPage of the file with this name and content."""
    is_text = format_of(content, name).name not in TABLES
    lines = re.split(r"\r\n|\r|\n", content.decode("utf-8-sig", "replace")) if is_text else ()
    return FaultsPage(name, shown(faults, lines), len(faults) >= MOST_FAULTS)


def shown(faults: Iterable[Fault], lines: Sequence[str] = ()) -> tuple[ShownFault, ...]:
    """Faults as ShownFaults; `lines` are the lines of the file if it is a text file."""
    return tuple(
        ShownFault(
            _BEFORE_ITS_NUMBER.sub("\u00a0", fault.place),
            _as_sentence(fault.message),
            _visible(_quoted(fault.line, lines)),
        )
        for fault in faults
    )


def _quoted(line: int, lines: Sequence[str]) -> str:
    if isinstance(line, Cell):
        return line.text
    return lines[line - 1] if line <= len(lines) else ""


def _as_sentence(message: str) -> SafeString:
    """A fault's message with the parts between backticks as `<code>`."""
    parts = capfirst(message).split("`")
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if number % 2 else part,) for number, part in enumerate(parts))
    )


def _visible(line: str) -> str:
    """A line of the file to be quoted: shortened, with � in place of each invisible character."""
    return shortened("".join(c if c.isprintable() or c.isspace() else "�" for c in line), 160)
