"""Checks a tree of nodes against `kip-framework-1.schema.json` and turns it into the normalised document.

Keys, types and limits are defined only in the schema file, which text editors use too. A full JSON Schema validator
gives no line numbers, does not read an unquoted `1.10` as text where the schema asks for text, and takes seconds for
10,000 statements. Therefore this module has a small class for each type that the schema uses. A test compares their
results with those of a full validator.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .faults import FaultList, did_you_mean, listed, shortened
from .schema import DEFINITIONS, ID_PATTERN, KEY_PATTERN, LONGEST_ID, SCHEMA, in_python
from .yaml_tree import Node

# A JSON Schema or one of its subschemas.
Schema = dict[str, Any]

# How YAML 1.2 writes null, true and false; anything else where one of these is expected is a fault.
_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
# White space and characters that show nothing, such as zero-width spaces and variation selectors.
_NOTHING_VISIBLE = re.compile(
    r"[\s\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2064\u2800\u3164\ufe00-\ufe0f\uffa0]*\Z"
)
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,8})\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")

# Hints for a text that does not match its pattern, by the name of its definition in the schema.
_PATTERN_HINTS = {
    "id": gettext_lazy("an id has 1 to 64 of the characters a–z, 0–9, `.` and `-`, and begins with a letter or digit"),
    "version": gettext_lazy(
        "a version has 1 to 32 letters, digits, `.`, `-` and `_`, and begins with a letter or digit"
    ),
    "esco": gettext_lazy("write the whole address, such as `http://data.europa.eu/esco/skill/…`"),
    "uuid": gettext_lazy("a UUID has 32 digits 0–9 and a–f in groups of 8-4-4-4-12"),
}


@cache
def framework_rule() -> "Rule":
    """The rule for a whole file, made from the schema once a process."""
    return _Compiler().rule(SCHEMA)


class _Compiler:
    """Makes rules from the schema. Each definition becomes one rule, however often it is referenced.

    `rule` calls the method whose name is the `type` of a schema.
    """

    def __init__(self) -> None:
        self.made: dict[str, Rule] = {}

    def rule(self, schema: Schema, name: str = "") -> "Rule":
        if "$ref" in schema:
            return self.definition(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            return AnyOf([self.rule(choice) for choice in schema["anyOf"]], per_language=name in _PER_LANGUAGE)
        made: Rule = getattr(self, schema["type"])(schema, name)
        return made

    def definition(self, name: str) -> "Rule":
        if name not in self.made:
            self.made[name] = self.rule(DEFINITIONS[name], name)
        return self.made[name]

    def object(self, schema: Schema, name: str) -> "Mapping":
        others = schema.get("additionalProperties", False)
        return Mapping(
            {key: self.rule(value) for key, value in schema.get("properties", {}).items()},
            required=schema.get("required", []),
            others=self.rule(others) if others else None,
            names=self.text_rule(schema["propertyNames"]) if "propertyNames" in schema else None,
            fewest=schema.get("minProperties", 0),
        )

    def text_rule(self, schema: Schema) -> "Text":
        made = self.rule(schema)
        if not isinstance(made, Text):
            raise TypeError(f"keys are texts, but the schema of some is {schema}")
        return made

    def array(self, schema: Schema, name: str) -> "Sequence":
        return Sequence(
            self.rule(schema["items"]),
            fewest=schema.get("minItems", 0),
            most=schema.get("maxItems"),
            unique=schema.get("uniqueItems", False),
        )

    def string(self, schema: Schema, name: str) -> "Text | Date":
        if schema.get("format") == "date":
            return Date()
        return Text(
            name,
            pattern=schema.get("pattern"),
            longest=schema.get("maxLength"),
            allowed=[schema["const"]] if "const" in schema else schema.get("enum"),
        )

    def integer(self, schema: Schema, name: str) -> "Integer":
        return Integer(schema["minimum"], schema["maximum"])

    def boolean(self, schema: Schema, name: str) -> "Boolean":
        return Boolean()

    def null(self, schema: Schema, name: str) -> "Null":
        return Null()


_PER_LANGUAGE = frozenset(("text", "origin", "phrases"))


class Rule(ABC):
    """`check` finds the faults of a node and converts its value; `build` returns plain data for a faultless node."""

    shape: type[object] | None = str  # type of the values that it accepts; None for null, see `Null.fits`

    @abstractmethod
    def check(self, node: Node, key: str, faults: FaultList) -> None:
        """Adds the faults of a node and of its children; `key` is the node's key in the file."""

    def build(self, node: Node, languages: tuple[str, ...]) -> Any:
        """Plain data; `languages` is the source language followed by the others in their fixed order."""
        return node.value


