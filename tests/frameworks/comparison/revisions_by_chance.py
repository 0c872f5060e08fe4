"""Random revisions: makes the next revision of a document, with the expected effect of each change on ratings.

`changed(document, seed, operations)` makes valid changes and records them without using the code under test.
`framework(seed, …)` makes a first revision of any size. The same seed always gives the same result.
"""

import copy
import random
from dataclasses import dataclass, field

from frameworks.files.document import CLUSTERS, STATEMENT_KINDS
from frameworks.files.writing import to_yaml

_DECLARATIONS = ("reworded", "narrowed", "replaces")
_TEXT = (
    "partners regions needs plans schools services funds digital tools reports meetings people goals policies methods "
    "territory network training quality evaluation careers guidance regional national shared written spoken open"
)
_WORDS = _TEXT.split()


@dataclass
class Changed:
    """The next revision as a normalised document, and the expected result of its comparison.

    `expected` is {(id of the new statement or None, id of its source or None): (kind of change, effect on ratings)} of
    all changed statements; the ratings of all others are carried.
    """

    document: dict
    expected: dict = field(default_factory=dict)

    def content(self):
        """The bytes of its file."""
        return to_yaml(self.document).encode()


def framework(seed, *, competences=10, statements=100, outcomes=20, key="by-chance"):
    """The normalised document of a first revision; the numbers are totals of the whole framework."""
    chance = random.Random(seed)
    entries = [
        {"id": f"c{number}", "code": f"C{number}", "title": {"en": _words(chance, 4)}}
        for number in range(1, competences + 1)
    ]
    for number in range(1, statements + 1):
        cluster = chance.choice(list(STATEMENT_KINDS))
        # One in each competence first, so that none is empty.
        entry = entries[number - 1] if number <= competences else chance.choice(entries)
        statement = {"id": f"s{number}", "code": f"S{number}", "text": {"en": f"{_words(chance, 8)} {number}"}}
        entry.setdefault(cluster, []).append(statement)
    for number in range(1, outcomes + 1):
        entry = chance.choice(entries)
        served = [one["id"] for cluster in STATEMENT_KINDS for one in entry.get(cluster, ())]
        entry.setdefault("learning_outcomes", []).append(
            {
                "id": f"o{number}",
                "code": f"O{number}",
                "text": {"en": f"{_words(chance, 6)} {number}"},
                "level": "much",
                "serves": chance.sample(served, min(len(served), 3)),
            }
        )
    return {
        "format": "kip-framework/1",
        "framework": {
            "id": key,
            "title": {"en": "A framework by chance"},
            "publisher": "Chance",
            "source": "The seed",
            "licence": "CC0",
            "source_language": "en",
            "languages": ["en", "fr"],
        },
        "revision": {"version": "1", "date": "2026-01-31"},
        "scale": {
            "id": "three",
            "levels": [
                {
                    "id": name,
                    "value": value,
                    "label": {"en": name},
                    "descriptors": {kind: {"en": f"I know {name}"} for kind in STATEMENT_KINDS.values()},
                }
                for value, name in enumerate(["nothing", "some", "much"])
            ],
        },
        "competences": [_in_file_order(entry) for entry in entries],
    }


def changed(document, seed, operations, *, version=None):
    """The revision after `document`; `operations` is their number, or a list of their names.

    An operation is skipped if there is no unchanged statement left for it. Without `version`, it is made from the seed.
    """
    work = _Work(document, seed, version or f"r{seed}-{document['revision']['version']}"[:32])
    names = (
        [work.chance.choice(sorted(OPERATIONS)) for _ in range(operations)]
        if isinstance(operations, int)
        else operations
    )
    for name in names:
        OPERATIONS[name](work)
    return work.finish()


class _Work:
    def __init__(self, document, seed, version):
        self.chance = random.Random(seed)
        self.document = copy.deepcopy(document)
        self.revision = {**document["revision"], "version": version, "replaces": document["revision"]["version"]}
        self.retired, self.expected, self.successors = [], {}, {}
        self.number = 0
        self.prefix = f"{version.replace('_', '-').lower()}"
        for _competence, _cluster, element in self.everything():
            for declaration in _DECLARATIONS:
                element.pop(declaration, None)
        for competence in self.document["competences"]:
            for declaration in _DECLARATIONS:
                competence.pop(declaration, None)
        # Statements that repeat or are repeated are not changed, because their texts must stay equal.
        bound = {one.get("same_as") for _c, _k, one in self.everything()}
        self.free = [
            one["id"] for _c, cluster, one in self.everything(STATEMENT_KINDS)
            if one["id"] not in bound and "same_as" not in one
        ]  # fmt: skip
        self.chance.shuffle(self.free)

    # --- Finding ----------------------------------------------------------------------------

    def everything(self, clusters=CLUSTERS):
        for competence in self.document["competences"]:
            for cluster in clusters:
                for element in competence.get(cluster, ()):
                    yield competence, cluster, element

    def take(self, number=1):
        """Up to `number` statements that no operation has changed yet, as (competence, cluster, statement)."""
        wanted = {self.free.pop() for _ in range(min(number, len(self.free)))}
        return [found for found in self.everything(STATEMENT_KINDS) if found[2]["id"] in wanted]

    def new(self, text, **more):
        """A statement with an id and a code that were never used."""
        self.number += 1
        return {
            "id": f"{self.prefix}-{self.number}"[:64],
            "code": f"N{self.number}-{_number_of(self.prefix) % 10**6}",
            "text": {"en": text},
            **more,
        }

    def words(self, number=6):
        return _words(self.chance, number)

    # --- Writing ----------------------------------------------------------------------------

    def expect(self, new, old, change, ratings):
        self.expected[new and new["id"], old and old["id"]] = (change, ratings)

    def remove(self, place, successor=None):
        competence, cluster, statement = place
        competence[cluster].remove(statement)
        if not competence[cluster]:
            del competence[cluster]
        self.successors[statement["id"]] = successor and successor["id"]

    def put(self, statement, place):
        competence, cluster, beside = place
        siblings = competence.setdefault(cluster, [])
        siblings.insert(siblings.index(beside) + 1 if beside in siblings else len(siblings), statement)

    def reword(self, statement):
        statement["text"]["en"] = f"{statement['text']['en'][:1900]} {self.words(2)}"

    def finish(self):
        some = next(one["id"] for _c, _k, one in self.everything(STATEMENT_KINDS))
        for _competence, _cluster, outcome in self.everything(["learning_outcomes"]):
            served = [self.successors.get(key, key) for key in outcome["serves"]]
            outcome["serves"] = list(dict.fromkeys(key for key in served if key)) or [some]
        self.document["revision"] = self.revision
        self.document.pop("retired", None)
        if self.retired:
            self.document["retired"] = [{"id": key} for key in self.retired]
        self.document["competences"] = [_in_file_order(entry) for entry in self.document["competences"]]
        return Changed(self.document, self.expected)


