"""Which files may be kept as evidence: name and content are checked, although files are only served as downloads."""

import zipfile
from pathlib import PurePath

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MOST_PER_RATING = 5  # links and files together
MOST_MEGABYTES = 5
MOST_BYTES = MOST_MEGABYTES * 1024 * 1024

# {extension: the first bytes of such files}.
BEGINNINGS = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
}
# {extension: a file that such an office document, which is a zip archive, must contain}.
PARTS = {
    ".odt": "content.xml",
    ".ods": "content.xml",
    ".odp": "content.xml",
    ".docx": "word/document.xml",
    ".xlsx": "xl/workbook.xml",
    ".pptx": "ppt/presentation.xml",
}
TEXTS = {".txt", ".csv", ".md"}
ALLOWED = (*BEGINNINGS, *PARTS, *sorted(TEXTS))


def fault_of(file):
    """Why an uploaded file cannot be kept, as a sentence; blank if it can be. Leaves the file at its start."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix not in ALLOWED:
        return _(
            "Files of this kind cannot be kept. Choose a PDF, a picture (PNG, JPEG), a text or an office document."
        )
    if not file.size:
        return _("This file is empty. Choose another one.")
    if file.size > MOST_BYTES:
        return ngettext(
            "This file is larger than %(count)d MB. Make it smaller, or add a link to it.",
            "This file is larger than %(count)d MB. Make it smaller, or add a link to it.",
            MOST_MEGABYTES,
        ) % {"count": MOST_MEGABYTES}
    file.seek(0)
    matches = _is_what_it_says(file, suffix)
    file.seek(0)
    if not matches:
        return _(
            "The content of this file is not what its name says (%(suffix)s). Save it again and choose that file."
        ) % {"suffix": suffix}
    return ""


def _is_what_it_says(file, suffix):
    if suffix in BEGINNINGS:
        return file.read(16).startswith(BEGINNINGS[suffix])
    if suffix in PARTS:
        try:
            with zipfile.ZipFile(file) as archive:
                # A document with macros is refused too, because these extensions are for documents without macros.
                names = archive.namelist()
                return PARTS[suffix] in names and not any(name.endswith("vbaProject.bin") for name in names)
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            return False
    try:
        return "\0" not in file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
