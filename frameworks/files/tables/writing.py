"""Writes a normalised document as tables, for authors who work in spreadsheets; `reading.py` does the reverse.

Pure. The tables hold everything that the document holds: reading them gives the same document.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from tablib import Databook, Dataset

from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS, Document, DocumentPart
from kip_site.refusals import Refused

from .columns import FIELDS, FLAG, NUMBER, PHRASES, ROW, SHEETS, Column, headers, headers_of_all
from .csv_file import CSV
from .limits import LONGEST_CELL
from .xlsx_file import XLSX

# {name of a column: value} of a row, without blank values.
Cells = dict[str, str | int]

# Spreadsheet programs treat a cell that begins like this as a formula, unless an apostrophe comes before it.
_LIKE_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED_FORMULA = re.compile(r"'+[=+\-@\t\r]")
_PHRASE_MARKS = re.compile(r"[\\|]")
_PHRASE_PARTS = re.compile(r"((?:[^\\|]|\\[\s\S]|\\\Z)*)(?:\||\Z)")
_ESCAPED_PHRASE_MARK = re.compile(r"\\([\\|])")


def to_csv(document: Document) -> bytes:
    """The document as the bytes of a CSV file, one table. Raises Refused if a text is too long for a cell."""
    languages = document["framework"]["languages"]
    names = headers_of_all(languages)
    table = Dataset(headers=names)
    for kind, row in _rows(document):
        texts = {ROW: kind} | {name: str(value) for name, value in row.items()}
        table.append([texts.get(name, "") for name in names])
    return CSV().export_data(table)


def to_xlsx(document: Document) -> bytes:
    """The document as the bytes of an XLSX file, a sheet for each kind of row. Raises Refused like `to_csv`."""
    languages = document["framework"]["languages"]
    tables = {kind: Dataset(headers=headers(kind, languages), title=sheet.title) for kind, sheet in SHEETS.items()}
    for kind, row in _rows(document):
        table = tables[kind]
        table.append([row.get(name, "") for name in table.headers])
    return XLSX().export_data(Databook(list(tables.values())))


# --- Rows ---------------------------------------------------------------------------------------


def _rows(document: Document) -> Iterator[tuple[str, Cells]]:
    """(kind of row, its Cells) of each row."""
    yield from (("framework", row) for row in _framework(document))
    replaced = document["scale"].get("replaces", {}).get("map", {})
    for level in document["scale"]["levels"]:
        old = [before for before, after in replaced.items() if after == level["id"]]
        yield "level", _row("level", level | level["descriptors"] | {"replaces": old})
    for competence in document["competences"]:
        yield "competence", _row("competence", competence)
    for competence in document["competences"]:
        for cluster, kind in STATEMENT_KINDS.items():
            for statement in competence.get(cluster, ()):
                yield "statement", _row("statement", statement | {"competence": competence["id"], "kind": kind})
    for competence in document["competences"]:
        for outcome in competence.get("learning_outcomes", ()):
            yield LEARNING_OUTCOME, _row(LEARNING_OUTCOME, outcome | {"competence": competence["id"]})
    for entry in document.get("retired", ()):
        yield "retired", _row("retired", entry)


def _framework(document: Document) -> Iterator[Cells]:
    """A row for each field, blank ones too: they show an author what she may fill in."""
    for path, column in FIELDS.items():
        value = document
        for key in path:
            value = value.get(key, {})
        cells = _cells(column, value)
        for name in column.names(document["framework"]["languages"]):
            yield {"field": name, "value": cells.get(name, "")}


def _row(kind: str, data: DocumentPart) -> Cells:
    row: Cells = {}
    for column in SHEETS[kind].columns:
        if data.get(column.key):
            row |= _cells(column, data[column.key])
        elif column.shape == NUMBER and column.key in data:
            row[column.key] = data[column.key]  # zero is a value, not a blank
    return row


def _cells(column: Column, value: Any) -> Cells:
    """{name of a column: value of its cell} for one value of the document; one cell for each language."""
    if not column.by_language:
        return {column.key: _cell(column, value)} if value or value == 0 else {}
    return {f"{column.key}_{code}": _cell(column, text) for code, text in value.items()}


def _cell(column: Column, value: int | str | bool | list[str]) -> str | int:
    if column.shape == FLAG:
        return "yes"
    if isinstance(value, int):
        return value
    if column.shape == PHRASES:
        value = " | ".join(_PHRASE_MARKS.sub(r"\\\g<0>", phrase) for phrase in value)
    elif not isinstance(value, str):
        value = ", ".join(value)
    text = escaped(value)
    if len(text) > LONGEST_CELL:
        message = _("`%(column)s` would take %(length)d characters, and a cell holds %(limit)d: choose YAML instead.")
        raise Refused(message % {"column": column.key, "length": len(text), "limit": LONGEST_CELL})
    return text


# --- Texts in cells -----------------------------------------------------------------------------


def escaped(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet program would treat it as a formula."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """The reverse of `escaped`."""
    return text[1:] if _ESCAPED_FORMULA.match(text) else text


def phrases_of(text: str) -> list[str]:
    r"""The phrases of a cell, separated by `|`; `\|` is a bar within a phrase and `\\` a backslash."""
    parts = _PHRASE_PARTS.findall(text)
    # The expression also matches an empty text at the very end, which is no phrase.
    return [_ESCAPED_PHRASE_MARK.sub(r"\1", part.strip()) for part in parts[:-1] or parts]
