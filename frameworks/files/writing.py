"""Writes a normalised document as a framework file in one fixed style; reading it gives the same document.

The style: block style with one key a line, texts wrapped, short lists of ids and phrases on one line, quotes only where
YAML or a parser that guesses types needs them, texts in only the source language as plain strings.

PyYAML reads these files, but does not write them. Its Python dumper gives the same bytes if five of its internal
methods are replaced (85 lines), but takes 1.3 s for 10,000 statements instead of 0.1 s; each change in the editor
writes the whole file and would take nearly twice as long. Its C dumper takes 0.6 s, but nothing in it can be replaced:
it does not indent lists, lets lines run over the margin, and leaves `y`, `1e3` and `0o17` without quotes.
"""

import re
from typing import Any

from .document import Document, DocumentPart

SCHEMA_ADDRESS = "../frameworks/kip-framework-1.schema.json"
WIDTH = 120

# Needs no quotes in YAML 1.1 and 1.2: begins with a letter and has no character with a meaning in YAML.
_PLAIN_IN_BLOCK = re.compile(r"[^\W\d_](?:[^\x00-\x1f:#\u2028\u2029]|:(?=\S)|(?<=\S)#)*\Z")
_PLAIN_IN_FLOW = re.compile(r"[^\W\d_](?:[^\x00-\x1f:#,\[\]{}\"'&*!|>%@`\u2028\u2029])*\Z")
# Words that some YAML parsers read as null, true or false.
_WORDS_WITH_MEANING = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
# A line of a wrapped text must not look like a comment, an entry, a key or a document's end.
_MAY_BEGIN_LINE = re.compile(r"[^\W_]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def to_yaml(document: Document, schema: str = SCHEMA_ADDRESS) -> str:
    """The file as text. `schema` is the path of the JSON Schema for text editors, relative to the file's folder."""
    framework = document["framework"]
    writer = _Writer(framework["source_language"])
    writer.lines.append(f"# yaml-language-server: $schema={schema}")
    writer.mapping(document, 0)
    return "\n".join(writer.lines) + "\n"


class _Writer:
    def __init__(self, source_language: str) -> None:
        self.source_language = source_language
        self.lines: list[str] = []

    def mapping(self, mapping: DocumentPart, indent: int, first: str = "", inside: str = "") -> None:
        """Writes the keys of `mapping`, which is the value of the key `inside`.

        `first` is written before the first key in place of its indentation.
        """
        for key, value in mapping.items():
            self.pair(key, value, indent, first or " " * indent, inside)
            first = ""

    def pair(self, key: str, value: Any, indent: int, lead: str, inside: str) -> None:
        if inside == "map":  # level ids, which may look like anything
            key = _scalar(key, 0, 0, flow=True)[0]
        value = self.simplified(key, value)
        start = f"{lead}{key}:"
        if isinstance(value, dict):
            self.lines.append(start)
            self.mapping(value, indent + 2, inside=key)
        elif isinstance(value, list):
            self.sequence(start, value, indent)
        elif isinstance(value, bool):
            self.lines.append(f"{start} {str(value).lower()}")
        elif isinstance(value, int) or (inside == "revision" and key == "date"):
            self.lines.append(f"{start} {value}")
        else:
            self.text(start, value, indent)

    def simplified(self, key: str, value: Any) -> Any:
        """The text or list itself in place of a language map that has only the source language."""
        if key != "map" and isinstance(value, dict) and list(value) == [self.source_language]:
            return value[self.source_language]
        return value

    def sequence(self, start: str, entries: list[Any], indent: int) -> None:
        if entries and isinstance(entries[0], dict):
            self.lines.append(start)
            for entry in entries:
                self.mapping(entry, indent + 4, " " * (indent + 2) + "- ")
            return
        on_one_line = f"{start} [{', '.join(_scalar(entry, 0, 0, flow=True)[0] for entry in entries)}]"
        if len(on_one_line) <= WIDTH and "\n" not in "".join(entries):
            self.lines.append(on_one_line)
            return
        self.lines.append(start)
        for entry in entries:
            self.text(" " * (indent + 2) + "-", entry, indent + 2)

    def text(self, start: str, value: str, indent: int) -> None:
        if "\n" in value and "\t" not in value:
            self.lines.append(f"{start} |-")
            self.lines += [" " * (indent + 2) + line if line else "" for line in value.split("\n")]
            return
        first, *rest = _scalar(value, len(start) + 1, indent + 2)
        self.lines.append(f"{start} {first}")
        self.lines += [" " * (indent + 2) + line for line in rest]


def _scalar(value: str, used: int, indent: int, *, flow: bool = False) -> list[str]:
    """The lines of a scalar, quoted if it must be; the first has `used` characters before it, the others `indent`."""
    plain = _PLAIN_IN_FLOW if flow else _PLAIN_IN_BLOCK
    if plain.match(value) and value.casefold() not in _WORDS_WITH_MEANING:
        quoted = value
    elif ('"' in value or "\\" in value) and "\n" not in value and "\t" not in value:
        quoted = "'" + value.replace("'", "''") + "'"
    else:
        quoted = '"' + "".join(_ESCAPES.get(character, character) for character in value) + '"'
    return [quoted] if flow else _wrapped(quoted, used, indent)


def _wrapped(text: str, used: int, indent: int) -> list[str]:
    """`text` broken at single spaces, where YAML's folding puts the space back."""
    lines: list[str] = []
    line, room = "", WIDTH - used
    for word in text.split(" "):
        fits = len(line) + 1 + len(word) <= room
        # No line break next to a further space, or before a word that YAML would not read as text at a line's start.
        if not line or fits or not line.strip() or line.endswith(" ") or not _MAY_BEGIN_LINE.match(word):
            line = f"{line} {word}" if line or lines else word
        else:
            lines.append(line)
            line, room = word, WIDTH - indent
    lines.append(line)
    return lines
