"""Wording, translations and key phrases of a draft change, and keep in step with one another."""

import pytest

from frameworks.editor.document import placing
from frameworks.editor.document.wording import LESS, OTHER, SAME, reword, translate
from frameworks.editor.document.working_copy import CannotEdit, compared
from tests.frameworks.editor.edited import BASELINE, OLD, data, differences, ids, part


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


# --- Wording ------------------------------------------------------------------------------------


def test_a_wording_that_means_the_same_is_declared_and_keeps_its_translations(draft):
    draft = reword(draft, BASELINE, "silence", "Being silent", SAME)
    assert differences(draft)["silence"] == ("reworded", ["silence"], "carried")
    assert data(draft, "silence")["text"] == {"en": "Being silent", "fr": "Se taire"}


def test_a_wording_that_lost_a_part_is_narrowed(draft):
    draft = reword(draft, BASELINE, "nodding", "Nodding", LESS)
    assert differences(draft) == {"nodding": ("narrowed", ["nodding"], "suggested")}


def test_a_wording_of_another_meaning_takes_the_place_of_the_old_under_a_new_id(draft):
    draft = reword(draft, BASELINE, "notes", "Recording talks", OTHER)
    assert differences(draft) == {"recording-talks": ("successor", ["notes"], "suggested")}
    assert ids(draft)[3] == "recording-talks"
    assert part(draft, "recording-talks").code == "A-S4"
    assert data(draft, "can-ask")["serves"] == ["asking", "recording-talks"]


def test_a_competence_can_be_put_in_the_place_of_another_with_all_that_is_in_it(draft):
    draft = reword(draft, BASELINE, "listen", "Hearing", OTHER)
    assert differences(draft) == {"hearing": ("successor", ["listen"], "suggested")}


def test_the_last_word_on_a_meaning_counts(draft):
    draft = reword(draft, BASELINE, "nodding", "Nodding", SAME)
    draft = reword(draft, BASELINE, "nodding", "Nodding", LESS)
    assert differences(draft)["nodding"][0] == "narrowed"
    draft = reword(draft, BASELINE, "nodding", "Nodding", SAME)
    assert differences(draft)["nodding"][0] == "reworded"


@pytest.mark.parametrize("meaning", [SAME, LESS, OTHER])
@pytest.mark.parametrize("key", ["silence", "asking", "nodding", "can-listen", "listen"])
def test_the_old_wording_takes_the_declaration_back(draft, key, meaning):
    old = next(iter(part(draft, key).text.values()))
    changed = reword(draft, BASELINE, key, "Something else", meaning)
    now = key if meaning != OTHER else "something-else"
    assert reword(changed, BASELINE, now, old, SAME) == draft


def test_saving_what_is_there_already_is_refused(draft):
    for meaning in (SAME, LESS, OTHER):
        with pytest.raises(CannotEdit, match="nothing to save"):
            reword(draft, BASELINE, "notes", "Taking notes ", meaning)


def test_what_is_new_in_the_draft_is_worded_freely(draft):
    draft = placing.add_statement(draft, BASELINE, "listen", "skill", "Mirroring")
    draft = reword(draft, BASELINE, "mirroring", "Mirroring what was said", SAME)
    assert differences(draft) == {"mirroring": ("added", [], "none")}


def test_emphasis_stays_on_the_phrases_that_stay(draft):
    draft = reword(draft, BASELINE, "asking", "Asking twice", SAME)
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking"]}


def test_a_reworded_first_of_repeated_texts_leaves_the_others_repeating_each_other(draft):
    draft = reword(draft, BASELINE, "silence", "Being silent", SAME)
    assert "same_as" not in data(draft, "silence-there")
    assert data(draft, "silence-again")["same_as"] == "silence-there"


def test_translations_are_set_and_removed_and_need_no_word(draft):
    draft = translate(draft, BASELINE, "silence", {"fr": "Garder le silence", "en": "ignored"})
    assert differences(draft) == {"silence": ("translated", ["silence"], "carried")}
    draft = translate(draft, BASELINE, "silence", {"fr": " "})
    assert data(draft, "silence")["text"] == {"en": "Keeping silent"}
    with pytest.raises(CannotEdit, match="`hr` is not among the `languages`"):
        translate(draft, BASELINE, "silence", {"hr": "Šutjeti"})


# --- Key phrases --------------------------------------------------------------------------------


def details(document, key):
    """What differs of an element beside its wording and place."""
    return next(entry.details for entry in compared(document, BASELINE).entries if entry.id == key)


