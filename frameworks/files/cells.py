"""Positions in a file: the number of a line, or a cell of a spreadsheet."""

from typing import Self

from django.utils.text import capfirst
from django.utils.translation import gettext as _

_MOST_ROWS = 1 << 40
_MOST_COLUMNS = 1 << 15


class Cell(int):
    """A cell of a spreadsheet or, without a column, a whole row.

    It is an int, so that it can be used wherever a text file has a line number; its value sorts by sheet, row and
    column. `sheet` is blank in a file that has no sheets, `row` counts from 1 (0 means the whole sheet), `column` is
    the column's name in the first row, `letter` its letter in spreadsheet programs, and `text` the whole content of
    the cell.
    """

    sheet: str
    row: int
    letter: str
    column: str
    text: str

    def __new__(
        cls, sheet: str, row: int, letter: str = "", column: str = "", text: str = "", *, sheet_number: int = 0
    ) -> Self:
        number = 0
        for character in letter:
            number = number * 26 + ord(character) - 64
        cell = super().__new__(cls, (sheet_number * _MOST_ROWS + row) * _MOST_COLUMNS + number)
        cell.sheet, cell.row, cell.letter, cell.column, cell.text = sheet, row, letter, column, text
        return cell

    def __str__(self) -> str:
        names = {"sheet": self.sheet, "row": self.row, "letter": self.letter, "column": self.column}
        if not self.row:
            return _("sheet %(sheet)s") % names
        place = _("%(sheet)s, row %(row)d") % names if self.sheet else _("row %(row)d") % names
        if self.letter:
            place += ", " + _("column %(letter)s") % names
        return f"{place} ({self.column})" if self.column else place


def where(line: int) -> str:
    """A position in words, for use within a sentence: "line 7", or the sheet, row and column of a cell."""
    return str(line) if isinstance(line, Cell) else _("line %(number)d") % {"number": line}


def heading_of(line: int) -> str:
    """`where` with a capital letter, for the heading of a fault."""
    return capfirst(where(line))
