"""Builds from a document the tree of nodes that parsing its file would give, without writing and parsing that file.

An edited draft is checked after every change in the browser. Parsing would take most of that time, and is not needed
for a document that the program made itself. The checks that follow are the same as for a file.
"""

import unicodedata
from typing import Any

from django.utils.translation import gettext as _

from .document import Document
from .faults import FaultList
from .yaml_tree import FORBIDDEN, MOST_NODES, Node, forbidden_message


def tree_of_document(document: Document, faults: FaultList) -> Node:
    """The root node of a document in the shape of `Reading.document`; every node is on line 1."""
    builder = _Builder(document["framework"]["source_language"], faults)
    root = builder.node(document)
    if builder.nodes > MOST_NODES:
        faults.add(1, _("more than %(limit)d values: divide them among several files") % {"limit": MOST_NODES})
    return root


class _Builder:
    def __init__(self, source_language: str, faults: FaultList) -> None:
        self.source_language = source_language
        self.faults = faults
        self.nodes = 0  # how many nodes the file would have: keys and values

    def node(self, value: Any, key: str = "") -> Node:
        self.nodes += 1
        if isinstance(value, dict):
            if key != "map" and list(value) == [self.source_language]:
                # A file has no language map here, only the text or the list itself.
                self.nodes -= 1
                return self.node(value[self.source_language])
            self.nodes += len(value)
            return Node({name: self.node(child, name) for name, child in value.items()}, 1)
        if isinstance(value, list):
            return Node([self.node(entry) for entry in value], 1)
        if isinstance(value, bool):
            return Node(str(value).lower(), 1, plain=True)
        if isinstance(value, int):
            return Node(str(value), 1, plain=True)
        return self.scalar(value)

    def scalar(self, text: str) -> Node:
        valid = True
        if not text.isascii() or not text.isprintable():
            text = unicodedata.normalize("NFC", text)
            if found := FORBIDDEN.search(text):
                self.faults.add(1, forbidden_message(found[0]))
                valid = False
        return Node(text, 1, valid=valid)
