"""The formats in which frameworks are imported and exported: how to recognise and how to write each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from .document import Document
from .tables import csv_file, writing, xlsx_file
from .writing import to_yaml

# A table's first row has names of columns with separators between them; YAML begins with a key and its colon.
_BEGINS_LIKE_A_TABLE = re.compile(rb"(\xef\xbb\xbf)?(\"?sep=.\"?\s+)?\s*\"?[A-Za-z_]+\"?[,;\t]")


@dataclass(frozen=True, slots=True)
class Format:
    name: str  # as in --format, and the extension of a file's name
    label: str
    media_type: str
    write: Callable[[Document], bytes]  # raises Refused


FORMATS = {
    entry.name: entry
    for entry in (
        Format("yaml", "YAML", "application/yaml", lambda document: to_yaml(document).encode()),
        Format("csv", "CSV", "text/csv; charset=utf-8", writing.to_csv),
        Format("xlsx", "XLSX", xlsx_file.XLSX.CONTENT_TYPE, writing.to_xlsx),
    )
}
TABLES: dict[str, type[csv_file.CSV | xlsx_file.XLSX]] = {"csv": csv_file.CSV, "xlsx": xlsx_file.XLSX}
EXTENSIONS = (".yaml", ".yml", ".csv", ".xlsx")


def format_of(content: bytes, name: str) -> Format:
    """The Format of a file: by its first bytes if it is a workbook, else by its name, else by how its text begins."""
    if content.startswith((xlsx_file.BEGINNING, xlsx_file.OTHER_BEGINNING)):
        return FORMATS["xlsx"]
    ending = PurePath(name).suffix.casefold().lstrip(".")
    if ending in ("xls", "xlsm", "ods"):
        return FORMATS["xlsx"]
    if ending in ("yaml", "yml"):
        return FORMATS["yaml"]
    if ending in FORMATS:
        return FORMATS[ending]
    return FORMATS["csv" if _BEGINS_LIKE_A_TABLE.match(content) else "yaml"]
