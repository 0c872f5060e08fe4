"""Target files in the format kip-targets/1: the level that a role needs for each statement.

    format: kip-targets/1
    framework: kip
    targets:
      - key: partnership-officer
        title: Partnership officer
        description: Builds and keeps partnerships day by day.
        levels: {identify-partners: on-my-own, …}        # id of a statement: id of a level

Reading a file finds all its faults, each with its line. The statements and levels that a file names must be in the
revision in force.
"""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from assessments.models import RequiredLevel, TargetProfile
from frameworks.files.faults import Fault, FaultList, TooManyFaultsError, did_you_mean
from frameworks.files.rules import ID, KEY, Mapping, mapping, sequence, text, text_for
from frameworks.files.yaml_tree import Node, parse
from frameworks.models import Level, Revision, Statement

_TARGET = mapping(
    {
        "key": KEY,
        "title": text_for(TargetProfile, "title"),
        "description": text_for(TargetProfile, "description"),
        "levels": Mapping({}, required=(), others=ID, names=ID, fewest=1),
    },
    optional=("description",),
)
_FILE = mapping({"format": text(allowed=["kip-targets/1"]), "framework": ID, "targets": sequence(_TARGET, fewest=1)})


@dataclass(frozen=True)
class TargetEntry:
    key: str
    title: str
    description: str
    levels: dict[int, int]  # {pk of a statement: pk of a level}


@dataclass(frozen=True)
class TargetFile:
    revision: Revision
    targets: tuple[TargetEntry, ...]


def read_targets(content: bytes, name: str) -> tuple[TargetFile | None, tuple[Fault, ...]]:
    """(TargetFile, ()) for the bytes of a file, or (None, its faults); `name` is the file's name. Three queries."""
    faults = FaultList(name)
    found = None
    try:
        root = parse(content, faults)
        if root is not None:
            _FILE.check(root, "file", faults)
            found = _resolve(root, faults)
    except TooManyFaultsError:
        pass
    return (None, faults.sorted()) if faults else (found, ())


def _resolve(root: Node, faults: FaultList) -> TargetFile | None:
    framework = root.get("framework")
    if framework is None:
        return None
    revision = Revision.objects.current().filter(framework__key=framework.value).first()
    if revision is None:
        published = Revision.objects.current().values_list("framework__key", flat=True)
        message = _("there is no published framework `%(key)s`") % {"key": framework.value}
        faults.add(framework.line, message + (did_you_mean(framework.value, published) or _(": publish it first")))
        return None
    names = _Names(revision, faults)
    return TargetFile(revision, tuple(names.entry(node) for node in root.entries("targets")))


class _Names:
    """Looks up the ids of a file among the statements and levels of the revision."""

    def __init__(self, revision: Revision, faults: FaultList) -> None:
        self.faults = faults
        statements = Statement.objects.filter(revision=revision).values_list("key", "pk", "same_as__key")
        self.repeats = {key: first for key, _pk, first in statements if first}
        self.statements = {key: pk for key, pk, first in statements if not first}
        self.levels = dict(Level.objects.filter(scale__revision=revision).values_list("key", "pk"))
        self.keys: set[str] = set()

    def entry(self, node: Node) -> TargetEntry:
        key = node.get("key")
        if key and key.value in self.keys:
            self.faults.add(key.line, _("the target `%(key)s` stands twice") % {"key": key.value})
        if key:
            self.keys.add(key.value)
        levels = node.get("levels", dict)
        required = [self.required(name, child) for name, child in (levels.value.items() if levels else ())]
        title, description = node.get("title"), node.get("description")
        return TargetEntry(
            key.value if key else "",
            title.value if title else "",
            description.value if description else "",
            dict(pair for pair in required if pair),
        )

    def required(self, name: str, child: Node) -> tuple[int, int] | None:
        """(pk of the statement, pk of the level), or None with a fault."""
        if name in self.repeats:
            message = _("`%(key)s` repeats `%(first)s`, and a form asks it once: name `%(first)s`")
            self.faults.add(child.key_line, message % {"key": name, "first": self.repeats[name]})
            return None
        if name not in self.statements:
            message = _("there is no statement `%(key)s`") % {"key": name}
            self.faults.add(child.key_line, message + did_you_mean(name, self.statements))
            return None
        if not child.valid or type(child.value) is not str:
            return None
        if child.value not in self.levels:
            message = _("there is no level `%(key)s`") % {"key": child.value}
            self.faults.add(child.line, message + did_you_mean(child.value, self.levels))
            return None
        return self.statements[name], self.levels[child.value]


def write_target(revision: Revision, entry: TargetEntry, position: int) -> Literal["created", "changed", "unchanged"]:
    """Create or update one platform-wide target profile from its file; returns what it did."""
    fields = {"title": entry.title, "description": entry.description, "position": position, "organisation": None}
    target, is_new = TargetProfile.objects.get_or_create(revision=revision, key=entry.key, defaults=fields)
    differing = [name for name, value in fields.items() if getattr(target, name) != value]
    if differing:
        for name in differing:
            setattr(target, name, fields[name])
        target.save(update_fields=differing)
    levels = dict(target.required.values_list("statement", "level"))
    if levels != entry.levels:
        target.required.all().delete()
        RequiredLevel.objects.bulk_create(
            [RequiredLevel(target=target, statement_id=pk, level_id=level) for pk, level in entry.levels.items()]
        )
    if is_new:
        return "created"
    return "changed" if differing or levels != entry.levels else "unchanged"
