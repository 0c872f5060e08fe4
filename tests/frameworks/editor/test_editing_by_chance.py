"""Any sequence of what the buttons of the editor do leaves a draft that can be published, or is refused in words."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from frameworks.comparison.rules import compare
from frameworks.editor.document import levels as scale_editing
from frameworks.editor.document import placing
from frameworks.editor.document.reshaping import merge, retire, split
from frameworks.editor.document.reverting import take_back
from frameworks.editor.document.wording import LESS, OTHER, SAME, reword, translate
from frameworks.editor.document.working_copy import CannotEdit, WorkingCopy, compared
from frameworks.files.document import elements
from frameworks.files.reading import read_framework
from frameworks.files.writing import to_yaml
from tests.frameworks.editor.edited import BASELINE, OLD, differences

TEXTS = st.sampled_from(
    ("One", "Two and two", "Trois: “é”", "no", "1.10", "- dash", "Line one\nline two", "Keeping silent", "Taking notes")
)


OPERATIONS = (
    *("add", "add_outcome", "reword", "split", "merge", "retire", "back", "move", "move_to", "translate", "emphasise"),
    *("refer", "serve", "level", "reword_level", "translate_level", "remove_level", "move_level", "renumber", "map"),
    *("scale_back", "recode", "describe"),
)


class Author:
    """Does one of the operations to whatever the draft holds, and says what the comparison must say of it then."""

    def __init__(self, draw):
        self.draw = draw

    def any_of(self, choices):
        return self.draw(self.from_what_is_left(choices))

    @staticmethod
    def from_what_is_left(choices):
        """Draws one of these; the steps before may have left none (the last outcome retired): then nothing is done."""
        if not (left := sorted(choices)):
            raise CannotEdit
        return st.sampled_from(left)

    def act(self, document):
        here = {element.id: element for element in elements(document)}
        statements = [key for key, e in here.items() if e.family == "statement"]
        return getattr(self, self.any_of(OPERATIONS))(document, here, statements)

    def add(self, document, here, statements):
        competence = self.any_of(key for key, e in here.items() if e.kind == "competence")
        after = placing.add_statement(
            document, BASELINE, competence, self.any_of(("skill", "knowledge")), self.draw(TEXTS)
        )
        (new,) = {e.id for e in elements(after)} - here.keys()
        return after, {new: {"added"}}

    def reword(self, document, here, statements):
        key, text, meaning = self.any_of(here), self.draw(TEXTS), self.any_of((SAME, LESS, OTHER))
        after = reword(document, BASELINE, key, text, meaning)
        work = WorkingCopy(document, BASELINE)
        before = work.base.get(key)
        if before is None or text == before.text["en"]:
            return after, {}
        if meaning == OTHER:
            (new,) = {e.id for e in elements(after)} - here.keys()
            return after, {new: {"successor", "split", "merged"}}
        free = len(work.sources(here[key])) > 1 or work.successors(key)
        return after, {key: {"narrowed"} if meaning == LESS else {"reworded", "widened"} if not free else set()}

    def split(self, document, here, statements):
        key = self.any_of(statements)
        published = bool(WorkingCopy(document, BASELINE).sources(here[key]))
        after = split(document, BASELINE, key, [self.draw(TEXTS), self.draw(TEXTS)])
        new = {e.id for e in elements(after)} - (here.keys() - {key})
        assert len(new) == 2
        return after, dict.fromkeys(new, {"split"} if published else {"added"})

    def merge(self, document, here, statements):
        keys = self.draw(st.lists(self.from_what_is_left(statements), min_size=2, max_size=5))
        into = self.any_of(keys) if self.draw(st.booleans()) else None
        after = merge(document, BASELINE, keys, self.draw(TEXTS), into=into)
        kept = into or ({e.id for e in elements(after)} - (here.keys() - set(keys))).pop()
        return after, {kept: {"merged", "widened"}}

    def retire(self, document, here, statements):
        key = self.any_of(here)
        after = retire(document, BASELINE, key, "A note")
        gone = {key} - {source for e in elements(after) for source in e.data.get("replaces", ())}
        return after, {key: {"retired"}} if gone and key in WorkingCopy(document, BASELINE).base else {}

    def back(self, document, here, statements):
        changed = differences(document)
        if not changed:
            raise CannotEdit
        return take_back(document, BASELINE, self.any_of(changed)), {}

    def move(self, document, here, statements):
        return placing.move(document, BASELINE, self.any_of(here), self.any_of((-1, 1))), {}

    def move_to(self, document, here, statements):
        competence = self.any_of(key for key, e in here.items() if e.kind == "competence")
        return placing.move_to(document, BASELINE, self.any_of(statements), competence), {}

    def translate(self, document, here, statements):
        return translate(document, BASELINE, self.any_of(here), {"fr": self.draw(TEXTS)}), {}

    def add_outcome(self, document, here, statements):
        competence = self.any_of(key for key, e in here.items() if e.kind == "competence")
        served, level = self.any_of(statements), self.any_of(self.levels(document))
        after = placing.add_outcome(document, BASELINE, competence, self.draw(TEXTS), level=level, serves=[served])
        (new,) = {e.id for e in elements(after)} - here.keys()
        return after, {new: {"added"}}

    def serve(self, document, here, statements):
        outcome = self.any_of(key for key, e in here.items() if e.kind == "learning_outcome")
        level, served = self.any_of(self.levels(document)), self.any_of(statements)
        return placing.serve(document, BASELINE, outcome, level=level, serves=[served]), {}

    def emphasise(self, document, here, statements):
        key, text, meaning = self.any_of(here), self.draw(TEXTS), self.any_of((SAME, LESS, OTHER))
        phrases = self.draw(st.lists(st.sampled_from(("One", "two", "1.10", "notes", "silent", "é")), max_size=3))
        after = reword(document, BASELINE, key, text, meaning, phrases)
        return after, {}

    def refer(self, document, here, statements):
        address = self.any_of(("", "http://data.europa.eu/esco/skill/1", "no address"))
        return placing.refer(document, BASELINE, self.any_of(here), esco=address, eqf=self.any_of((0, 1, 8, 9))), {}

    def recode(self, document, here, statements):
        return placing.recode(document, BASELINE, self.any_of(here), self.any_of(("A", "Z9", "no", "1.10", ""))), {}

    def describe(self, document, here, statements):
        languages = self.any_of((("fr",), ("fr", "hr")))
        notes = {"en": self.draw(TEXTS)}
        said = {"version": self.any_of(("1", "2", "3")), "date": "2027-02-02", "notes": notes}
        return placing.describe(document, BASELINE, languages=languages, **said), {}

    # --- The scale

    def levels(self, document):
        return [level["id"] for level in document["scale"]["levels"]]

    def words(self):
        return {kind: self.draw(TEXTS) for kind in ("skill", "knowledge")}

    def level(self, document, here, statements):
        above = self.any_of(["", *self.levels(document)])
        return scale_editing.add_level(document, BASELINE, self.draw(TEXTS), self.words(), above=above), {}

    def reword_level(self, document, here, statements):
        key = self.any_of(self.levels(document))
        return scale_editing.reword_level(document, BASELINE, key, self.draw(TEXTS), self.words()), {}

    def translate_level(self, document, here, statements):
        key = self.any_of(self.levels(document))
        return scale_editing.translate_level(document, BASELINE, key, "fr", self.draw(TEXTS), self.words()), {}

    def remove_level(self, document, here, statements):
        levels = self.levels(document)
        return scale_editing.remove_level(document, BASELINE, self.any_of(levels), self.any_of(levels)), {}

    def move_level(self, document, here, statements):
        return scale_editing.move_level(
            document, BASELINE, self.any_of(self.levels(document)), self.any_of((-1, 1))
        ), {}

    def renumber(self, document, here, statements):
        value = self.draw(st.integers(-1, 1001))
        return scale_editing.renumber_level(document, BASELINE, self.any_of(self.levels(document)), value), {}

    def map(self, document, here, statements):
        mapped = {old: self.any_of(self.levels(document)) for old in self.levels(OLD)}
        return scale_editing.turn_into(document, BASELINE, mapped), {}

    def scale_back(self, document, here, statements):
        after = scale_editing.take_back_scale(document, BASELINE)
        assert after["scale"] == OLD["scale"]
        return after, {}


def _is_sentence(message):
    return bool(re.match(r"\S.{9,}", message))


@settings(max_examples=150)
@given(st.data())
def test_any_sequence_of_operations_reads_and_says_what_its_author_said(drawn):
    author = Author(drawn.draw)
    document = placing.next_draft(OLD, "2", "2027-01-01", BASELINE)
    refusals = []
    for _step in range(drawn.draw(st.integers(1, 10))):
        try:
            document, said = author.act(document)
        except CannotEdit as error:
            refusals += error.messages
            continue
        reading = read_framework(to_yaml(document).encode(), "draft.yaml")
        assert reading.faults == ()
        assert reading.document == document
        comparison = compare(
            OLD,
            document,
            retired_before=BASELINE.retired_before,
            published_versions=BASELINE.published_versions,
        )
        assert comparison.faults == ()
        found = {entry.id: set(entry.changes) for entry in comparison.entries}
        for key, expected in said.items():
            assert not expected or found[key] & expected, (key, found[key], expected)
        # So no rating is without its level.
        assert not comparison.scale_map or set(comparison.scale_map) == set(author.levels(OLD))
        # Nothing published is lost: it is there, continued or retired.
        accounted = {source for entry in comparison.entries for source in entry.sources}
        assert accounted >= {element.id for element in elements(OLD)}
    assert all(map(_is_sentence, refusals)), refusals


@settings(max_examples=60)
@given(st.data())
def test_whatever_was_done_can_be_taken_back(drawn):
    author = Author(drawn.draw)
    document = placing.next_draft(OLD, "2", "2027-01-01", BASELINE)
    for _step in range(drawn.draw(st.integers(1, 6))):
        try:
            document, _said = author.act(document)
        except CannotEdit:
            continue
    kinds = ("retired", "successor", "split", "merged", "widened", "narrowed", "reworded", "translated")
    # Levels first: learning outcomes come back to those in force.
    document = scale_editing.take_back_scale(document, BASELINE)
    for _step in range(60):
        # Competences first: what is retired in one comes back after it.
        left = sorted(
            (
                (entry.kind != "competence", entry.id)
                for entry in compared(document, BASELINE).entries
                if set(entry.changes) & set(kinds)
            ),
        )
        if not left:
            break
        document = take_back(document, BASELINE, left[0][1])
    assert not left
