"""Parses the bytes of a YAML file into a tree of nodes with line numbers, within limits.

The file cannot make Python objects: tags, anchors, aliases and merge keys are refused, and plain scalars stay text.
Only the events of PyYAML's C parser are used. Its composer is recursive and crashes the process on a deeply nested
file; here nesting is limited to DEEPEST levels.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Any

import yaml
from django.utils.translation import gettext as _
from yaml._yaml import CParser

from .faults import FaultList, shortened

MOST_BYTES = 5_000_000
MOST_NODES = 220_000  # 10,000 statements in five languages are about 180,000
DEEPEST = 12  # a framework file needs seven
LONGEST_SCALAR = 20_000  # characters; the schema's own limits are far below

# C0 and C1 controls, DEL, the two Unicode line separators, every bidirectional control, a byte order mark inside the
# file, and noncharacters. They are invisible, so nobody can check what such a file says.
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
FORBIDDEN = re.compile(f"[{_FORBIDDEN}]")
_FORBIDDEN_IN_VALUE = re.compile(f"[{_FORBIDDEN}\r]")
_BIDIRECTIONAL = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OTHER_ENCODINGS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


class Node:
    """A scalar (`value` is str), a sequence (list of nodes) or a mapping (dict of str to node).

    `line` and `key_line` count from 1; `plain` says that a scalar is written without quotes; `valid` turns False once a
    fault is found in the node itself, so that later checks skip it. The schema check replaces scalars by int, bool or
    None where the format asks for these.
    """

    __slots__ = ("key_line", "line", "plain", "valid", "value")

    def __init__(self, value: Any, line: int, *, plain: bool = False, valid: bool = True) -> None:
        self.value = value
        self.line = self.key_line = line
        self.plain = plain
        self.valid = valid

    def get(self, key: str, of: type[object] = str) -> "Node | None":
        """The child of a mapping if it is valid and its value has the type `of`, otherwise None."""
        child = self.value.get(key) if type(self.value) is dict else None
        return child if child is not None and child.valid and type(child.value) is of else None

    def need(self, key: str, of: type[object] = str) -> "Node":
        """Like `get`, for a child that is known to be there. Raises KeyError if it is not."""
        child = self.get(key, of)
        if child is None:
            raise KeyError(key)
        return child

    def entries(self, key: str, of: type[object] = dict) -> "list[Node]":
        """The valid entries of the sequence at `key` whose values have the type `of`."""
        sequence = self.get(key, list)
        return [entry for entry in sequence.value if entry.valid and type(entry.value) is of] if sequence else []


def parse(content: bytes, faults: FaultList) -> Node | None:
    """The root node of the YAML document in `content`; None, with a fault, if it cannot be read to its end.

    A tree that is returned can have faults too.
    """
    text = _decode(content, faults)
    if text is None:
        return None
    text = _without_forbidden(text, faults)
    builder = _TreeBuilder(faults)
    parser = CParser(text)
    try:
        return builder.build(parser)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        faults.add(
            mark.line + 1 if mark else 1,
            _("this is not YAML (%(problem)s, column %(column)d): check indentation, quotes and colons here and above")
            % {"problem": error.problem or error.context, "column": mark.column + 1 if mark else 1},
        )
    except yaml.YAMLError as error:
        faults.add(1, _("this is not YAML: %(problem)s") % {"problem": shortened(str(error), 100)})
    finally:
        parser.dispose()
    return None


def _decode(content: bytes, faults: FaultList) -> str | None:
    """The text of the file with its line breaks as \\n; None, with a fault, if it is too big or not UTF-8."""
    if len(content) > MOST_BYTES:
        faults.add(
            1,
            _("the file has %(size).1f MB: at most %(limit)d MB are allowed")
            % {"size": len(content) / 1_000_000, "limit": MOST_BYTES // 1_000_000},
        )
        return None
    if content.startswith(_OTHER_ENCODINGS) or b"\x00" in content[:4]:
        faults.add(1, _("the file is not UTF-8: save it again with the encoding UTF-8"))
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        for number, line in enumerate(content.splitlines(), 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                faults.add(
                    number,
                    _("byte %(byte)s at place %(place)d is not UTF-8: save the file again with the encoding UTF-8")
                    % {"byte": f"0x{line[error.start]:02X}", "place": error.start + 1},
                )
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _without_forbidden(text: str, faults: FaultList) -> str:
    """`text` with a question mark in place of each forbidden character; each is a fault, and parsing can go on."""
    line, start = 1, 0
    for match in FORBIDDEN.finditer(text):
        line += text.count("\n", start, match.start())
        start = match.start()
        column = start - text.rfind("\n", 0, start)
        faults.add(line, forbidden_message(match[0]) + " " + _("(column %(column)d)") % {"column": column})
    return FORBIDDEN.sub("?", text) if start or FORBIDDEN.match(text) else text


def forbidden_message(character: str) -> str:
    """The message for a character that FORBIDDEN matches."""
    name = f"U+{ord(character):04X}"
    if character in _BIDIRECTIONAL:
        return _("the character %(name)s changes the direction of writing and is not allowed: delete it") % {
            "name": name
        }
    return _("the control character %(name)s is not allowed: delete it") % {"name": name}


class _OpenCollection:
    """A sequence or mapping whose end has not been read yet; `key` is the key whose value comes next."""

    __slots__ = ("items", "key", "key_line", "waiting")

    def __init__(self, items: list[Node] | dict[str, Node]) -> None:
        self.items = items
        self.key: str | None = None
        self.key_line = 0
        self.waiting = False  # a key was read, its value not yet


class _Stop(Exception):
    """A limit is exceeded, or a second document begins: read no further."""


class _TreeBuilder:
    """Builds the tree from a parser's events, with a stack instead of recursion."""

    def __init__(self, faults: FaultList) -> None:
        self.faults = faults
        self.root: Node | None = None
        self.open: list[_OpenCollection] = []
        self.nodes = 0
        self.texts: dict[str, str] = {}  # {key: the same key}, so that equal keys are one object in memory
        # Each takes an event of its own type, and the line on which it begins.
        self.react: dict[type[yaml.Event], Callable[[Any, int], None]] = {
            yaml.ScalarEvent: self.scalar,
            yaml.SequenceStartEvent: self.sequence,
            yaml.MappingStartEvent: self.mapping,
            yaml.SequenceEndEvent: self.end,
            yaml.MappingEndEvent: self.end,
            yaml.AliasEvent: self.alias,
            yaml.DocumentStartEvent: self.document,
        }

    def build(self, parser: CParser) -> Node | None:
        react, get_event = self.react, parser.get_event
        try:
            while (event := get_event()) is not None:
                handler = react.get(type(event))
                if handler:
                    handler(event, event.start_mark.line + 1)  # type: ignore[union-attr]  # the parser marks each
        except _Stop:
            # Nothing is open if a second document began: the first one is complete.
            return None if self.open else self.root
        if self.root is None:
            self.faults.add(1, _("the file is empty: it should begin with `format: kip-framework/1`"))
        return self.root

    def document(self, event: yaml.DocumentStartEvent, line: int) -> None:
        if event.tags:
            self.faults.add(line, _("`%TAG` is not allowed: remove the line"))
        if self.root is not None:
            self.faults.add(line, _("a second document begins here: a file holds one framework, so remove this `---`"))
            raise _Stop

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        if event.tag or event.anchor:
            self.refuse_extras(event, line)
        value = event.value
        valid = True
        if len(value) > LONGEST_SCALAR:
            self.faults.add(
                line,
                _("a value of %(length)d characters: no value may have more than %(limit)d")
                % {"length": len(value), "limit": LONGEST_SCALAR},
            )
            value, valid = shortened(value[:200]), False
        elif event.style == '"' and (found := _FORBIDDEN_IN_VALUE.search(value)):
            self.faults.add(line, forbidden_message(found[0]))
            valid = False
        if not value.isascii():
            value = unicodedata.normalize("NFC", value)
        self.attach(Node(value, line, plain=not event.style, valid=valid))

    def sequence(self, event: yaml.SequenceStartEvent, line: int) -> None:
        self.collection(event, line, [])

    def mapping(self, event: yaml.MappingStartEvent, line: int) -> None:
        self.collection(event, line, {})

    def collection(self, event: yaml.CollectionStartEvent, line: int, items: list[Node] | dict[str, Node]) -> None:
        if event.tag or event.anchor:
            self.refuse_extras(event, line)
        if len(self.open) >= DEEPEST:
            self.faults.add(
                line,
                _("more than %(limit)d levels of nesting: remove the brackets or the indentation that are too many")
                % {"limit": DEEPEST},
            )
            raise _Stop
        self.attach(Node(items, line))
        self.open.append(_OpenCollection(items))

    def end(self, event: yaml.CollectionEndEvent, line: int) -> None:
        self.open.pop()

    def alias(self, event: yaml.AliasEvent, line: int) -> None:
        self.faults.add(
            line,
            _("the alias `*%(name)s` is not allowed: write the value out") % {"name": shortened(event.anchor or "")},
        )
        self.attach(Node("", line, valid=False))

    def refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, line: int) -> None:
        if event.tag:
            self.faults.add(line, _("the tag `%(tag)s` is not allowed: remove it") % {"tag": shortened(event.tag)})
        if event.anchor:
            self.faults.add(
                line, _("the anchor `&%(name)s` is not allowed: remove it") % {"name": shortened(event.anchor)}
            )

    def attach(self, node: Node) -> None:
        """Give `node` its place in the innermost open collection: as an entry, a key or the value of a key."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self.faults.add(
                node.line, _("more than %(limit)d values: divide them among several files") % {"limit": MOST_NODES}
            )
            raise _Stop
        if not self.open:
            self.root = node
            return
        inside = self.open[-1]
        if isinstance(inside.items, list):
            inside.items.append(node)
        elif inside.waiting:
            inside.waiting = False
            if inside.key is not None:
                node.key_line = inside.key_line
                inside.items[inside.key] = node
        else:
            inside.waiting = True
            inside.key = self.key_of(node, inside.items)
            inside.key_line = node.line

    def key_of(self, node: Node, siblings: dict[str, Node]) -> str | None:
        """The text of a key; None, with a fault, when the key and its value are to be left out."""
        key = node.value
        if type(key) is not str:
            self.faults.add(node.line, _("a key should be a word, not a list or a mapping"))
            return None
        if not node.valid:
            return None
        if key == "<<" and node.plain:
            self.faults.add(node.line, _("the merge key `<<` is not allowed: write the keys out"))
            return None
        if key in siblings:
            self.faults.add(
                node.line,
                _("`%(key)s` stands twice, first on line %(line)d: keep one")
                % {"key": shortened(key), "line": siblings[key].key_line},
            )
            return None
        return self.texts.setdefault(key, key)