def test_key_phrases_are_set_without_a_word_on_the_meaning(draft):
    for meaning in (SAME, LESS, OTHER):
        emphasised = reword(draft, BASELINE, "notes", "Taking notes", meaning, phrases=["notes"])
        assert data(emphasised, "notes")["emphasis"] == {"en": ["notes"]}
        assert differences(emphasised) == {}
        assert details(emphasised, "notes") == ("emphasis",)


def test_key_phrases_are_put_in_the_order_of_the_text(draft):
    draft = reword(draft, BASELINE, "asking", "Asking and asking again", phrases=[" again ", "", "and", "Asking"])
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking", "and", "again"]}


def test_key_phrases_are_taken_away(draft):
    draft = reword(draft, BASELINE, "asking", "Asking and asking again", phrases=[])
    assert "emphasis" not in data(draft, "asking")


@pytest.mark.parametrize("meaning", [SAME, LESS, OTHER])
def test_a_new_wording_must_hold_its_key_phrases(draft, meaning):
    with pytest.raises(CannotEdit, match="The key phrase “again” does not stand in the text: copy it") as refused:
        reword(draft, BASELINE, "asking", "Asking twice", meaning, phrases=["Asking", "again"])
    assert len(refused.value.messages) == 1


@pytest.mark.parametrize(
    ("meaning", "key"), [(SAME, "asking"), (LESS, "asking"), (OTHER, "asking-twice")], ids=["same", "less", "other"]
)
def test_a_new_wording_comes_with_its_own_key_phrases(draft, meaning, key):
    draft = reword(draft, BASELINE, "asking", "Asking twice", meaning, phrases=["twice"])
    assert data(draft, key)["emphasis"] == {"en": ["twice"]}


def test_key_phrases_that_overlap_are_refused(draft):
    for phrases in (["Taking notes", "notes"], ["notes", "notes"]):
        with pytest.raises(CannotEdit, match="Some key phrases overlap"):
            reword(draft, BASELINE, "notes", "Taking notes", phrases=phrases)


def test_a_phrase_that_stands_twice_may_be_listed_twice(draft):
    draft = reword(draft, BASELINE, "notes", "Notes and notes and notes", phrases=["notes", "notes"])
    assert data(draft, "notes")["emphasis"] == {"en": ["notes", "notes"]}


def test_the_wording_in_force_brings_its_key_phrases_back(draft):
    reworded = reword(draft, BASELINE, "asking", "Asking twice", SAME, phrases=["Asking"])
    assert reword(reworded, BASELINE, "asking", "Asking and asking again", SAME, phrases=["Asking"]) == draft
    chosen = reword(reworded, BASELINE, "asking", "Asking and asking again", SAME, phrases=["again"])
    assert data(chosen, "asking")["emphasis"] == {"en": ["again"]}


def test_saving_the_same_words_and_phrases_is_refused(draft):
    with pytest.raises(CannotEdit, match="nothing to save"):
        reword(draft, BASELINE, "asking", "Asking and asking again", SAME, phrases=["Asking", "again"])


def test_only_statements_have_key_phrases(draft):
    with pytest.raises(CannotEdit, match="Only statements have key phrases"):
        reword(draft, BASELINE, "listen", "Listening", SAME, phrases=["Listening"])


def test_a_translation_has_key_phrases_of_its_own(draft):
    draft = translate(draft, BASELINE, "asking", {"fr": "Demander encore"}, {"fr": ["encore"]})
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking", "again"], "fr": ["encore"]}
    with pytest.raises(CannotEdit, match="French: The key phrase “encore” does not stand in the text"):
        translate(draft, BASELINE, "asking", {"fr": "Demander"}, {"fr": ["encore"]})
    with pytest.raises(CannotEdit, match="French: The key phrase “encore” does not stand in the text"):
        translate(draft, BASELINE, "asking", {"fr": ""}, {"fr": ["encore"]})
    removed = translate(draft, BASELINE, "asking", {"fr": ""}, {"fr": []})
    assert data(removed, "asking")["emphasis"] == {"en": ["Asking", "again"]}


def test_references_are_set_and_removed_on_any_element(draft):
    address = "http://data.europa.eu/esco/skill/1"
    for key in ("listen", "asking", "can-ask"):
        referred = placing.refer(draft, BASELINE, key, esco=f" {address} ", eqf=5)
        assert (data(referred, key)["esco"], data(referred, key)["eqf"]) == (address, 5)
        assert details(referred, key) == ("esco", "eqf")
        assert differences(referred) == {}
        assert placing.refer(referred, BASELINE, key) == draft
    with pytest.raises(CannotEdit, match="`esco` is `skill`: write the whole address"):
        placing.refer(draft, BASELINE, "asking", esco="skill")
    with pytest.raises(CannotEdit, match="from 1 to 8"):
        placing.refer(draft, BASELINE, "asking", eqf=9)
