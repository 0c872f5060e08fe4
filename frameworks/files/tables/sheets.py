"""Reads tables into rows of the kinds in `columns.SHEETS`; every unknown sheet, column and kind is a fault.

Pure. `reading.py` builds the tree of nodes from the rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _
from tablib import Dataset

from frameworks.files.cells import Cell
from frameworks.files.faults import FaultList, did_you_mean, listed, nearest, shortened

from .columns import ROW, SHEETS, KnownColumn, known_columns
from .limits import CellValue, Unusable, is_blank, letter_of


class Filled(NamedTuple):
    """A cell that is not blank, with its value as the CSV or XLSX file gives it."""

    cell: Cell
    value: CellValue


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its kind, its Cell, and {name of a column: Filled} without blank cells."""

    kind: str
    cell: Cell
    cells: dict[str, Filled]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a file by their kind; `starts` has where the rows of each kind begin, or would if there were any."""

    by_kind: dict[str, list[TableRow]]
    starts: dict[str, Cell]


def rows_of(tables: Sequence[Dataset], faults: FaultList) -> Rows | None:
    """The Rows of a list of Datasets; None, with faults, if there are none or a sheet or column is unknown.

    In a Dataset, the first value of each row is its number (see `limits.numbered`), and the first row has the names of
    the columns. Its title is one of those in SHEETS; or there is only one Dataset, with the column `row`.
    """
    if not tables:
        faults.add(Cell("", 1), _("the file is empty: begin with an export of a framework"))
        return None
    if _is_one_table(tables):
        return _rows_of_one_table(tables[0], faults)
    return _rows_of_sheets(tables, faults)


def _is_one_table(tables: Sequence[Dataset]) -> bool:
    """Whether one table has rows of all kinds, as in a CSV file, or in a workbook with one sheet made from it."""
    first = tables[0]
    if not first.title:
        return True
    _number, *names = first[0]
    return len(tables) == 1 and ROW in (str(name).strip().casefold() for name in names)


def _rows_of_sheets(tables: Sequence[Dataset], faults: FaultList) -> Rows | None:
    kinds = {sheet.title.casefold(): kind for kind, sheet in SHEETS.items()}
    order = {kind: number for number, kind in enumerate(SHEETS, 1)}
    rows: dict[str, list[TableRow]] = {kind: [] for kind in SHEETS}
    starts = {kind: Cell(sheet.title, 1, sheet_number=order[kind]) for kind, sheet in SHEETS.items()}
    found = True
    for table in tables:
        kind = kinds.get(table.title.strip().casefold())
        if kind is None:
            titles = [sheet.title for sheet in SHEETS.values()]
            hint = did_you_mean(table.title, titles) or _(": known are %(sheets)s") % {"sheets": listed(titles)}
            faults.add(Cell(table.title, 0), _("unknown sheet `%(title)s`") % {"title": table.title} + hint)
            found = False
            continue
        reader = _TableReader(table, faults, known_columns(kind), SHEETS[kind].title, order[kind])
        found = reader.header() and found
        rows[kind] = [TableRow(kind, cell, cells) for cell, cells in reader.rows()]
    return Rows(rows, starts) if found else None


def _rows_of_one_table(table: Dataset, faults: FaultList) -> Rows | None:
    known: dict[str, KnownColumn | None] = {ROW: None}
    for kind in SHEETS:
        known |= known_columns(kind)
    reader = _TableReader(table, faults, known)
    found = reader.header()
    if ROW not in reader.columns.values():
        message = _("the column `row` is missing: it says what each row holds, %(kinds)s")
        faults.add(Cell("", reader.first_row), message % {"kinds": listed(SHEETS)})
        return None
    rows: dict[str, list[TableRow]] = {kind: [] for kind in SHEETS}
    start = reader.cell(reader.first_row)
    starts: dict[str, Cell] = {}
    for cell, cells in reader.rows():
        if row_kind := _kind_of(cell, cells, faults):
            _refuse_others(row_kind, cells, faults)
            rows[row_kind].append(TableRow(row_kind, cell, cells))
            starts.setdefault(row_kind, cell)
    return Rows(rows, dict.fromkeys(SHEETS, start) | starts) if found else None


def _kind_of(cell: Cell, cells: dict[str, Filled], faults: FaultList) -> str | None:
    named = cells.pop(ROW, None)
    if named is None:
        faults.add(cell, _("`row` is blank: write what the row holds, %(kinds)s") % {"kinds": listed(SHEETS)})
        return None
    kind = str(named.value).strip().casefold()
    if kind in SHEETS:
        return kind
    hint = did_you_mean(kind, SHEETS) or _(": known are %(kinds)s") % {"kinds": listed(SHEETS)}
    faults.add(named.cell, _("unknown kind of row `%(kind)s`") % {"kind": shortened(kind)} + hint)
    return nearest(kind, SHEETS)


def _refuse_others(kind: str, cells: dict[str, Filled], faults: FaultList) -> None:
    for name in [name for name in cells if name not in known_columns(kind)]:
        message = _("a row of the kind `%(kind)s` has no `%(column)s`: empty this cell")
        faults.add(cells.pop(name).cell, message % {"kind": kind, "column": name})


class _TableReader:
    """Reads the columns and rows of one table; `known` has the names that its columns may have."""

    def __init__(
        self,
        table: Dataset,
        faults: FaultList,
        known: Mapping[str, KnownColumn | None],
        title: str = "",
        number: int = 0,
    ) -> None:
        self.table, self.faults, self.known, self.title, self.number = table, faults, known, title, number
        self.columns: dict[int, str] = {}  # {index of a value in a row: name of its column}
        self.first_row: int
        self.names: list[CellValue | None]
        self.first_row, *self.names = table[0]

    def cell(self, row: int, index: int | None = None, value: CellValue | None = "") -> Cell:
        if index is None:
            return Cell(self.title, row, sheet_number=self.number)
        text = "" if isinstance(value, Unusable) else str(value)
        return Cell(self.title, row, letter_of(index), self.columns.get(index, ""), text, sheet_number=self.number)

    def header(self) -> bool:
        """Reads the names of the columns; returns False, with faults, if one is unknown or repeated."""
        good = True
        for index, value in enumerate(self.names, 1):
            if is_blank(value):
                continue
            cell = self.cell(self.first_row, index, value)
            name = str(value).strip().casefold()
            if isinstance(value, Unusable):
                good = False
                self.faults.add(cell, value.message)
            elif name not in self.known:
                good = False
                message = _("unknown column `%(name)s`") % {"name": shortened(str(value))}
                hint = did_you_mean(name, self.known) or _(": the documentation lists the columns")
                self.faults.add(cell, message + hint)
            elif name in self.columns.values():
                good = False
                self.faults.add(cell, _("the column `%(name)s` is there twice: keep one") % {"name": name})
            else:
                self.columns[index] = name
        return good

    def rows(self) -> Iterator[tuple[Cell, dict[str, Filled]]]:
        """(Cell of the row, {name: Filled}) of each row below the header."""
        blank = {index for index, value in enumerate(self.names, 1) if is_blank(value)}
        for number, *values in self.table[1:]:
            cells: dict[str, Filled] = {}
            for index, value in enumerate(values, 1):
                if is_blank(value):
                    continue
                if index in self.columns:
                    cells[self.columns[index]] = Filled(self.cell(number, index, value), value)
                elif index in blank:
                    message = _(
                        "this cell is in a column without a name: name the column in the first row, or empty it"
                    )
                    self.faults.add(self.cell(number, index, value), message)
            yield self.cell(number), cells