# --- Operations ---------------------------------------------------------------------------------


def _reword(work):
    for _competence, _cluster, statement in work.take():
        work.reword(statement)
        statement["reworded"] = True
        work.expect(statement, statement, "reworded", "carried")


def _translate(work):
    language = next((one for one in work.document["framework"]["languages"] if one != "en"), None)
    if language is None:
        return
    for _competence, _cluster, statement in work.take():
        # With the version, so that it always differs from the text before.
        statement["text"][language] = f"{work.words()} {work.prefix}"
        work.expect(statement, statement, "translated", "carried")


def _recode(work):
    for _competence, _cluster, statement in work.take():
        statement["code"] = work.new("")["code"]
        work.expect(statement, statement, "recoded", "carried")


def _move(work):
    if len(work.document["competences"]) < 2:
        return
    for place in work.take():
        competence, cluster, statement = place
        elsewhere = work.chance.choice([one for one in work.document["competences"] if one is not competence])
        work.remove(place, successor=statement)
        elsewhere.setdefault(cluster, []).append(statement)
        work.expect(statement, statement, "moved", "carried")


def _succeed(work):
    for place in work.take():
        statement = place[2]
        successor = work.new(work.words(), replaces=[statement["id"]])
        work.put(successor, place)
        work.remove(place, successor)
        work.expect(successor, statement, "successor", "suggested")


def _split(work):
    for place in work.take():
        statement = place[2]
        parts = [work.new(work.words(), replaces=[statement["id"]]) for _ in range(work.chance.choice([2, 2, 3]))]
        for part in reversed(parts):
            work.put(part, place)
            work.expect(part, statement, "split", "suggested")
        work.remove(place, parts[0])


def _split_off(work):
    for place in work.take():
        statement = place[2]
        part = work.new(work.words(), replaces=[statement["id"]])
        work.reword(statement)
        statement["narrowed"] = True
        work.put(part, place)
        work.expect(part, statement, "split", "suggested")
        work.expect(statement, statement, "narrowed", "suggested")


def _merge(work):
    places = work.take(work.chance.choice([2, 2, 3]))
    if len(places) < 2:
        return
    successor = work.new(work.words(), replaces=[statement["id"] for _c, _k, statement in places])
    work.put(successor, places[0])
    for place in places:
        work.expect(successor, place[2], "merged", "suggested")
        work.remove(place, successor)


def _widen(work):
    places = work.take(2)
    if len(places) < 2:
        return
    (_competence, _cluster, statement), other = places
    work.reword(statement)
    statement["replaces"] = [other[2]["id"]]
    work.expect(statement, statement, "widened", "suggested")
    work.expect(statement, other[2], "widened", "suggested")
    work.remove(other, statement)


def _narrow(work):
    for _competence, _cluster, statement in work.take():
        work.reword(statement)
        statement["narrowed"] = True
        work.expect(statement, statement, "narrowed", "suggested")


def _retire(work):
    if len(list(work.everything(STATEMENT_KINDS))) < 3:
        return
    for place in work.take():
        work.remove(place)
        work.retired.append(place[2]["id"])
        work.expect(None, place[2], "retired", "archived")


def _add(work):
    place = work.chance.choice(list(work.everything(STATEMENT_KINDS)))
    statement = work.new(work.words())
    work.put(statement, place)
    work.expect(statement, None, "added", "none")


OPERATIONS = {
    "reword": _reword,
    "translate": _translate,
    "recode": _recode,
    "move": _move,
    "succeed": _succeed,
    "split": _split,
    "split off": _split_off,
    "merge": _merge,
    "widen": _widen,
    "narrow": _narrow,
    "retire": _retire,
    "add": _add,
}


def _words(chance, number):
    return " ".join(chance.choice(_WORDS) for _ in range(number)).capitalize()


def _number_of(text):
    """A hash of a text that is the same in every process."""
    return sum(ord(character) * 31**place for place, character in enumerate(text))


def _in_file_order(competence):
    clusters = {key: competence[key] for key in CLUSTERS if competence.get(key)}
    return {key: value for key, value in competence.items() if key not in CLUSTERS} | clusters
