"""Helpers for tests of the editor that read a draft and its pages."""

import re

from frameworks.models import RevisionFile
from frameworks.publishing import actions


def changes(draft):
    """{id: (change, ratings)} of all elements that the draft changes, read from the bytes of its file."""
    file = RevisionFile.objects.get(revision=draft)
    comparison = actions.examine(bytes(file.content), file.name).comparison
    return {entry.id: (entry.change, entry.ratings) for entry in comparison.entries if entry.change != "unchanged"}


def document_of(draft):
    """The current document of a draft."""
    return RevisionFile.objects.get(revision=draft).document


def seen(page):
    """The hidden fields of a page that identify what it showed: see `publishing.forms.SeenForm`."""
    fields = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page.content.decode()):
        name = re.search(r'name="([^"]*)"', tag)[1]
        if name in ("sha256", "current"):
            fields[name] = (re.search(r'value="([^"]*)"', tag) or [None, ""])[1]
    return fields
