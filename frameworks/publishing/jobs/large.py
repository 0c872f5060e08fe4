"""What is large, and so is for the worker: a web process does everything else while the browser waits."""

from io import BytesIO
from zipfile import BadZipFile, ZipFile

from frameworks.files.document import elements
from frameworks.files.formats import format_of
from frameworks.files.yaml_tree import MOST_BYTES
from frameworks.models import RevisionFile

# Up to this size it takes a few seconds at most.
LARGE_BYTES = 1_000_000
LARGE_ELEMENTS = 2_000
BYTES_OF_A_ROW = 300  # at least, in a workbook that is unpacked


def is_large_file(content: bytes, name: str) -> bool:
    """Whether an uploaded file is for the worker, guessed cheaply. One over the limits is not: it is refused anyway."""
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
        return 0  # no workbook: refused before anything takes long


def is_large_draft(file: RevisionFile) -> bool:
    """Whether the draft of a RevisionFile is published by the worker."""
    return len(file.content) > LARGE_BYTES or sum(1 for _element in elements(file.document)) > LARGE_ELEMENTS
