"""The levels of a draft change by what their author says; the map of old levels is complete at any time."""

import copy

import pytest

from frameworks.editor.document import levels as scale_editing
from frameworks.editor.document import placing
from frameworks.editor.document.levels import turned_into
from frameworks.editor.document.wording import translate
from frameworks.editor.document.working_copy import Baseline, CannotEdit, compared
from tests.frameworks.editor.edited import BASELINE, OLD, data

WORDS = {"skill": "I sometimes do", "knowledge": "I know some"}


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


@pytest.fixture
def three(draft):
    """The draft with a level between the two in force."""
    return scale_editing.add_level(draft, BASELINE, "Middle", WORDS, above="low")


def levels(document):
    return [(level["id"], level["value"]) for level in document["scale"]["levels"]]


def level(document, key):
    return scale_editing.find_level(document, key)


def turned(document, baseline=BASELINE):
    return {old["id"]: new["id"] for old, new in turned_into(document, baseline)}


def change(document, baseline=BASELINE):
    """The kinds of change of the scale, blank where it is as in force."""
    comparison = compared(document, baseline)
    assert comparison.faults == ()
    return next((entry.change for entry in comparison.entries if entry.kind == "scale"), "")


# --- Words ---------------------------------------------------------------------------------------


def test_other_words_for_a_level_are_declared_and_keep_their_ratings(draft):
    draft = scale_editing.reword_level(draft, BASELINE, "low", "Not yet", {"skill": "I do not", "knowledge": "No"})
    assert (change(draft), turned(draft)) == ("reworded", {})
    assert level(draft, "low")["label"] == {"en": "Not yet"}
    assert level(draft, "low")["descriptors"]["knowledge"] == {"en": "No"}


def test_the_words_in_force_written_again_take_the_declaration_back(draft):
    same = {"skill": "I do not", "knowledge": "I do not know"}
    changed = scale_editing.reword_level(draft, BASELINE, "low", "Not yet", same)
    assert scale_editing.reword_level(changed, BASELINE, "low", "Low", same) == draft
    assert scale_editing.take_back_level(changed, BASELINE, "low") == draft
    with pytest.raises(CannotEdit, match="nothing to save"):
        scale_editing.reword_level(draft, BASELINE, "low", "Low", same)


def test_a_kind_that_is_not_there_yet_may_be_described_and_then_added(draft):
    for key, texts in (("low", {"skill": "a", "knowledge": "b"}), ("high", {"skill": "c", "knowledge": "d"})):
        draft = scale_editing.reword_level(draft, BASELINE, key, key, texts | {"predisposition": "I am"})
    assert "predisposition" in placing.kinds_in_scale(draft)
    added = placing.add_statement(draft, BASELINE, "listen", "predisposition", "Patience")
    with pytest.raises(CannotEdit, match="Describe the level for every kind"):
        scale_editing.reword_level(
            added, BASELINE, "low", "Low", {"skill": "a", "knowledge": "b", "predisposition": " "}
        )
    draft = scale_editing.reword_level(
        draft, BASELINE, "low", "Low", {"skill": "a", "knowledge": "b", "predisposition": ""}
    )
    assert "predisposition" not in level(draft, "low")["descriptors"]


def test_a_level_is_translated_without_a_word_on_its_meaning(draft):
    draft = scale_editing.translate_level(draft, BASELINE, "low", "fr", "Bas", {"skill": "Je ne fais pas"})
    assert change(draft) == "translated"
    assert level(draft, "low")["label"] == {"en": "Low", "fr": "Bas"}
    with pytest.raises(CannotEdit, match="in the source language first"):
        scale_editing.translate_level(draft, BASELINE, "low", "fr", "Bas", {"predisposition": "Je suis"})
    draft = scale_editing.translate_level(draft, BASELINE, "low", "fr", "", {"skill": ""})
    assert change(draft) == ""


def test_a_language_of_which_a_level_has_texts_is_not_removed(draft):
    draft = translate(draft, BASELINE, "silence", {"fr": ""})
    for key in ("silence-there", "silence-again"):
        draft = translate(draft, BASELINE, key, {"fr": ""})
    translated = scale_editing.translate_level(draft, BASELINE, "low", "fr", "Bas", {})
    said = {"version": "2", "date": "2027-01-01", "notes": {"en": "Why", "fr": "Pourquoi"}, "languages": []}
    with pytest.raises(CannotEdit, match="There are texts in French, at the level “Low”"):
        placing.describe(translated, BASELINE, **said)
    draft = placing.describe(draft, BASELINE, **said)
    assert draft["framework"]["languages"] == ["en"]
    assert draft["revision"]["notes"] == {"en": "Why"}


