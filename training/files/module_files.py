"""Reads module files in the format kip-modules/1: finds their content, or every fault with its line. No database.

The format is strict: a file with an unknown key, a missing key or a value of the wrong type is refused.
docs/module-format.md describes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from frameworks.files.faults import Fault, FaultList, TooManyFaultsError
from frameworks.files.rules import ID, KEY, Integer, mapping, sequence, text, text_for
from frameworks.files.schema import HIGHEST_EQF, LOWEST_EQF
from frameworks.files.yaml_tree import LONGEST_SCALAR, Node, parse
from kip_site.languages import LANGUAGE_NAMES
from training.models import Material, Module

# Materials of the kind "file" are uploaded in the admin pages: a text file cannot contain them.
KINDS = tuple(kind for kind in Material.Kind.values if kind != Material.Kind.FILE)
KINDS_WITH_ADDRESS = frozenset((Material.Kind.LINK, Material.Kind.VIDEO))
LONGEST_MINUTES = 600


class Named(NamedTuple):
    """A name and its line in the file, for the fault if it refers to nothing."""

    name: str
    line: int


@dataclass(frozen=True)
class MaterialEntry:
    kind: str
    title: str
    summary: str
    minutes: int
    body: str
    url: str


class ModuleFields(TypedDict):
    """The fields of training.models.Module that are taken from a file as they are."""

    title: str
    summary: str
    format: str  # a value of Module.Format
    language: str  # a language code
    eqf: int | None
    from_level: int
    to_level: int
    abilities: list[str]
    author: str
    source: str


@dataclass(frozen=True)
class ModuleEntry:
    """One module of a file."""

    key: Named
    fields: ModuleFields
    levels: tuple[Named, Named]  # `from_level` and `to_level`, as text, with their lines
    outcomes: tuple[Named, ...]
    prerequisites: tuple[Named, ...]
    materials: tuple[MaterialEntry, ...]


@dataclass(frozen=True)
class ModuleFile:
    name: str
    framework: Named
    modules: tuple[ModuleEntry, ...]


_MATERIAL = mapping(
    {
        "kind": text(allowed=list(KINDS)),
        "title": text_for(Material, "title"),
        "summary": text_for(Material, "summary"),
        "minutes": Integer(1, LONGEST_MINUTES),
        "url": text_for(Material, "url"),
        "body": text(LONGEST_SCALAR),
    },
    optional=("url", "body"),
)
_MODULE = mapping(
    {
        "key": KEY,
        "title": text_for(Module, "title"),
        "summary": text_for(Module, "summary"),
        "format": text(allowed=list(Module.Format.values)),
        "language": text(allowed=list(LANGUAGE_NAMES)),
        "eqf": Integer(LOWEST_EQF, HIGHEST_EQF),
        "from_level": Integer(0, 9),
        "to_level": Integer(1, 9),
        "outcomes": sequence(ID, fewest=1),
        "prerequisites": sequence(KEY),
        "author": text_for(Module, "author"),
        "abilities": sequence(text(300), fewest=1),
        "source": text(4000),
        "materials": sequence(_MATERIAL, fewest=1),
    },
    optional=("eqf", "prerequisites"),
)
_FILE = mapping({"format": text(allowed=["kip-modules/1"]), "framework": ID, "modules": sequence(_MODULE, fewest=1)})


def read_modules(content: bytes, name: str) -> tuple[ModuleFile | None, tuple[Fault, ...]]:
    """(ModuleFile, ()) for the bytes of a file, or (None, its faults). `name` is for the faults. Never raises."""
    faults = FaultList(name)
    root = None
    try:
        root = parse(content, faults)
        if root is not None:
            _FILE.check(root, "file", faults)
            for module in root.entries("modules"):
                _check_module(module, faults)
    except TooManyFaultsError:
        pass
    if faults or root is None:
        return None, faults.sorted()
    modules = tuple(_module(node) for node in root.entries("modules"))
    return ModuleFile(name, _named(root.need("framework")), modules), ()


def _check_module(node: Node, faults: FaultList) -> None:
    low, high = node.get("from_level", int), node.get("to_level", int)
    if low and high and high.value <= low.value:
        faults.add(
            high.line,
            _("`to_level` is %(to)d, but should be above `from_level`, which is %(from)d")
            % {"to": high.value, "from": low.value},
        )
    for material in node.entries("materials"):
        _check_material(material, faults)


def _check_material(node: Node, faults: FaultList) -> None:
    kind, url = node.get("kind"), node.get("url")
    if kind is None:
        return
    needs_address = kind.value in KINDS_WITH_ADDRESS
    if needs_address and "url" not in node.value:
        faults.add(node.line, _("`url` is missing: a %(kind)s leads somewhere") % {"kind": kind.value})
    if not needs_address and "url" in node.value:
        faults.add(
            node.value["url"].key_line,
            _("`url` belongs to a link or a video: put it into the text, or change `kind`"),
        )
    if not needs_address and "body" not in node.value:
        faults.add(node.line, _("`body` is missing: it holds what people read or do"))
    if url and not _leads_to_the_web(url.value):
        faults.add(url.line, _("`url` should be a whole address that begins with `https://`"))


def _leads_to_the_web(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not any(map(str.isspace, address))


def _named(node: Node) -> Named:
    return Named(str(node.value), node.line)


def _module(node: Node) -> ModuleEntry:
    plain = _MODULE.build(node, ("en",))
    return ModuleEntry(
        key=_named(node.need("key")),
        fields={
            "title": plain["title"],
            "summary": plain["summary"],
            "format": plain["format"],
            "language": plain["language"],
            "eqf": plain.get("eqf"),
            "from_level": plain["from_level"],
            "to_level": plain["to_level"],
            "abilities": plain["abilities"],
            "author": plain["author"],
            "source": plain["source"],
        },
        levels=(_named(node.need("from_level", int)), _named(node.need("to_level", int))),
        outcomes=tuple(map(_named, node.entries("outcomes", str))),
        prerequisites=tuple(map(_named, node.entries("prerequisites", str))),
        materials=tuple(
            MaterialEntry(
                kind=material["kind"],
                title=material["title"],
                summary=material["summary"],
                minutes=material["minutes"],
                body=material.get("body", ""),
                url=material.get("url", ""),
            )
            for material in plain["materials"]
        ),
    )


def matched(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """For each material of `new`, the index of the material of `old` that it continues, or None.

    `old` and `new` are lists of titles. A title that is in both continues, even at another position. A new title at the
    position of one that is gone counts as renamed. This way steps that people have done stay with their material.
    """
    free = dict(enumerate(old))
    continued: list[int | None] = []
    for title in new:
        index = next((index for index, other in free.items() if other == title), None)
        if index is not None:
            del free[index]
        continued.append(index)
    for place, index in enumerate(continued):
        if index is None and free.pop(place, None) is not None:
            continued[place] = place
    return continued
