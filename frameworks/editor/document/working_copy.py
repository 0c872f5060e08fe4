"""WorkingCopy: a copy of a draft's document while it is changed, and the final check of the result.

Pure. The other modules of this package use it to find, remove and insert elements, and to keep declarations, repeated
texts and learning outcomes consistent.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from frameworks.comparison.rules import Comparison, compare
from frameworks.files.document import (
    CLUSTERS,
    COMPETENCE,
    LEARNING_OUTCOME,
    Document,
    DocumentPart,
    Element,
    LanguageMap,
    elements,
)
from frameworks.files.reading import read_document
from kip_site.refusals import Refused

DECLARATIONS = ("replaces", "reworded", "narrowed")
# Ids that a competence may not have, because other pages of the site have these URLs.
RESERVED_IDS = frozenset(("download",))
LONGEST_SUGGESTED_ID = 40
CLUSTER_OF = {kind: cluster for cluster, kind in CLUSTERS.items()}
# Codes of elements that have no siblings yet: competence A has A1, A-K1, A-S1, A-P1 and A-LO1.
_CODE_PREFIXES = {
    "sub_competence": "",
    "knowledge": "-K",
    "skill": "-S",
    "predisposition": "-P",
    LEARNING_OUTCOME: "-LO",
}
_NUMBERED = re.compile(r"(.*?)([0-9]+)\Z", re.DOTALL)


class CannotEdit(Refused):
    """A change is not possible. `messages` are sentences that say why and what to do; the document is unchanged."""

    def __init__(self, *messages: str) -> None:
        self.messages = messages
        super().__init__("\n".join(messages))


@dataclass(frozen=True)
class Baseline:
    """What a draft is compared with; ids and versions are as in `comparison.rules.compare`."""

    document: Document | None = None  # of the revision in force; None if there is none
    retired_before: frozenset[str] = frozenset()
    published_versions: frozenset[str] = frozenset()


def compared(document: Document, baseline: Baseline, lines: Mapping[str, int] | None = None) -> Comparison:
    """The Comparison of a draft's document with its baseline."""
    return compare(
        baseline.document,
        document,
        lines=lines,
        retired_before=baseline.retired_before,
        published_versions=baseline.published_versions,
    )


