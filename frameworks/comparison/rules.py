"""Compares a new revision with the current one: the changes of each element, their effect on ratings, and faults.

Pure: compares two normalised documents (see `reading.Reading`). The author declares what a machine cannot know
(`reworded`, `narrowed`, `replaces`, `retired`); the rest is found here. docs/framework-format.md has the whole table.
"""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal, get_args

from django.utils.translation import gettext as _

from frameworks.files.document import Document, DocumentPart, Element, elements
from frameworks.files.faults import Fault, FaultList, TooManyFaultsError, did_you_mean, listed, shortened

from .moves import find_moved
from .scales import compare_scales, level_values

KindOfChange = Literal[
    "unchanged",
    "moved",
    "recoded",
    "translated",
    "reworded",
    "successor",
    "split",
    "merged",
    "widened",
    "narrowed",
    "retired",
    "added",
    "rescaled",
]
# In the order in which several are joined.
CHANGES: tuple[KindOfChange, ...] = get_args(KindOfChange)
# The effect of a change on the ratings of an element.
Ratings = Literal["carried", "suggested", "archived", "none"]
_SUGGESTED = frozenset(("successor", "split", "merged", "widened", "narrowed"))
# The other keys of an element that can differ; they are no change of its wording.
_DETAILS = ("emphasis", "same_as", "esco", "eqf", "level", "serves", "learning_outcomes_origin")


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the new revision, one that is retired, or the scale where it changed."""

    id: str
    code: str
    kind: str  # competence, sub_competence, knowledge, skill, predisposition, learning_outcome or scale
    changes: tuple[KindOfChange, ...]  # in the order of CHANGES
    sources: tuple[str, ...]  # ids that it continues from the previous revision, its own first; empty if added
    ratings: Ratings
    line: int = 1
    details: tuple[str, ...] = ()  # further keys that differ, such as emphasis or serves
    before: tuple[Element, ...] = field(default=(), repr=False, compare=False)  # the elements named by `sources`
    after: Element | None = field(default=None, repr=False, compare=False)  # None when retired
    # The old and the new scale as in their documents; empty unless the entry is that of the scale.
    scales: tuple[()] | tuple[DocumentPart, DocumentPart] = field(default=(), repr=False, compare=False)

    @property
    def change(self) -> str:
        return "+".join(self.changes)

    def as_dict(self) -> dict[str, str | list[str]]:
        """The entry as `load_framework --json` prints it."""
        return {
            "id": self.id,
            "code": self.code,
            "kind": self.kind,
            "change": self.change,
            "from": list(self.sources),
            "ratings": self.ratings,
        }


@dataclass(frozen=True)
class Comparison:
    """The result of `compare`. The entries are in the order of the new revision, the retired ones last.

    `scale_map` is {level id of the revision before: level id of the new one} for a rescaled revision, otherwise empty.
    `level_values` is {value of a level of the revision before: value of the level it turns into}, of every level.
    With `faults`, entries are as complete as they could be made and nothing may be imported.
    """

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()
    is_first: bool = False
    is_identical: bool = False  # the file is the current revision itself: there is nothing to import
    scale_map: dict[str, str] = field(default_factory=dict)
    level_values: dict[int, int] = field(default_factory=dict)

    def as_list(self) -> list[dict[str, str | list[str]]]:
        """The comparison as `load_framework --json` prints it."""
        return [entry.as_dict() for entry in self.entries]

    def counts(self) -> dict[KindOfChange, int]:
        """How many entries have each kind of change, in the order of CHANGES; an entry of two kinds counts twice."""
        found = Counter(change for entry in self.entries for change in entry.changes)
        return {change: found[change] for change in CHANGES if change in found}


def compare(
    old: Document | None,
    new: Document,
    *,
    lines: Mapping[str, int] | None = None,
    name: str = "",
    retired_before: Set[str] = frozenset(),
    published_versions: Set[str] = frozenset(),
) -> Comparison:
    """Compares `new` with the current revision `old` (None for a first revision).

    `lines` (from the Reading) and `name` (of the file) are for the faults. `retired_before` are the ids of scales and
    elements that an earlier revision had and `old` no longer has; `published_versions` are all versions published so
    far. Takes time in proportion to the number of elements. Does not raise: see `Comparison.faults`.
    """
    work = _Work(old, new, lines or {}, FaultList(name), retired_before, published_versions)
    identical = old is not None and old == new
    try:
        if not work.same_framework():
            return Comparison((), work.faults.sorted())
        if not identical:
            work.check_revision()
            work.check_ids()
        work.compare_elements(identical=identical)
        work.find_vanished()
        work.compare_scale()
    except TooManyFaultsError:
        pass
    return Comparison(
        tuple(work.entries), work.faults.sorted(), old is None, identical, work.scale_map, work.level_values
    )


class _Work:
    """The input of `compare` and what it has found so far."""

    def __init__(
        self,
        old: Document | None,
        new: Document,
        lines: Mapping[str, int],
        faults: FaultList,
        retired_before: Set[str],
        published_versions: Set[str],
    ) -> None:
        self.old_document, self.new_document = old, new
        self.lines, self.faults = lines, faults
        self.retired_before = retired_before
        self.published_versions = published_versions
        self.old = {element.id: element for element in elements(old)} if old else {}
        self.new = {element.id: element for element in elements(new)}
        self.successors: dict[str, list[str]] = {}  # {old id: ids of the new elements that name it in `replaces`}
        for element in self.new.values():
            for replaced in element.data.get("replaces", ()):
                self.successors.setdefault(replaced, []).append(element.id)
        self.source_language: str = (old or new)["framework"]["source_language"]
        self.entries: list[Entry] = []
        self.scale_map: dict[str, str] = {}
        self.level_values: dict[int, int] = {}

    def line(self, place: str) -> int:
        return self.lines.get(place, 1)

    def fault(self, place: str, message: str) -> None:
        self.faults.add(self.line(place), message)

    # --- The revision as a whole -------------------------------------------------------------

    def same_framework(self) -> bool:
        if self.old_document is None:
            return True
        old, new = self.old_document["framework"], self.new_document["framework"]
        if old["id"] != new["id"]:
            self.fault(
                "/framework/id",
                _("this is the framework `%(new)s`, not `%(old)s`: import it as a framework of its own")
                % {"new": new["id"], "old": old["id"]},
            )
            return False
        if old.get("uuid") != new.get("uuid"):
            self.fault(
                "/framework/uuid" if "uuid" in new else "/framework",
                _("the `uuid` of a framework is permanent: leave it as it was"),
            )
        return True

    def check_revision(self) -> None:
        revision = self.new_document["revision"]
        version, replaces = revision["version"], revision.get("replaces")
        current = self.old_document["revision"]["version"] if self.old_document else None
        if version == current or version in self.published_versions:
            self.fault(
                "/revision/version",
                _("version %(version)s is published already, with other content: give this revision a new version")
                % {"version": version},
            )
        elif current is None and replaces:
            self.fault(
                "/revision/replaces",
                _("no revision is published yet, so this one cannot replace %(version)s: remove `replaces`")
                % {"version": replaces},
            )
        elif current is not None and replaces != current:
            self.fault(
                "/revision/replaces" if replaces else "/revision",
                _('the current revision is %(current)s: write `replaces: "%(current)s"` once the file is based on it')
                % {"current": current},
            )

    def check_ids(self) -> None:
        """Checks that no retired id is used again, and that `replaces` and `retired` name ids that existed before."""
        for key in self.new:
            if key in self.retired_before and key not in self.old:
                self.id_came_back(key, key)
        for element in self.new.values():
            self.check_replaces(element)
        for entry in self.new_document.get("retired", ()):
            self.check_retired(entry["id"])

    def check_replaces(self, element: Element) -> None:
        replaces = element.data.get("replaces", ())
        for replaced in replaces:
            source = self.old.get(replaced)
            if source is None:
                self.fault(
                    element.id,
                    _("`replaces` of `%(id)s` names `%(replaced)s`, which the revision before does not have")
                    % {"id": element.id, "replaced": replaced}
                    + did_you_mean(replaced, self.old),
                )
            elif source.family != element.family:
                self.fault(
                    element.id,
                    _("`replaces` of `%(id)s` names `%(replaced)s`, which is not of its kind: remove it")
                    % {"id": element.id, "replaced": replaced},
                )
        if replaces == [element.id] == self.successors[element.id]:
            self.fault(
                element.id,
                _("`%(id)s` replaces only itself: remove that, or write `reworded: true` or `narrowed: true`")
                % {"id": element.id},
            )

    def check_retired(self, key: str) -> None:
        place = f"/retired/{key}"
        if key in self.successors:
            self.fault(
                place,
                _("`%(id)s` is retired here and replaced by %(successors)s: keep one of the two")
                % {"id": key, "successors": listed(self.successors[key])},
            )
        elif key not in self.old and key not in self.retired_before:
            self.fault(
                place,
                _("`%(id)s` is retired here, but the revision before does not have it") % {"id": key}
                + did_you_mean(key, self.old),
            )

    # --- Elements ----------------------------------------------------------------------------

    def compare_elements(self, *, identical: bool) -> None:
        moved = frozenset() if identical else find_moved(self.old, self.new)
        for element in self.new.values():
            before = self.old.get(element.id)
            changes: set[KindOfChange]
            details: tuple[str, ...] = ()
            if before is None:
                changes, sources = self.origin(element)
            elif identical:
                changes, sources = {"unchanged"}, (before,)
            else:
                changes, sources = self.survivor(element, before)
                if element.id in moved:
                    changes.add("moved")
                details = tuple(key for key in _DETAILS if before.data.get(key) != element.data.get(key))
            self.add_entry(element, changes or {"unchanged"}, sources, details)

    def add_entry(
        self,
        element: Element,
        changes: set[KindOfChange],
        sources: tuple[Element, ...],
        details: tuple[str, ...],
    ) -> None:
        carried: Ratings = "none" if "added" in changes else "carried"
        ratings: Ratings = "suggested" if changes & _SUGGESTED else carried
        self.entries.append(
            Entry(
                element.id,
                element.code,
                element.kind,
                _in_order(changes),
                tuple(source.id for source in sources),
                ratings,
                self.line(element.id),
                details,
                sources,
                element,
            )
        )

    def origin(self, element: Element) -> tuple[set[KindOfChange], tuple[Element, ...]]:
        """The changes and sources of an element whose id is new."""
        sources = tuple(self.old[key] for key in element.data.get("replaces", ()) if key in self.old)
        if not sources:
            return {"added"}, ()
        changes: set[KindOfChange] = set()
        if len(sources) > 1:
            changes.add("merged")
        # A source was split if several elements replace it, or if it stays beside the new element.
        if any(len(self.successors[source.id]) > 1 or source.id in self.new for source in sources):
            changes.add("split")
        return changes or {"successor"}, sources

    def survivor(self, element: Element, before: Element) -> tuple[set[KindOfChange], tuple[Element, ...]]:
        """The changes and sources of an element that the previous revision had too."""
        data = element.data
        if element.kind != before.kind:
            self.fault(
                element.id,
                _("`%(id)s` was of another kind: give it a new id and write `replaces: [%(id)s]`") % {"id": element.id},
            )
        if data.get("uuid") != before.data.get("uuid"):
            self.fault(element.id, _("the `uuid` of `%(id)s` is permanent: leave it as it was") % {"id": element.id})
        changes: set[KindOfChange] = set()
        if element.code != before.code:
            changes.add("recoded")
        sources = [before, *(self.old[key] for key in data.get("replaces", ()) if key in self.old and key != before.id)]
        if len(sources) > 1:
            changes.add("widened")
        if any(len(self.successors[key]) > 1 for key in data.get("replaces", ())):
            changes.add("split")
        changes |= self.wording(element, before, declared=bool(changes & _SUGGESTED))
        return changes, tuple(sources)

    def wording(self, element: Element, before: Element, *, declared: bool) -> set[KindOfChange]:
        """The changes of the wording; a fault if the text differs and the author did not declare what it means."""
        data = element.data
        changes: set[KindOfChange] = set()
        same = element.text.get(self.source_language) == before.text.get(self.source_language)
        if same and element.text != before.text:
            changes.add("translated")
        if data.get("narrowed"):
            changes.add("narrowed")
            if same and element.id not in self.successors:
                message = _(
                    "`%(id)s` is `narrowed`, but its text is as before and nothing replaces a part of it: "
                    "remove `narrowed` or change the text"
                )
                self.fault(element.id, message % {"id": element.id})
        elif not same and data.get("reworded"):
            changes.add("reworded")
        elif not same and not declared:
            self.fault(element.id, self.undeclared(element, before))
        return changes

    def undeclared(self, element: Element, before: Element) -> str:
        language = self.source_language
        return _(
            "the text of `%(id)s` was “%(before)s” and is “%(after)s”: write `reworded: true` if it means the same, "
            "`narrowed: true` if it lost a part, or give it a new id with `replaces: [%(id)s]`"
        ) % {
            "id": element.id,
            "before": shortened(before.text.get(language, "")),
            "after": shortened(element.text.get(language, "")),
        }

    def find_vanished(self) -> None:
        """Adds entries for the retired elements, and faults for those that are neither kept, replaced nor retired."""
        retired = {entry["id"] for entry in self.new_document.get("retired", ())}
        for key, element in self.old.items():
            if key in self.new or key in self.successors:
                continue
            if key in retired:
                line = self.line(f"/retired/{key}")
                self.entries.append(
                    Entry(key, element.code, element.kind, ("retired",), (key,), "archived", line, before=(element,))
                )
            else:
                self.fault(element.competence if element.competence in self.new else "/competences", self.gone(element))

    def gone(self, element: Element) -> str:
        return _(
            "`%(id)s` (%(code)s, “%(text)s”) is gone: "
            "name it in `replaces` of its successor, or list it under `retired`"
        ) % {
            "id": element.id,
            "code": element.code,
            "text": shortened(element.text.get(self.source_language, "")),
        }

    def compare_scale(self) -> None:
        """Adds an entry for the scale if it changed."""
        if self.old_document is None:
            return
        old, new = self.old_document["scale"], self.new_document["scale"]
        if new["id"] != old["id"] and new["id"] in self.retired_before:
            self.id_came_back("/scale/id", new["id"])
        changes, self.scale_map = compare_scales(old, new, self.source_language, self.fault)
        self.level_values = level_values(old, new, self.scale_map)
        if changes:
            line = self.line("/scale")
            self.entries.append(
                Entry(new["id"], "", "scale", _in_order(changes), (old["id"],), "carried", line, scales=(old, new))
            )

    def id_came_back(self, place: str, key: str) -> None:
        self.fault(
            place,
            _("`%(id)s` was an id of an earlier revision, and ids are never used again: choose a new one")
            % {"id": key},
        )


def _in_order(changes: Set[KindOfChange]) -> tuple[KindOfChange, ...]:
    return tuple(sorted(changes, key=CHANGES.index))
