"""Parts of `actions.load_modules`: faults that need the database to be found, and writing one module."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from typing import Literal

from django.db.models import F
from django.utils.translation import gettext as _

from frameworks.files.faults import Fault, did_you_mean
from frameworks.models import LearningOutcome, Level, Revision
from training.models import LinkReview, Material, Module

from .module_files import MaterialEntry, ModuleEntry, ModuleFile, matched


def faults(files: Iterable[ModuleFile]) -> list[Fault]:
    """The faults of ModuleFiles that can be found only with the database, or by comparing all files."""
    modules = [(found, entry) for found in files for entry in found.modules]
    return [fault for found in files for fault in _Names(found).faults()] + _faults_between(modules)


class _Names:
    """Checks that the framework, learning outcomes and levels that one file names exist."""

    def __init__(self, module_file: ModuleFile) -> None:
        self.file = module_file

    def faults(self) -> list[Fault]:
        framework = self.file.framework
        revision = Revision.objects.current().filter(framework__key=framework.name).first()
        if revision is None:
            published = Revision.objects.current().values_list("framework__key", flat=True)
            return [
                self.fault(
                    framework.line,
                    _("there is no published framework `%(key)s`") % {"key": framework.name}
                    + (did_you_mean(framework.name, published) or _(": publish it first")),
                )
            ]
        outcomes = set(LearningOutcome.objects.filter(revision=revision).values_list("key", flat=True))
        levels = set(Level.objects.filter(scale__revision=revision).values_list("value", flat=True))
        return [fault for entry in self.file.modules for fault in self.faults_of(entry, outcomes, levels)]

    def faults_of(self, entry: ModuleEntry, outcomes: AbstractSet[str], levels: AbstractSet[int]) -> Iterator[Fault]:
        for named in entry.outcomes:
            if named.name not in outcomes:
                message = _("`%(framework)s` has no learning outcome `%(key)s`") % {
                    "framework": self.file.framework.name,
                    "key": named.name,
                }
                yield self.fault(named.line, message + did_you_mean(named.name, outcomes))
        for named in entry.levels:
            if int(named.name) not in levels:
                yield self.fault(
                    named.line,
                    _("%(value)s is no level of `%(framework)s`: its levels are %(levels)s")
                    % {
                        "value": named.name,
                        "framework": self.file.framework.name,
                        "levels": ", ".join(map(str, sorted(levels))),
                    },
                )

    def fault(self, line: int, message: str) -> Fault:
        return Fault(line, message, self.file.name)


def _faults_between(modules: Sequence[tuple[ModuleFile, ModuleEntry]]) -> list[Fault]:
    """Faults that can be found only by comparing all files: keys that are used twice, prerequisites."""
    first: dict[str, str] = {}  # {key of a module: "file:line" of its first use}
    faults: list[Fault] = []
    for found, entry in modules:
        if entry.key.name in first:
            message = _("the module `%(key)s` stands twice, first in %(place)s") % {
                "key": entry.key.name,
                "place": first[entry.key.name],
            }
            faults.append(Fault(entry.key.line, message, found.name))
        first.setdefault(entry.key.name, f"{found.name}:{entry.key.line}")
    known = {*first, *Module.objects.values_list("key", flat=True)}
    needs = _prerequisites_in_the_catalogue() | {
        entry.key.name: [named.name for named in entry.prerequisites] for _found, entry in modules
    }
    for found, entry in modules:
        for named in entry.prerequisites:
            if named.name not in known:
                message = _("there is no module `%(key)s`") % {"key": named.name}
                faults.append(Fault(named.line, message + did_you_mean(named.name, known), found.name))
            elif _leads_to(named.name, entry.key.name, needs):
                message = _("`%(key)s` needs this module itself: nobody could begin with either") % {"key": named.name}
                faults.append(Fault(named.line, message, found.name))
    return faults


def _prerequisites_in_the_catalogue() -> dict[str, list[str]]:
    needs: dict[str, list[str]] = {}
    for key, needed in Module.objects.filter(prerequisites__isnull=False).values_list("key", "prerequisites__key"):
        needs.setdefault(key, []).append(needed)
    return needs


def _leads_to(start_key: str, goal: str, needs: Mapping[str, Sequence[str]]) -> bool:
    """Whether the module `start_key` needs the module `goal`, directly or through its prerequisites."""
    seen: set[str] = set()
    waiting = [start_key]
    while waiting:
        key = waiting.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            waiting += needs.get(key, [])
    return False


def load_module(
    framework: str, entry: ModuleEntry, position: int
) -> tuple[Literal["created", "changed", "unchanged"], list[str]]:
    """Create or update one module from its file; returns what it did, and the ids of outcomes that it left alone.

    See `_link_outcomes` for the latter.
    """
    fields = {**entry.fields, "position": position}
    module, is_new = Module.objects.get_or_create(key=entry.key.name, defaults=fields)
    is_changed = False
    if differing := [name for name, value in fields.items() if getattr(module, name) != value]:
        for name in differing:
            setattr(module, name, fields[name])
        module.save(update_fields=differing)
        is_changed = True
    are_linked_anew, left_alone = _link_outcomes(module, framework, {named.name for named in entry.outcomes})
    is_changed |= are_linked_anew
    is_changed |= _replace_materials(module, entry.materials)
    if is_new:
        return "created", left_alone
    return "changed" if is_changed else "unchanged", left_alone


def _link_outcomes(module: Module, framework: str, keys: AbstractSet[str]) -> tuple[bool, list[str]]:
    """Link the module to these outcomes (keys) of the current revision, and remove its links to others of it.

    When a revision changes the meaning of an outcome, an admin decides about the links to it. Most files were written
    before that decision, so such links are left as they are. Returns whether any other link changed, and the ids of
    the outcomes that were left alone although the file differs.
    """
    current = LearningOutcome.objects.filter(
        revision__framework__key=framework, revision__status=Revision.Status.PUBLISHED
    )
    to_decide = LinkReview.objects.filter(module=module, revision__framework__key=framework)
    hers = {key for pair in to_decide.values_list("old_outcome__key", "chosen__key") for key in pair}
    wanted = set(current.filter(key__in=keys))
    linked = set(module.outcomes.filter(pk__in=current.values("pk")))
    differing = wanted ^ linked
    left_alone = {outcome for outcome in differing if outcome.key in hers}
    module.outcomes.add(*(wanted - linked - left_alone))
    module.outcomes.remove(*(linked - wanted - left_alone))
    return differing != left_alone, sorted(outcome.key for outcome in left_alone)


def _replace_materials(module: Module, entries: Sequence[MaterialEntry]) -> bool:
    """Make these the materials of the module, in this order; returns whether any changed. Steps done are kept."""
    old = list(module.materials.order_by("position"))
    names = list(asdict(entries[0]))
    is_same = [[getattr(material, name) for name in names] for material in old] == [
        [getattr(entry, name) for name in names] for entry in entries
    ]
    if is_same and [material.position for material in old] == list(range(1, len(entries) + 1)):
        return False
    continued = matched([material.title for material in old], [entry.title for entry in entries])
    module.materials.exclude(pk__in=[old[index].pk for index in continued if index is not None]).delete()
    # First all positions are moved out of the way, because two materials may never have the same position.
    module.materials.update(position=F("position") + len(old) + len(entries))
    for position, (index, entry) in enumerate(zip(continued, entries, strict=True), 1):
        material = Material(module=module) if index is None else old[index]
        material.position = position
        for name in names:
            setattr(material, name, getattr(entry, name))
        material.save()
    return True


def set_prerequisites(entry: ModuleEntry) -> None:
    """Set the prerequisites of a module to those in its file."""
    module = Module.objects.get(key=entry.key.name)
    module.prerequisites.set(Module.objects.filter(key__in=[named.name for named in entry.prerequisites]))
