"""Loading module files into the catalogue."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from kip_site.refusals import FaultyFiles

from . import loading
from .module_files import read_modules


@dataclass(frozen=True)
class Loaded:
    """How many modules were created, changed, or were the same already; and which links were left alone.

    Links that an admin decides about after a revision (LinkReview) are left alone, even if the file has others.
    """

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    left_alone: dict[str, list[str]] = field(default_factory=dict)  # {module key: ids of learning outcomes}


@transaction.atomic
def load_modules(files: Iterable[tuple[str, bytes]]) -> Loaded:
    """Load module files into the catalogue, all or none; loading the same again changes nothing.

    `files` are pairs of (name, bytes). A module is found by its key. It gets the fields, materials, prerequisites and
    links to the current revision's learning outcomes that its file has. Links to other revisions stay, and so do those
    that a platform admin decides about (LinkReview). Modules that are in no file stay as they are. Raises FaultyFiles.
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
    for module_file in found:  # in a second loop, because prerequisites may be in later files
        for entry in module_file.modules:
            loading.set_prerequisites(entry)
    return Loaded(**counts, left_alone=left_alone)