class Text(Rule):
    def __init__(self, name: str, *, pattern: str | None, longest: int | None, allowed: Collection[str] | None) -> None:
        self.name = name
        self.pattern = re.compile(in_python(pattern)) if pattern else None
        self.longest = longest
        self.allowed = allowed

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        value = node.value
        if type(value) is not str:
            _refuse(node, faults, _("`%(key)s` should be a text") % {"key": key})
            return
        if value.endswith("\n"):  # the end of a block scalar
            node.value = value = value.rstrip("\n")
        if self.name == "uuid":
            node.value = value = value.lower()
        message = self.message(value, node, key)
        if message:
            _refuse(node, faults, message)

    def message(self, value: str, node: Node, key: str) -> str | None:
        if _NOTHING_VISIBLE.match(value):
            return _("`%(key)s` is empty: fill it in or remove it") % {"key": key}
        if node.plain and value in _NULLS:
            return _('`%(key)s` is empty: fill it in, or write `"%(value)s"` if you mean that word') % {
                "key": key,
                "value": value,
            }
        if self.allowed and value not in self.allowed:
            return _("`%(key)s` is `%(value)s`, but should be one of %(allowed)s") % {
                "key": key,
                "value": shortened(value),
                "allowed": listed(self.allowed),
            }
        if self.longest and len(value) > self.longest:
            return _("`%(key)s` has %(length)d characters: shorten it to %(limit)d") % {
                "key": key,
                "length": len(value),
                "limit": self.longest,
            }
        if self.pattern and not self.pattern.search(value):
            hint = _PATTERN_HINTS.get(self.name)
            if hint is None:
                return _("`%(key)s` begins or ends with a space: remove the space") % {"key": key}
            return _("`%(key)s` is `%(value)s`: %(hint)s") % {"key": key, "value": shortened(value), "hint": hint}
        return None


class Date(Rule):
    def check(self, node: Node, key: str, faults: FaultList) -> None:
        if type(node.value) is str and _DATE.match(node.value):
            try:
                date.fromisoformat(node.value)
            except ValueError:
                _refuse(
                    node, faults, _("`%(key)s` is %(value)s: there is no such day") % {"key": key, "value": node.value}
                )
            return
        _refuse(node, faults, _("`%(key)s` should be a date such as 2021-11-01") % {"key": key})


class Integer(Rule):
    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest = lowest
        self.highest = highest

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        if node.plain and _INTEGER.match(node.value):
            node.value = int(node.value)
            if self.lowest <= node.value <= self.highest:
                return
        message = (
            _("`%(key)s` should be a whole number from %(lowest)d to %(highest)d")
            if node.plain
            else _("`%(key)s` should be a whole number from %(lowest)d to %(highest)d, without quotes")
        )
        _refuse(node, faults, message % {"key": key, "lowest": self.lowest, "highest": self.highest})


class Boolean(Rule):
    def check(self, node: Node, key: str, faults: FaultList) -> None:
        if node.plain and node.value in _BOOLEANS:
            node.value = _BOOLEANS[node.value]
        else:
            _refuse(node, faults, _("`%(key)s` should be `true` or `false`, without quotes") % {"key": key})


class Null(Rule):
    shape = None

    @staticmethod
    def fits(node: Node) -> bool:
        return node.plain and node.value in _NULLS

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        node.value = None


class AnyOf(Rule):
    """A text or a language map of texts, a list or a language map of lists, or any value or null."""

    def __init__(self, choices: list[Rule], *, per_language: bool) -> None:
        self.null = next((choice for choice in choices if type(choice) is Null), None)
        self.choices = {choice.shape: choice for choice in choices if choice is not self.null}
        self.first = choices[0]
        self.per_language = per_language

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        if self.null and self.null.fits(node):
            self.null.check(node, key, faults)
        else:
            self.choices.get(type(node.value), self.first).check(node, key, faults)

    def build(self, node: Node, languages: tuple[str, ...]) -> Any:
        if not self.per_language:
            return node.value
        if type(node.value) is dict:
            children = node.value
            built = {code: self.first.build(children[code], languages) for code in languages if code in children}
            return {code: value for code, value in built.items() if value}
        return {languages[0]: value} if (value := self.first.build(node, languages)) else None


