"""Reads and writes XLSX files: one table for each sheet, with the types of the cells, within limits.

A workbook is refused before openpyxl opens it if it has macros, links to other files, embedded objects or XML entities,
or if it unpacks to more than MOST_UNPACKED bytes.
"""

import re
import warnings
import zlib
from collections.abc import Iterator
from datetime import date, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from import_export.formats import base_formats
from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.datavalidation import DataValidation
from tablib import Databook, Dataset

from frameworks.files.cells import Cell
from frameworks.files.document import STATEMENT_KINDS
from frameworks.files.faults import shortened

from .limits import MOST_ROWS, Budget, CellValue, Unreadable, Unusable, check_size, letter_of, numbered

if TYPE_CHECKING:
    from openpyxl.cell import Cell as WorkbookCell
    from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

BEGINNING = b"PK\x03\x04"  # of every zip archive
# Old .xls files, and .xlsx files behind a password.
OTHER_BEGINNING = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED = 40_000_000  # bytes; 10,000 statements in five languages are about 15 million
MOST_PARTS = 200
_ACTIVE_PARTS = re.compile(
    r"vbaProject|/externalLinks/|/embeddings/|/activeX/|/connections\.xml|/macrosheets/", re.IGNORECASE
)
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
# Spreadsheet programs write characters that XML cannot hold like `_x000D_`, so a text that looks like this is escaped.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_CARRIAGE_RETURN = re.compile(r"_x000D_\n?")
_WIDTHS = {"text": 60, "value": 60, "note": 60, "emphasis": 40, "title": 40}
_DEFAULT_WIDTH = 16


class XLSX(base_formats.XLSX):
    """The XLSX of django-import-export, but with all sheets.

    The base class reads only the first sheet, and the results of formulas as if they were values.
    """

    def create_dataset(self, in_stream: bytes) -> Databook:
        """A Databook with a Dataset for each sheet that is not blank. Raises Unreadable.

        Rows are as `limits.numbered` makes them, values as in `limits.CellValue`.
        """
        check_size(in_stream)
        workbook = _harmless(in_stream)
        try:
            with warnings.catch_warnings():
                # openpyxl warns about styles and validations, which are not needed here.
                warnings.simplefilter("ignore")
                return _read(workbook)
        except Unreadable:
            raise
        except Exception as error:  # a damaged part can make openpyxl raise anything
            raise Unreadable(
                Cell("", 1), _("the workbook is damaged: open it in a spreadsheet program and save it again as .xlsx")
            ) from error

    def export_data(self, dataset: Databook, **kwargs: Any) -> bytes:
        """The bytes of a workbook; all cells but numbers are formatted as text, so that codes stay as typed."""
        workbook = Workbook(write_only=True)
        for table in dataset.sheets():
            _write(workbook.create_sheet(table.title), table)
        output = BytesIO()
        workbook.save(output)
        return output.getvalue()


# --- Reading ------------------------------------------------------------------------------------


def _read(file: BytesIO) -> Databook:
    workbook = load_workbook(file, read_only=True, keep_links=False)
    book = Databook()
    try:
        for sheet in workbook.worksheets:
            # The size that a sheet declares may be wrong.
            sheet.reset_dimensions()
            table = numbered(sheet.title, _rows(sheet))
            if len(table):
                book.add_sheet(table)
    finally:
        workbook.close()
    return book


def _rows(sheet: "ReadOnlyWorksheet") -> Iterator[tuple[int, list[CellValue | None]]]:
    budget = Budget(sheet.title)
    for number, cells in enumerate(sheet.rows, 1):
        values = [_value(cell) for cell in cells]
        if budget.admits(number, values):
            yield number, values


def _value(cell: "ReadOnlyCell | EmptyCell") -> CellValue | None:
    value: str | int | float | date | time | timedelta | None = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Unusable(_("this cell holds a formula: type its result instead"))
    if cell.data_type == "e":
        return Unusable(_("this cell shows the error %(error)s: type the value instead") % {"error": value})
    if isinstance(value, str) and "_x" in value:
        value = _ESCAPED.sub("_", _CARRIAGE_RETURN.sub("\n", value))
    return value


