"""Key phrases stay in step with the text they stand in, in every language."""

import pytest

from frameworks import editing
from frameworks.editing import LESS, OTHER, SAME, CannotEdit
from frameworks.working_copy import compared
from tests.frameworks.test_editing import GROUND, OLD, data, differences


@pytest.fixture
def draft():
    return editing.next_draft(OLD, "2", "2027-01-01", GROUND)


def details(document, key):
    """What differs of an element beside its wording and place."""
    return next(entry.details for entry in compared(document, GROUND).entries if entry.id == key)


def test_key_phrases_are_set_without_a_word_on_the_meaning(draft):
    for meaning in (SAME, LESS, OTHER):
        emphasised = editing.reword(draft, GROUND, "notes", "Taking notes", meaning, phrases=["notes"])
        assert data(emphasised, "notes")["emphasis"] == {"en": ["notes"]}
        assert differences(emphasised) == {}
        assert details(emphasised, "notes") == ("emphasis",)


def test_key_phrases_are_put_in_the_order_of_the_text(draft):
    draft = editing.reword(draft, GROUND, "asking", "Asking and asking again", phrases=[" again ", "", "and", "Asking"])
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking", "and", "again"]}


def test_key_phrases_are_taken_away(draft):
    draft = editing.reword(draft, GROUND, "asking", "Asking and asking again", phrases=[])
    assert "emphasis" not in data(draft, "asking")


@pytest.mark.parametrize("meaning", [SAME, LESS, OTHER])
def test_a_new_wording_must_hold_its_key_phrases(draft, meaning):
    with pytest.raises(CannotEdit, match="The key phrase “again” does not stand in the text: copy it") as refused:
        editing.reword(draft, GROUND, "asking", "Asking twice", meaning, phrases=["Asking", "again"])
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize(
    ("meaning", "key"), [(SAME, "asking"), (LESS, "asking"), (OTHER, "asking-twice")], ids=["same", "less", "other"]
)
def test_a_new_wording_comes_with_its_own_key_phrases(draft, meaning, key):
    draft = editing.reword(draft, GROUND, "asking", "Asking twice", meaning, phrases=["twice"])
    assert data(draft, key)["emphasis"] == {"en": ["twice"]}


def test_key_phrases_that_overlap_are_refused(draft):
    for phrases in (["Taking notes", "notes"], ["notes", "notes"]):
        with pytest.raises(CannotEdit, match="Some key phrases overlap"):
            editing.reword(draft, GROUND, "notes", "Taking notes", phrases=phrases)


def test_a_phrase_that_stands_twice_may_be_listed_twice(draft):
    draft = editing.reword(draft, GROUND, "notes", "Notes and notes and notes", phrases=["notes", "notes"])
    assert data(draft, "notes")["emphasis"] == {"en": ["notes", "notes"]}


def test_the_wording_in_force_brings_its_key_phrases_back(draft):
    reworded = editing.reword(draft, GROUND, "asking", "Asking twice", SAME, phrases=["Asking"])
    assert editing.reword(reworded, GROUND, "asking", "Asking and asking again", SAME, phrases=["Asking"]) == draft
    chosen = editing.reword(reworded, GROUND, "asking", "Asking and asking again", SAME, phrases=["again"])
    assert data(chosen, "asking")["emphasis"] == {"en": ["again"]}


def test_saving_the_same_words_and_phrases_is_refused(draft):
    with pytest.raises(CannotEdit, match="nothing to save"):
        editing.reword(draft, GROUND, "asking", "Asking and asking again", SAME, phrases=["Asking", "again"])


def test_only_statements_have_key_phrases(draft):
    with pytest.raises(CannotEdit, match="Only statements have key phrases"):
        editing.reword(draft, GROUND, "listen", "Listening", SAME, phrases=["Listening"])


def test_a_translation_has_key_phrases_of_its_own(draft):
    draft = editing.translate(draft, GROUND, "asking", {"fr": "Demander encore"}, {"fr": ["encore"]})
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking", "again"], "fr": ["encore"]}
    with pytest.raises(CannotEdit, match="French: The key phrase “encore” does not stand in the text"):
        editing.translate(draft, GROUND, "asking", {"fr": "Demander"}, {"fr": ["encore"]})
    with pytest.raises(CannotEdit, match="French: The key phrase “encore” does not stand in the text"):
        editing.translate(draft, GROUND, "asking", {"fr": ""}, {"fr": ["encore"]})
    removed = editing.translate(draft, GROUND, "asking", {"fr": ""}, {"fr": []})
    assert data(removed, "asking")["emphasis"] == {"en": ["Asking", "again"]}


def test_references_are_set_and_removed_on_any_element(draft):
    address = "http://data.europa.eu/esco/skill/1"
    for key in ("listen", "asking", "can-ask"):
        referred = editing.refer(draft, GROUND, key, esco=f" {address} ", eqf=5)
        assert (data(referred, key)["esco"], data(referred, key)["eqf"]) == (address, 5)
        assert details(referred, key) == ("esco", "eqf")
        assert differences(referred) == {}
        assert editing.refer(referred, GROUND, key) == draft
    with pytest.raises(CannotEdit, match="`esco` is `skill`: write the whole address"):
        editing.refer(draft, GROUND, "asking", esco="skill")
    with pytest.raises(CannotEdit, match="from 1 to 8"):
        editing.refer(draft, GROUND, "asking", eqf=9)