class Sequence(Rule):
    shape = list

    def __init__(self, entry: Rule, *, fewest: int, most: int | None, unique: bool) -> None:
        self.entry = entry
        self.fewest = fewest
        self.most = most
        self.unique = unique

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        entries = node.value
        if type(entries) is not list:
            _refuse(node, faults, _("`%(key)s` should be a list: begin each entry with `- `") % {"key": key})
            return
        check = self.entry.check
        for entry in entries:
            if entry.valid:
                check(entry, key, faults)
        message = self.message(entries, key)
        if message:
            # The node stays valid, so that later checks look at its entries: only their number is wrong.
            faults.add(node.key_line, message)
        if self.unique:
            self.find_repeated(entries, key, faults)

    def message(self, entries: list[Node], key: str) -> str | None:
        if len(entries) < self.fewest:
            return ngettext(
                "`%(key)s` needs at least %(number)d entry", "`%(key)s` needs at least %(number)d entries", self.fewest
            ) % {"key": key, "number": self.fewest}
        if self.most and len(entries) > self.most:
            return _("`%(key)s` has %(length)d entries: at most %(number)d are allowed") % {
                "key": key,
                "length": len(entries),
                "number": self.most,
            }
        return None

    def find_repeated(self, entries: list[Node], key: str, faults: FaultList) -> None:
        seen = set()
        for entry in entries:
            if type(entry.value) is str:
                if entry.value in seen:
                    faults.add(
                        entry.line,
                        _("`%(value)s` stands twice in `%(key)s`: keep one")
                        % {"value": shortened(entry.value), "key": key},
                    )
                seen.add(entry.value)

    def build(self, node: Node, languages: tuple[str, ...]) -> list[Any]:
        build = self.entry.build
        return [build(entry, languages) for entry in node.value]


class Mapping(Rule):
    shape = dict

    def __init__(
        self,
        keys: dict[str, Rule],
        *,
        required: Collection[str],
        others: Rule | None,
        names: Text | None,
        fewest: int,
    ) -> None:
        self.keys = keys
        self.required = required
        self.others = others
        self.names = names
        self.fewest = fewest

    def check(self, node: Node, key: str, faults: FaultList) -> None:
        children = node.value
        if type(children) is not dict:
            _refuse(node, faults, _("`%(key)s` should hold keys with values (`key: value`)") % {"key": key})
            return
        for name, child in children.items():
            rule = self.keys.get(name) or self.rule_of_other(name, child, faults)
            if rule and child.valid:
                rule.check(child, name, faults)
        for name in self.required:
            if name not in children:
                faults.add(
                    node.line,
                    _("`%(name)s` is missing: `%(key)s` needs %(required)s")
                    % {"name": name, "key": key, "required": listed(self.required)},
                )
        if len(children) < self.fewest:
            faults.add(node.key_line, _("`%(key)s` is empty: fill it in or remove it") % {"key": key})

    def rule_of_other(self, name: str, child: Node, faults: FaultList) -> Rule | None:
        """The rule for a key that the schema does not name; None, with a fault, if no other keys are allowed."""
        if self.others:
            names = self.names
            if names and names.pattern and not names.pattern.search(name):
                faults.add(
                    child.key_line,
                    _("`%(value)s`: %(hint)s") % {"value": shortened(name), "hint": _PATTERN_HINTS[names.name]},
                )
            return self.others
        suggestion = did_you_mean(name, self.keys)
        if not suggestion:
            suggestion = _(": known here are %(keys)s") % {"keys": listed(self.keys)}
        faults.add(child.key_line, _("unknown key `%(key)s`") % {"key": shortened(name)} + suggestion)
        child.valid = False
        return None

    def build(self, node: Node, languages: tuple[str, ...]) -> dict[str, Any]:
        children = node.value
        if self.others:
            return {name: self.others.build(child, languages) for name, child in children.items()}
        built: dict[str, Any] = {}
        for name, rule in self.keys.items():
            child = children.get(name)
            if child is not None:
                value = rule.build(child, languages)
                # Null, false and an empty list mean the same as leaving an optional key out.
                if value or name in self.required:
                    built[name] = value
        return built


def _refuse(node: Node, faults: FaultList, message: str) -> None:
    """Adds a fault and marks the node as invalid, so that later checks skip it."""
    node.valid = False
    faults.add(node.line, message)


# --- Rules for other formats ----------------------------------------------------------------------

ID = Text("id", pattern=ID_PATTERN, longest=LONGEST_ID, allowed=None)
KEY = Text("id", pattern=KEY_PATTERN, longest=LONGEST_ID, allowed=None)


def text(longest: int | None = None, *, allowed: Collection[str] | None = None) -> Text:
    return Text("text", pattern=DEFINITIONS["plain_text"]["pattern"], longest=longest, allowed=allowed)


def text_for(model: Any, field: str) -> Text:
    """A text that fits into a field of a Django model (typed Any, because pure modules import no models)."""
    return text(model._meta.get_field(field).max_length)


def mapping(keys: dict[str, Rule], optional: Collection[str] = ()) -> Mapping:
    """A mapping with `keys`, {key: rule}; each is required unless it is in `optional`."""
    return Mapping(keys, required=[key for key in keys if key not in optional], others=None, names=None, fewest=0)


def sequence(entry: Rule, fewest: int = 0) -> Sequence:
    """A list of at least `fewest` entries; texts may not be repeated."""
    return Sequence(entry, fewest=fewest, most=None, unique=type(entry) is Text)
