"""Reads the bytes of a framework file into its normalised document, or finds every fault in it.

The format is described in docs/framework-format.md and in kip-framework-1.schema.json, its tables in
docs/spreadsheets.md.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from tablib import Databook

from kip_site.languages import LANGUAGE_NAMES
from kip_site.refusals import FaultyFiles

from .checks import check_consistency
from .document import Document
from .document_tree import tree_of_document
from .faults import Fault, FaultList, TooManyFaultsError
from .formats import TABLES, format_of
from .rules import framework_rule
from .tables.csv_file import CSV
from .tables.limits import Unreadable
from .tables.reading import tree_of
from .tables.xlsx_file import XLSX
from .yaml_tree import Node, parse


@dataclass(frozen=True)
class Reading:
    """The result of reading a file.

    `document` has the shape of the file, with every text as a language map (`{"en": …}`), dates as ISO strings, keys in
    the order of the schema, and without optional keys that are null, false or empty. It is None if there are faults.
    `lines` is {element id: line number or Cell}, with further keys that begin with `/` (see `check_consistency`).
    """

    document: Document | None
    faults: tuple[Fault, ...]
    lines: dict[str, int] = field(default_factory=dict)

    def faultless(self) -> Document:
        """The document of a file that has no faults. Raises FaultyFiles."""
        if self.document is None:
            raise FaultyFiles(self.faults)
        return self.document


def read_any(content: bytes, name: str) -> Reading:
    """Like `read_framework`, for a file in any of `formats.FORMATS`."""
    table = TABLES.get(format_of(content, name).name)
    if table is None:
        return read_framework(content, name)
    return _read(name, lambda faults: _tree_of_tables(table(), content, faults))


def read_framework(content: bytes, name: str) -> Reading:
    """Reads, checks and normalises YAML. `name` is the file's name in the faults. Never raises, whatever the input."""
    return _read(name, lambda faults: parse(content, faults))


def read_document(document: Document) -> Reading:
    """Checks and normalises a changed document like its file, but faster, because nothing is written and parsed."""
    return _read("", lambda faults: tree_of_document(document, faults))


def _tree_of_tables(table: CSV | XLSX, content: bytes, faults: FaultList) -> Node | None:
    try:
        found = table.create_dataset(content)
    except Unreadable as unreadable:
        for fault in unreadable.faults:
            faults.add(fault.line, fault.message)
        return None
    tables = found.sheets() if isinstance(found, Databook) else [found] if len(found) else []
    return tree_of(tables, faults)


def _read(name: str, make_tree: Callable[[FaultList], Node | None]) -> Reading:
    faults = FaultList(name)
    lines: dict[str, int] = {}
    root = None
    try:
        root = make_tree(faults)
        if root is not None:
            framework_rule().check(root, "file", faults)
            if type(root.value) is dict:
                lines = check_consistency(root, faults)
    except TooManyFaultsError:
        pass
    if faults or root is None:
        return Reading(None, faults.sorted(), lines)
    return Reading(_normalised(root), (), lines)


def _normalised(root: Node) -> Document:
    source: str = root.value["framework"].value["source_language"].value
    document: Document = framework_rule().build(root, (source, *(code for code in LANGUAGE_NAMES if code != source)))
    return document