def cleaned(text: str) -> str:
    """A typed text as it is stored: in NFC, with \\n as line break, without white space at both ends."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def required(text: str) -> str:
    """Like `cleaned`, but raises CannotEdit if the text is blank."""
    text = cleaned(text)
    if not text:
        raise CannotEdit(_("There is no text yet: write it first."))
    return text


def copied(value: Any) -> Any:
    """A deep copy of a document or a part of it: faster than copy.deepcopy, for dicts, lists and immutable values."""
    if type(value) is dict:
        return {key: copied(child) for key, child in value.items()}
    if type(value) is list:
        return [copied(entry) for entry in value]
    return value


class WorkingCopy:
    """`base` are the elements in force by id; `repeated` are groups of statements with the same text."""

    def __init__(self, document: Document, baseline: Baseline) -> None:
        self.document: Document = copied(document)
        self.baseline = baseline
        self.language: str = document["framework"]["source_language"]
        self.base = {element.id: element for element in elements(baseline.document)} if baseline.document else {}
        self.repeated = _groups_of_repeated(self.document)

    # --- Queries ---------------------------------------------------------------------------------

    def elements(self) -> dict[str, Element]:
        return {element.id: element for element in elements(self.document)}

    def find(self, key: str) -> Element:
        """The element with this id. Raises CannotEdit if it is not in the draft."""
        element = self.elements().get(key)
        if element is None:
            raise CannotEdit(_("This is not in the draft any more: somebody took it out."))
        return element

    def successors(self, key: str) -> list[str]:
        """The ids of the draft's elements that name `key` in `replaces`, other than itself."""
        return [
            element.id
            for element in elements(self.document)
            if key != element.id and key in element.data.get("replaces", ())
        ]

    def sources(self, element: Element) -> list[str]:
        """The ids of the published elements that an element of the draft continues, its own first."""
        own = [element.id] if element.id in self.base else []
        return own + [key for key in element.data.get("replaces", ()) if key not in own]

    def is_last_of(self, element: Element, source: str) -> bool:
        """Whether this is the only element of the draft that continues the published one with the id `source`."""
        present = source != element.id and source in self.elements()
        return not present and not [key for key in self.successors(source) if key != element.id]

    def siblings(self, element: Element) -> list[DocumentPart]:
        """The list of the document that an element is in."""
        if element.kind == COMPETENCE:
            competences: list[DocumentPart] = self.document["competences"]
            return competences
        return self.cluster(element.competence, element.kind)

    def cluster(self, competence: str, kind: str) -> list[DocumentPart]:
        """The list of a competence's elements of a kind; created if there is none."""
        entry = next((entry for entry in self.document["competences"] if entry["id"] == competence), None)
        found: list[DocumentPart] = (entry or self.find(competence).data).setdefault(CLUSTER_OF[kind], [])
        return found

    def place(self, element: Element) -> int:
        """The index of an element among its siblings."""
        return next(number for number, entry in enumerate(self.siblings(element)) if entry["id"] == element.id)

    def source_text(self, element: Element) -> str:
        return element.text.get(self.language, "")

    def outcomes(self) -> list[DocumentPart]:
        return [element.data for element in elements(self.document) if element.kind == LEARNING_OUTCOME]

    # --- Ids and codes ---------------------------------------------------------------------------

    def new_id(self, text: str, kind: str) -> str:
        """An id made from the text, which no element of any revision has had."""
        taken = set(self.elements()) | set(self.base) | self.baseline.retired_before | RESERVED_IDS
        taken.update(entry["id"] for entry in self.document.get("retired", ()))
        # The ids of scales are never used again either.
        taken.add(self.document["scale"]["id"])
        words = slugify(text).replace("_", "-").strip("-").split("-")
        stem = words[0][:LONGEST_SUGGESTED_ID] or slugify(kind.replace("_", "-"))
        for word in words[1:]:
            if len(stem) + 1 + len(word) > LONGEST_SUGGESTED_ID:
                break
            stem += "-" + word
        number, key = 1, stem
        while key in taken:
            number += 1
            key = f"{stem}-{number}"
        return key

    def new_code(self, kind: str, competence: str = "") -> str:
        """The next code after those of the siblings that is in neither the draft nor the revision in force."""
        taken = {element.code for element in self.elements().values()} | {e.code for e in self.base.values()}
        if kind == COMPETENCE:
            letters = (chr(number) for number in range(ord("A"), ord("Z") + 1))
            unused = next((letter for letter in letters if letter not in taken), None)
            return unused or _next_number("C", 1, taken)
        parent = self.find(competence)
        codes = [entry["code"] for entry in parent.data.get(CLUSTER_OF[kind], ())]
        numbered = [match for match in map(_NUMBERED.match, codes) if match]
        prefix = parent.code + _CODE_PREFIXES[kind]
        if numbered:
            prefix = Counter(match[1] for match in numbered).most_common(1)[0][0]
        last = max((int(match[2]) for match in numbered if match[1] == prefix), default=0)
        return _next_number(prefix, last + 1, taken)

    def free_code(self, wanted: str, kind: str, competence: str) -> str:
        """`wanted`, or if another element has that code, the next free one."""
        taken = {element.code for element in self.elements().values()}
        return self.new_code(kind, competence) if wanted in taken else wanted

    # --- Putting in and taking out ---------------------------------------------------------------

    def put(self, data: DocumentPart, kind: str, competence: str, place: int | None = None) -> None:
        """Put an element among its siblings, at the end unless `place` is given."""
        siblings = self.document["competences"] if kind == COMPETENCE else self.cluster(competence, kind)
        siblings.insert(len(siblings) if place is None else place, data)

    def take_out(self, *gone: Element) -> None:
        keys = {element.id for element in gone}
        # Each list of siblings is filtered once, however many elements are removed from it.
        for element in {(element.competence, element.kind): element for element in gone}.values():
            siblings = self.siblings(element)
            siblings[:] = [entry for entry in siblings if entry["id"] not in keys]

    def serve_instead(self, old: str, new: Sequence[str], only: DocumentPart | None = None) -> None:
        """Let learning outcomes that serve `old` (id) serve all of `new` (ids) instead; with `only`, just that one."""
        self.serve_instead_of((old,), new, only)

    def serve_instead_of(self, old: Sequence[str], new: Sequence[str], only: DocumentPart | None = None) -> None:
        """Like `serve_instead`, for several old ids."""
        for outcome in self.outcomes() if only is None else (only,):
            if not set(old).isdisjoint(outcome["serves"]):
                served = [entry for key in outcome["serves"] for entry in (new if key in old else [key])]
                outcome["serves"] = list(dict.fromkeys(served))

    def rejoin(self, key: str) -> None:
        """Join a statement whose published text is restored with the statements of the same text again."""
        groups = _groups_of_repeated(self.baseline.document) if self.baseline.document else {}
        for member, group in groups.items():
            if group == groups.get(key):
                self.repeated[member] = group

    def set_text(self, element: Element, texts: LanguageMap, emphasis: Mapping[str, list[str]] | None = None) -> None:
        """Set the wording of an element; `emphasis` is {language: [phrase]}, by default the existing one.

        Phrases that are not in the new text are dropped.
        """
        if emphasis is None:
            emphasis = element.data.get("emphasis", {})
        element.data["title" if element.kind == COMPETENCE else "text"] = texts
        emphasis = {
            language: found
            for language, phrases in emphasis.items()
            if (found := found_in_order(phrases, texts.get(language, "")))
        }
        element.data.pop("emphasis", None)
        if emphasis:
            element.data["emphasis"] = emphasis

    # --- The finished document -------------------------------------------------------------------

    def finished(self) -> Document:
        """The changed document, normalised. Raises CannotEdit with all faults in it and in the comparison."""
        present = list(elements(self.document))
        self._update_declarations(present)
        self._update_repeated(present)
        self._check_outcomes(present)
        reading = read_document(self.document)
        if reading.faults:
            raise CannotEdit(*dict.fromkeys(fault.message for fault in reading.faults))
        document = reading.faultless()
        comparison = compared(document, self.baseline, reading.lines)
        if comparison.faults:
            raise CannotEdit(*dict.fromkeys(fault.message for fault in comparison.faults))
        return document

    def _update_declarations(self, present: Sequence[Element]) -> None:
        """Remove declarations that no longer hold, because the wording is as published or the parts are back."""
        continued = {
            source for element in present for source in element.data.get("replaces", ()) if source != element.id
        }
        for element in present:
            before, data = self.base.get(element.id), element.data
            if before is None:
                continue
            if data.get("replaces") == [element.id] and element.id not in continued:
                del data["replaces"]
            if self.source_text(element) == self.source_text(before):
                data.pop("reworded", None)
                if element.id not in continued:
                    data.pop("narrowed", None)

    def _update_repeated(self, present: Sequence[Element]) -> None:
        """Set `same_as` in each group of repeated texts that are still equal: all others name the first of them."""
        firsts: dict[tuple[str, str, str], str] = {}
        for element in present:
            data = element.data
            data.pop("same_as", None)
            group = self.repeated.get(element.id)
            if group is None:
                continue
            first = firsts.setdefault((group, element.kind, self.source_text(element)), element.id)
            if first != element.id:
                data["same_as"] = first

    def _check_outcomes(self, present: Sequence[Element]) -> None:
        keys = {element.id for element in present}
        idle = []
        for outcome in [element.data for element in present if element.kind == LEARNING_OUTCOME]:
            outcome["serves"] = [key for key in outcome["serves"] if key in keys]
            if not outcome["serves"]:
                idle.append(outcome["code"])
        if idle:
            raise CannotEdit(
                _("%(codes)s would serve no statement any more: let it serve another one first, or retire it.")
                % {"codes": ", ".join(idle)}
            )


def found_in_order(phrases: Iterable[str], text: str) -> list[str]:
    """Those of `phrases` that are found in `text`, each after the one before it."""
    found, start = [], 0
    for phrase in phrases:
        place = text.find(phrase, start)
        if place >= 0:
            found.append(phrase)
            start = place + len(phrase)
    return found


def _next_number(prefix: str, number: int, taken: Set[str]) -> str:
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


def _groups_of_repeated(document: Document) -> dict[str, str]:
    """{id: id of the first statement with its text} of all statements that repeat one or are repeated."""
    groups: dict[str, set[str]] = defaultdict(set)
    for element in elements(document):
        if "same_as" in element.data:
            groups[element.data["same_as"]].add(element.id)
    return {key: first for first, repeats in groups.items() for key in (first, *repeats)}
