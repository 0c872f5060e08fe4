"""What a new revision changes in the scale, and how ratings on the old one are mapped."""

from collections.abc import Callable, Mapping
from typing import Literal

from django.utils.translation import gettext as _

from frameworks.files.document import DocumentPart
from frameworks.files.faults import did_you_mean

# The kinds of change in `rules.CHANGES` that a scale can have.
ScaleChange = Literal["rescaled", "reworded", "translated"]
# Adds a fault, given its place (a key of `Reading.lines`) and its message.
AddFault = Callable[[str, str], None]


def compare_scales(
    old: DocumentPart, new: DocumentPart, language: str, fault: AddFault
) -> tuple[set[ScaleChange], dict[str, str]]:
    """The changes of the scale, and {old level id: new level id}, which is empty unless the scale was replaced.

    `old` and `new` are the `scale` of two documents, `language` is the source language. Calls `fault` for each fault.
    """
    if old["id"] != new["id"]:
        return {"rescaled"}, _level_map(old, new, fault)
    if _levels(old) != _levels(new):
        message = _(
            "the levels of the scale `%(id)s` changed: give the scale a new id and say in "
            "`replaces: {id: %(id)s, map: …}` which new level each old one turns into"
        )
        fault("/scale/levels", message % {"id": old["id"]})
        return set(), {}
    changes: set[ScaleChange] = set()
    for level, before in zip(new["levels"], old["levels"], strict=True):
        changes |= _wording(level, before, language, fault)
    return changes, {}


def level_values(old: DocumentPart, new: DocumentPart, scale_map: Mapping[str, str]) -> dict[int, int]:
    """{value of an old level: value of the level it turns into}, without levels whose new level is unknown."""
    values = {level["id"]: level["value"] for level in new["levels"]}
    turned = {level["value"]: values.get(scale_map.get(level["id"], level["id"])) for level in old["levels"]}
    return {before: after for before, after in turned.items() if after is not None}


def _levels(scale: DocumentPart) -> list[tuple[str, int]]:
    return [(level["id"], level["value"]) for level in scale["levels"]]


def _wording(level: DocumentPart, before: DocumentPart, language: str, fault: AddFault) -> set[ScaleChange]:
    """The changes in the texts of a level that keeps its id: it may be reworded or translated, nothing else."""
    pairs = [(level["label"], before["label"])]
    pairs += [
        (text, before["descriptors"][kind])
        for kind, text in level["descriptors"].items()
        if kind in before["descriptors"]
    ]
    if all(new.get(language) == old.get(language) for new, old in pairs):
        return {"translated"} if any(new != old for new, old in pairs) else set()
    if not level.get("reworded"):
        message = _(
            "a text of the level `%(id)s` changed: write `reworded: true` if it means the same, "
            "or give the scale a new id with `replaces`"
        )
        fault(f"/scale/levels/{level['id']}", message % {"id": level["id"]})
    return {"reworded"}


def _level_map(old: DocumentPart, new: DocumentPart, fault: AddFault) -> dict[str, str]:
    replaces = new.get("replaces")
    if replaces is None or replaces["id"] != old["id"]:
        message = _("the scale was `%(old)s`: write `replaces: {id: %(old)s, map: …}`, or leave the scale as it was")
        fault("/scale/replaces" if replaces else "/scale/id", message % {"old": old["id"]})
        return {}
    levels = [level["id"] for level in old["levels"]]
    for level in levels:
        if level not in replaces["map"]:
            message = _(
                "the level `%(level)s` of the scale `%(old)s` is not in the `map`: say which level it turns into"
            )
            fault("/scale/replaces", message % {"level": level, "old": old["id"]})
    for level in replaces["map"]:
        if level not in levels:
            message = _("the `map` names `%(level)s`, which is no level of the scale `%(old)s`")
            fault("/scale/replaces", message % {"level": level, "old": old["id"]} + did_you_mean(level, levels))
    return dict(replaces["map"])