def _harmless(content: bytes) -> BytesIO:
    """A copy of the archive with only its XML parts, so that openpyxl unpacks nothing else. Raises Unreadable."""
    if content.startswith(OTHER_BEGINNING):
        message = _("this is an old .xls file or has a password: save it as .xlsx without a password")
        raise Unreadable(Cell("", 1), message)
    copy = BytesIO()
    try:
        with ZipFile(BytesIO(content)) as archive, ZipFile(copy, "w") as clean:
            _copy_parts(archive, clean)
    except (BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, zlib.error) as error:
        raise Unreadable(Cell("", 1), _("this is no .xlsx file, or a damaged one: save it again as .xlsx")) from error
    return copy


def _copy_parts(archive: ZipFile, clean: ZipFile) -> None:
    parts = archive.infolist()
    room = MOST_UNPACKED
    for part in parts:
        if _ACTIVE_PARTS.search("/" + part.filename):
            message = _(
                "the workbook has macros, embedded objects or links to other files (%(part)s): "
                "save it as .xlsx without them"
            )
            raise Unreadable(Cell("", 1), message % {"part": shortened(part.filename)})
        if not part.filename.endswith((".xml", ".rels")):
            continue  # pictures and printer settings
        with archive.open(part) as opened:
            # The declared size of a part may be false. This unpacks at most that size and at most the room that is
            # left, and zipfile raises an error if the checksum does not match.
            xml = opened.read(min(part.file_size, room) + 1)
        room -= len(xml)
        if room < 0 or len(parts) > MOST_PARTS:
            message = _("the workbook unpacks to more than %(limit)d MB: remove pictures, styles and blank rows")
            raise Unreadable(Cell("", 1), message % {"limit": MOST_UNPACKED // 1_000_000})
        _check_xml(xml)
        clean.writestr(part.filename, xml)


def _check_xml(content: bytes) -> None:
    """Refuses declarations by which an XML parser would read other files or expand entities without limit.

    Encodings other than UTF-8 are refused too, because such declarations could be hidden in them. Raises Unreadable.
    """
    encoding = _DECLARED_ENCODING.match(content)
    is_utf8 = b"\x00" not in content and (encoding is None or encoding[1].lower() == b"utf-8")
    if not is_utf8 or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable(
            Cell("", 1), _("the workbook is not as spreadsheet programs write it: open it in one and save it again")
        )


# --- Writing ------------------------------------------------------------------------------------


def _write(sheet: "WriteOnlyWorksheet", table: Dataset) -> None:
    sheet.freeze_panes = "A2"
    for number, name in enumerate(table.headers, 1):
        dimension = sheet.column_dimensions[letter_of(number)]
        dimension.width = next((width for part, width in _WIDTHS.items() if name.startswith(part)), _DEFAULT_WIDTH)
        # Rows that an author adds are text too: 1.10 stays 1.10.
        dimension.number_format = "@"
        if name == "kind":
            kinds = DataValidation(type="list", formula1=f'"{",".join(STATEMENT_KINDS.values())}"')
            kinds.add(f"{letter_of(number)}2:{letter_of(number)}{MOST_ROWS}")
            sheet.data_validations.append(kinds)
    sheet.append([_cell(sheet, name, font=Font(bold=True)) for name in table.headers])
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in table:
        sheet.append([None if value in (None, "") else _cell(sheet, value, alignment=wrapped) for value in row])


def _cell(sheet: "WriteOnlyWorksheet", value: str | int, **style: Font | Alignment) -> "WorkbookCell":
    if isinstance(value, int):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, _LOOKS_ESCAPED.sub("_x005F_", value) if "_x" in value else value)
    cell.number_format = "@"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell
