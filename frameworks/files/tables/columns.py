"""The sheets and columns of frameworks as tables, as reading and writing use them.

A workbook has a sheet for each kind of row; a CSV file has them all in one table, with the kind in the column `row`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, NamedTuple

from frameworks.files.document import LEARNING_OUTCOME, STATEMENT_KINDS
from kip_site.languages import LANGUAGE_NAMES

# How a cell holds its value: text as it is, ids separated by commas, phrases separated by `|`, and so on.
Shape = Literal["text", "date", "ids", "phrases", "number", "flag"]
TEXT: Final = "text"
DATE: Final = "date"
IDS: Final = "ids"
PHRASES: Final = "phrases"
NUMBER: Final = "number"
FLAG: Final = "flag"

ROW = "row"  # the column of a CSV file that names the kind of row


@dataclass(frozen=True, slots=True)
class Column:
    """A column, or a group of columns `key_en`, `key_fr` … when it holds texts in several languages."""

    key: str
    shape: Shape = TEXT
    by_language: bool = False

    def names(self, languages: Iterable[str]) -> dict[str, str]:
        """{name of each single column: its language, or blank if the texts have none}."""
        return {f"{self.key}_{code}": code for code in languages} if self.by_language else {self.key: ""}


class KnownColumn(NamedTuple):
    """A single column that a table may have: the Column it belongs to and its language, blank if it has none."""

    column: Column
    language: str


class KnownField(NamedTuple):
    """A field of the sheet Framework; `path` are the keys that lead to its value in the document."""

    path: tuple[str, ...]
    column: Column
    language: str


@dataclass(frozen=True, slots=True)
class Sheet:
    title: str
    columns: tuple[Column, ...]


def _texts(key: str) -> Column:
    return Column(key, by_language=True)


_REFERENCES = (Column("esco"), Column("eqf", NUMBER), Column("uuid"))
_REVISED = (Column("replaces", IDS), Column("reworded", FLAG), Column("narrowed", FLAG))

# {kind of row: its sheet}, in the order in which they are written.
SHEETS = {
    "framework": Sheet("Framework", (Column("field"), Column("value"))),
    "level": Sheet(
        "Levels",
        (
            Column("id"),
            Column("value", NUMBER),
            _texts("label"),
            *(_texts(kind) for kind in STATEMENT_KINDS.values()),
            Column("replaces", IDS),
            Column("reworded", FLAG),
            *_REFERENCES,
        ),
    ),
    "competence": Sheet(
        "Competences",
        (Column("id"), Column("code"), _texts("title"), _texts("learning_outcomes_origin"), *_REVISED, *_REFERENCES),
    ),
    "statement": Sheet(
        "Statements",
        (
            Column("competence"),
            Column("kind"),
            Column("id"),
            Column("code"),
            _texts("text"),
            Column("emphasis", PHRASES, by_language=True),
            Column("same_as"),
            *_REVISED,
            *_REFERENCES,
        ),
    ),
    LEARNING_OUTCOME: Sheet(
        "Learning outcomes",
        (
            Column("competence"),
            Column("id"),
            Column("code"),
            _texts("text"),
            Column("level"),
            Column("serves", IDS),
            *_REVISED,
            *_REFERENCES,
        ),
    ),
    "retired": Sheet("Retired", (Column("id"), _texts("note"))),
}

# The fields of the sheet Framework: {keys that lead to the value in the document: how a cell holds it}.
FIELDS: dict[tuple[str, ...], Column] = {
    ("format",): Column("format"),
    ("framework", "id"): Column("framework.id"),
    ("framework", "title"): _texts("framework.title"),
    ("framework", "summary"): _texts("framework.summary"),
    ("framework", "publisher"): Column("framework.publisher"),
    ("framework", "source"): Column("framework.source"),
    ("framework", "licence"): Column("framework.licence"),
    ("framework", "source_language"): Column("framework.source_language"),
    ("framework", "languages"): Column("framework.languages", IDS),
    ("framework", "uuid"): Column("framework.uuid"),
    ("revision", "version"): Column("revision.version"),
    ("revision", "date"): Column("revision.date", DATE),
    ("revision", "replaces"): Column("revision.replaces"),
    ("revision", "notes"): _texts("revision.notes"),
    ("scale", "id"): Column("scale.id"),
    ("scale", "origin"): _texts("scale.origin"),
    ("scale", "replaces", "id"): Column("scale.replaces.id"),
}


@cache
def known_columns(kind: str) -> dict[str, KnownColumn]:
    """{name: KnownColumn} of each column that a row of this kind may have."""
    return {
        name: KnownColumn(column, code)
        for column in SHEETS[kind].columns
        for name, code in column.names(LANGUAGE_NAMES).items()
    }


@cache
def known_fields() -> dict[str, KnownField]:
    """{name: KnownField} of each field of the sheet Framework."""
    return {
        name: KnownField(path, column, code)
        for path, column in FIELDS.items()
        for name, code in column.names(LANGUAGE_NAMES).items()
    }


def headers(kind: str, languages: Iterable[str]) -> list[str]:
    """The names of the columns of a sheet in a framework with these languages."""
    return [name for column in SHEETS[kind].columns for name in column.names(languages)]


# The order of the columns of a CSV file: what a row is, its wording, then what it refers to.
_ORDER = (
    *("field", "value", "competence", "kind", "id", "code", "title", "label", "text", "emphasis", "same_as"),
    *("level", "serves", *STATEMENT_KINDS.values(), "replaces", "reworded", "narrowed", "note"),
    *("learning_outcomes_origin", "esco", "eqf", "uuid"),
)


def headers_of_all(languages: Iterable[str]) -> list[str]:
    """The names of the columns of a CSV file, which has rows of all kinds in one table."""
    columns = {column.key: column for sheet in SHEETS.values() for column in sheet.columns}
    return [ROW, *(name for key in _ORDER for name in columns[key].names(languages))]