def test_a_level_refers_to_esco_and_eqf(draft):
    draft = scale_editing.refer_level(draft, BASELINE, "high", esco="http://data.europa.eu/esco/skill/1", eqf=5)
    assert level(draft, "high")["eqf"] == 5
    assert change(draft) == ""


# --- Levels that come, go and change places ------------------------------------------------------


def test_an_added_level_makes_another_scale_in_which_every_old_level_stays(three):
    assert levels(three) == [("low", 0), ("middle", 1), ("high", 2)]
    assert three["scale"]["replaces"] == {"id": "two-steps", "map": {"low": "low", "high": "high"}}
    assert three["scale"]["id"] == "guidance-scale-2"
    assert change(three) == "rescaled"


def test_the_id_of_a_scale_that_was_is_never_used_again(draft):
    baseline = Baseline(OLD, BASELINE.retired_before | {"guidance-scale-2"}, BASELINE.published_versions)
    assert scale_editing.add_level(draft, baseline, "Middle", WORDS)["scale"]["id"] == "guidance-scale-3"


def test_a_level_comes_below_all_others_or_on_top(draft):
    assert levels(scale_editing.add_level(draft, BASELINE, "Nil", WORDS)) == [("nil", 0), ("low", 1), ("high", 2)]
    added = scale_editing.add_level(draft, BASELINE, "High", WORDS, above="high")
    assert levels(added) == [("low", 0), ("high", 1), ("high-2", 2)]


def test_a_removed_level_turns_into_another_one_with_what_led_to_it(three):
    draft = scale_editing.remove_level(three, BASELINE, "high", "middle")
    assert levels(draft) == [("low", 0), ("middle", 1)]
    assert turned(draft) == {"low": "low", "high": "middle"}
    assert data(draft, "can-ask")["level"] == "middle"
    with pytest.raises(CannotEdit, match="two levels at least"):
        scale_editing.remove_level(draft, BASELINE, "middle", "low")
    for instead in ("high", "gone", ""):
        with pytest.raises(CannotEdit, match="Choose the level that takes its place"):
            scale_editing.remove_level(three, BASELINE, "high", instead)


def test_what_turned_into_a_removed_level_goes_on_into_the_next(three):
    draft = scale_editing.turn_into(three, BASELINE, {"low": "middle", "high": "middle"})
    draft = scale_editing.remove_level(draft, BASELINE, "middle", "high")
    assert turned(draft) == {"low": "high", "high": "high"}


def test_levels_that_are_as_in_force_again_are_that_scale_again(draft, three):
    assert scale_editing.remove_level(three, BASELINE, "middle", "low") == draft
    moved = scale_editing.move_level(draft, BASELINE, "low", 1)
    assert scale_editing.move_level(moved, BASELINE, "low", -1) == draft
    reworded = scale_editing.reword_level(three, BASELINE, "low", "Lowest", {"skill": "x", "knowledge": "y"})
    assert "reworded" not in level(reworded, "low")
    assert change(scale_editing.remove_level(reworded, BASELINE, "middle", "low")) == "reworded"


def test_a_level_changes_places_and_the_numbers_stay_where_they_are(draft):
    moved = scale_editing.move_level(draft, BASELINE, "low", 1)
    assert levels(moved) == [("high", 0), ("low", 1)]
    assert turned(moved) == {"low": "low", "high": "high"}
    assert scale_editing.move_level(draft, BASELINE, "low", -1) == draft
    assert scale_editing.move_level(draft, BASELINE, "high", 1) == draft


def test_a_level_gets_a_number_between_its_neighbours(three):
    draft = scale_editing.renumber_level(three, BASELINE, "high", 10)
    assert levels(draft) == [("low", 0), ("middle", 1), ("high", 10)]
    draft = scale_editing.renumber_level(draft, BASELINE, "middle", 4)
    with pytest.raises(CannotEdit, match="from 1 to 9"):
        scale_editing.renumber_level(draft, BASELINE, "middle", 10)
    with pytest.raises(CannotEdit, match="There is no other number"):
        scale_editing.renumber_level(three, BASELINE, "middle", 0)
    evenly = scale_editing.add_level(three, BASELINE, "Next", WORDS, above="low")
    assert [value for _key, value in levels(evenly)] == [0, 1, 2, 3]
    by_fives = scale_editing.renumber_level(
        scale_editing.renumber_level(three, BASELINE, "high", 10), BASELINE, "middle", 5
    )
    added = scale_editing.add_level(by_fives, BASELINE, "Next", WORDS, above="low")
    assert [value for _key, value in levels(added)] == [0, 5, 10, 15]
    assert [value for _key, value in levels(scale_editing.remove_level(added, BASELINE, "low", "next"))] == [0, 5, 10]
    # Uneven numbers are kept where they are.
    added = scale_editing.add_level(draft, BASELINE, "Next", WORDS, above="low")
    assert levels(added) == [("low", 0), ("next", 1), ("middle", 4), ("high", 10)]
    assert levels(scale_editing.remove_level(added, BASELINE, "middle", "next")) == [
        ("low", 0),
        ("next", 1),
        ("high", 10),
    ]


