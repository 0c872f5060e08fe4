"""Which files and drafts are large and therefore left to a worker; web processes handle all others at once."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from frameworks.files.document import elements
from frameworks.files.formats import format_of
from frameworks.files.yaml_tree import MOST_BYTES
from frameworks.models import RevisionFile

# Up to these limits an import or a publication takes a few seconds at most.
LARGE_BYTES = 1_000_000
LARGE_ELEMENTS = 2_000
BYTES_OF_A_ROW = 300  # at least, in an unpacked workbook


def is_large_file(content: bytes, name: str) -> bool:
    """Whether an uploaded file is for the worker; a cheap estimate. One that is too big is not: it is refused."""
    if len(content) > MOST_BYTES:
        return False
    if len(content) > LARGE_BYTES:
        return True
    match format_of(content, name).name:
        case "xlsx":
            return _unpacked_bytes(content) > LARGE_ELEMENTS * BYTES_OF_A_ROW
        case "csv":
            return content.count(b"\n") > LARGE_ELEMENTS
        case _:
            return content.count(b"code:") + content.count(b'"code"') > LARGE_ELEMENTS


def _unpacked_bytes(content: bytes) -> int:
    try:
        with ZipFile(BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        return 0  # no workbook: it is refused quickly


def is_large_draft(file: RevisionFile) -> bool:
    """Whether a draft is published by the worker; `file` is the draft's file."""
    return len(file.content) > LARGE_BYTES or sum(1 for _element in elements(file.document)) > LARGE_ELEMENTS
