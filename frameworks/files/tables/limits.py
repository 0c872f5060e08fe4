"""Limits of tables, and the exception for a file that cannot be read as tables at all."""

from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from typing import NoReturn

from django.utils.translation import gettext as _
from tablib import Dataset

from frameworks.files.cells import Cell
from frameworks.files.faults import Fault
from frameworks.files.yaml_tree import MOST_BYTES, MOST_NODES
from kip_site.refusals import FaultyFiles

MOST_ROWS = 25_000
MOST_COLUMNS = 200
# Blank cells cost time too, and a workbook can claim a million rows of them in a few bytes.
MOST_VISITED = 3_000_000
LONGEST_CELL = 32_767  # characters; Excel cuts off longer texts


class Unreadable(FaultyFiles):
    """The file cannot be read at all. Has one Fault, at a Cell and without the file's name, which is not known here."""

    def __init__(self, cell: Cell, message: str) -> None:
        super().__init__([Fault(cell, message)])


class Unusable:
    """The value of a cell that cannot be used, such as a formula; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        self.message = message


# What a cell that is not blank can hold: text, and in a workbook the other types that openpyxl knows.
CellValue = str | int | float | date | time | timedelta | Unusable


def check_size(content: bytes) -> None:
    """Raises Unreadable if `content` is longer than any framework needs."""
    if len(content) > MOST_BYTES:
        raise Unreadable(
            Cell("", 1),
            _("the file has %(size).1f MB: a framework file has at most %(limit)d MB")
            % {"size": len(content) / 1_000_000, "limit": MOST_BYTES // 1_000_000},
        )


def is_blank(value: CellValue | None) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def letter_of(number: int) -> str:
    """The letters of a column in spreadsheet programs: A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


class Budget:
    """Counts the rows and cells of a sheet; raises Unreadable at the first that exceeds a limit."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.rows = self.filled = self.visited = 0

    def admits(self, number: int, values: Sequence[CellValue | None]) -> bool:
        """Counts a row and returns whether it holds anything. Raises Unreadable."""
        self.visited += 1 + len(values)
        filled = [column for column, value in enumerate(values, 1) if not is_blank(value)]
        self.rows += bool(filled)
        self.filled += len(filled)
        if filled and filled[-1] > MOST_COLUMNS:
            self.refuse(number, _("more than %(limit)d columns: delete those that hold nothing"), MOST_COLUMNS)
        if self.rows > MOST_ROWS:
            self.refuse(number, _("more than %(limit)d rows: split the framework"), MOST_ROWS)
        if self.filled > MOST_NODES:
            self.refuse(number, _("more than %(limit)d filled cells: split the framework"), MOST_NODES)
        if self.visited > MOST_VISITED:
            self.refuse(number, _("more than %(limit)d cells: delete the blank rows and columns"), MOST_VISITED)
        return bool(filled)

    def refuse(self, number: int, message: str, limit: int) -> NoReturn:
        raise Unreadable(Cell(self.sheet, number), message % {"limit": limit})


def numbered(title: str, rows: Iterable[tuple[int, Sequence[CellValue | None]]]) -> Dataset:
    """A Dataset of (number, values), with each row's number as its first value and all rows of the same length."""
    rows = [(number, values[:MOST_COLUMNS]) for number, values in rows]
    width = max((len(values) for _number, values in rows), default=0)
    dataset = Dataset(title=title)
    for number, values in rows:
        dataset.append((number, *values, *[None] * (width - len(values))))
    return dataset