def test_ratings_turn_into_the_levels_that_are_named(three):
    draft = scale_editing.turn_into(three, BASELINE, {"low": "low", "high": "middle"})
    assert turned(draft) == {"low": "low", "high": "middle"}
    assert compared(draft, BASELINE).scale_map == {"low": "low", "high": "middle"}
    with pytest.raises(CannotEdit, match="The levels are those in force"):
        scale_editing.turn_into(placing.next_draft(OLD, "2", "2027-01-01", BASELINE), BASELINE, {})


@pytest.mark.parametrize("mapped", [{"low": "low"}, {"low": "low", "high": "gone"}])
def test_no_level_in_force_is_left_out(three, mapped):
    with pytest.raises(CannotEdit, match=r"`high`|`gone`"):
        scale_editing.turn_into(three, BASELINE, mapped)


def test_the_whole_scale_is_taken_back_with_what_outcomes_led_to(draft, three):
    changed = scale_editing.remove_level(three, BASELINE, "high", "middle")
    changed = scale_editing.reword_level(changed, BASELINE, "low", "Lowest", {"skill": "x", "knowledge": "y"})
    assert scale_editing.take_back_scale(changed, BASELINE) == draft
    # What was told to lead elsewhere in this draft leads to the level at its height.
    told = placing.serve(three, BASELINE, "can-ask", level="middle", serves=["asking"])
    taken_back = scale_editing.take_back_scale(told, BASELINE)
    assert data(taken_back, "can-ask")["level"] in {"low", "high"}
    assert change(taken_back) == ""


def test_a_scale_has_ten_levels_at_most(draft):
    for number in range(8):
        draft = scale_editing.add_level(draft, BASELINE, f"Step {number}", WORDS)
    with pytest.raises(CannotEdit, match="ten levels at most"):
        scale_editing.add_level(draft, BASELINE, "One more", WORDS)


def test_a_level_that_is_gone_is_told(draft):
    for act in (
        lambda: scale_editing.reword_level(draft, BASELINE, "gone", "Low", WORDS),
        lambda: scale_editing.move_level(draft, BASELINE, "gone", 1),
        lambda: scale_editing.add_level(draft, BASELINE, "New", WORDS, above="gone"),
    ):
        with pytest.raises(CannotEdit, match="This level is not in the draft any more"):
            act()
    with pytest.raises(CannotEdit, match="the level is not in force"):
        scale_editing.take_back_level(scale_editing.add_level(draft, BASELINE, "New", WORDS), BASELINE, "new")


def test_a_new_level_needs_a_name_and_its_descriptions(draft):
    with pytest.raises(CannotEdit, match="There is no text yet"):
        scale_editing.add_level(draft, BASELINE, " ", WORDS)
    with pytest.raises(CannotEdit, match="Describe the level for every kind"):
        scale_editing.add_level(draft, BASELINE, "New", {"skill": "I do"})


def test_no_operation_touches_the_document_it_is_given(draft):
    before = copy.deepcopy(draft)
    scale_editing.add_level(draft, BASELINE, "Middle", WORDS)
    scale_editing.move_level(draft, BASELINE, "low", 1)
    scale_editing.reword_level(draft, BASELINE, "low", "Lowest", WORDS)
    assert draft == before


def test_a_first_revision_has_nothing_to_turn_from():
    baseline = Baseline()
    document = scale_editing.add_level(OLD, baseline, "Middle", WORDS, above="low")
    document = scale_editing.remove_level(document, baseline, "high", "middle")
    assert levels(document) == [("low", 0), ("middle", 1)]
    assert "replaces" not in document["scale"]
    assert document["scale"]["id"] == "two-steps"
    with pytest.raises(CannotEdit, match="no revision is in force yet"):
        scale_editing.take_back_scale(document, baseline)


def test_the_revision_after_begins_without_the_map(three):
    later = placing.next_draft(three, "3", "2028-01-01", Baseline(three, published_versions=frozenset(("1", "2"))))
    assert "replaces" not in later["scale"]
    assert later["scale"]["levels"] == three["scale"]["levels"]
