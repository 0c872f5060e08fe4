"""Bytes of a framework file → its normalised document, or every fault in it.

The format is described in docs/framework-format.md and in kip-framework-1.schema.json.
"""

from dataclasses import dataclass, field

from .consistency import check_consistency
from .faults import Fault, FaultList, TooManyFaultsError
from .safe_yaml import parse
from .schema import framework_rule

__all__ = ["Fault", "Reading", "read_framework"]

LANGUAGES = ("en", "fr", "it", "pt", "hr")


@dataclass(frozen=True)
class Reading:
    """What a file says.

    `document` has the shape of the file, with every text as a language map (`{"en": …}`), dates as ISO strings, keys in
    the order of the schema, and without optional keys that are absent, null, false or empty. With faults it is None.
    `lines` is element id → line, with further places under keys that begin with `/` (see `check_consistency`).
    """

    document: dict | None
    faults: tuple[Fault, ...]
    lines: dict[str, int] = field(default_factory=dict)


def read_framework(content: bytes, name: str) -> Reading:
    """Reads, checks and normalises. `name` is the file's name for the faults; no input makes this raise."""
    faults = FaultList(name)
    lines = {}
    root = None
    try:
        root = parse(content, faults)
        if root is not None:
            framework_rule().check(root, "file", faults)
            if type(root.value) is dict:
                lines = check_consistency(root, faults)
    except TooManyFaultsError:
        pass
    if faults or root is None:
        return Reading(None, faults.sorted(), lines)
    return Reading(_normalised(root), (), lines)


def _normalised(root):
    source = root.get("framework", dict).get("source_language").value
    return framework_rule().build(root, (source, *(code for code in LANGUAGES if code != source)))
