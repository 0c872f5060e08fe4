"""What loads module files into the catalogue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from kip_site.refusals import FaultyFiles

from . import loading
from .module_files import read_modules


@dataclass(frozen=True)
class Loaded:
    """How many modules a load met: new ones, ones that it changed, ones that were the same already.

    `left_alone` tells of each module, by its key, the ids of learning outcomes that its file would have linked or
    unlinked, had they not been an admin's to decide after a revision.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: dict[str, list[str]] = field(default_factory=dict)


@transaction.atomic
def load_modules(files: Iterable[tuple[str, bytes]]) -> Loaded:
    """Load module files into the catalogue, all or none; loading the same again changes nothing.

    `files` are pairs of (name, bytes). A module is known by its key and gets the fields, materials, prerequisites and
    links to the current revision's learning outcomes that its file names; links to other revisions stay, and so do
    those that are a platform admin's to decide (LinkReview). Modules that no file names stay as they are. Raises
    FaultyFiles.
    """
    readings = [read_modules(content, name) for name, content in files]
    found = [module_file for module_file, _faults in readings if module_file]
    faults = [fault for _file, faults in readings for fault in faults] + loading.faults(found)
    if faults:
        raise FaultyFiles(faults)
    counts: Counter[str] = Counter()
    left_alone: dict[str, list[str]] = {}
    for module_file in found:
        for position, entry in enumerate(module_file.modules, 1):
            what, outcomes = loading.load_module(module_file.framework.name, entry, position)
            counts[what] += 1
            if outcomes:
                left_alone[entry.key.name] = outcomes
    for module_file in found:  # in a second round, because prerequisites may stand in later files
        for entry in module_file.modules:
            loading.set_prerequisites(entry)
    return Loaded(**counts, left_alone=left_alone)
