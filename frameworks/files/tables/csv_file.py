"""Reads and writes CSV files as one table of texts, with the separators that spreadsheet programs use, in limits."""

import csv
import re
from collections.abc import Iterator
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats import base_formats
from tablib import Dataset

from frameworks.files.cells import Cell

from .limits import Budget, Unreadable, check_size, letter_of, numbered

_SEPARATORS = ",;\t"
# A first line by which Excel names the separator; Excel neither shows it nor counts it as a row.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[;,\t]*(\r\n|\r|\n)', re.IGNORECASE)
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff")


class CSV(base_formats.CSV):
    """The CSV of django-import-export, but strict about quotes, and with the number of each row as its first value.

    The base class always expects commas, leaves blank rows out and fails on a row that is too long, so that no fault
    could name its row.
    """

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> Dataset:
        """A Dataset of the bytes, without headers, blank rows left out. Raises Unreadable."""
        check_size(in_stream)
        text = _decoded(in_stream)
        separator = _SEPARATOR_LINE.match(text)
        if separator:
            text = text[separator.end() :]
        return numbered("", _rows(text, separator[1] if separator else _separator(text)))

    def export_data(self, dataset: Dataset, **kwargs: Any) -> bytes:
        """The bytes in UTF-8, with the byte order mark by which Excel recognises it."""
        text: str = super().export_data(dataset, **kwargs)
        return text.encode("utf-8-sig")


def _decoded(content: bytes) -> str:
    if content.startswith(_OTHER_ENCODINGS) or b"\x00" in content[:4]:
        raise Unreadable(Cell("", 1), _("the file is not UTF-8: choose “CSV UTF-8” when you save it"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # `error.object` is the content without its byte order mark.
        before, byte = error.object[: error.start].decode("utf-8"), error.object[error.start]
        message = _("the byte %(byte)s is not UTF-8: save the file again and choose “CSV UTF-8” as its type")
        raise Unreadable(_end_of(before), message % {"byte": f"0x{byte:02X}"}) from None


def _end_of(text: str) -> Cell:
    """The Cell in which a text ends."""
    separator = _separator(text)
    rows = list(csv.reader(StringIO(text + "_", newline=""), delimiter=separator))
    return Cell("", len(rows), letter_of(len(rows[-1])))


def _separator(text: str) -> str:
    """The separator that is most frequent in the first row; names of columns contain none."""
    first_row = re.split(r"[\r\n]", text.lstrip(), maxsplit=1)[0]
    return max(_SEPARATORS, key=first_row.count)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(number, values) of each row that is not blank."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    budget = Budget("")
    number = 0
    while True:
        number += 1
        try:
            values = next(reader, None)
        except csv.Error as error:
            raise Unreadable(Cell("", number), _explained(error)) from None
        if values is None:
            return
        if budget.admits(number, values):
            yield number, values


def _explained(error: csv.Error) -> str:
    """An error of the csv module, in words for authors."""
    if "limit" in str(error):
        return _("a value is far too long: is a quotation mark missing or left open?")
    if "end of data" in str(error):
        return _("a quotation mark opens a value in this row and is never closed: close it, or write it twice")
    return _(
        "a quotation mark stands inside a quoted value, or an earlier one was never closed: write it twice, or close it"
    )
