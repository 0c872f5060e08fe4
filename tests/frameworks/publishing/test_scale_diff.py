"""The preview says of every level in force what it turns into, or which of its words differ."""

import pytest

from frameworks.editor.document import levels as scale_editing
from frameworks.editor.document import placing
from frameworks.editor.document.working_copy import compared
from frameworks.publishing.preview import preview
from tests.frameworks.editor.edited import BASELINE, OLD

WORDS = {"skill": "I sometimes do", "knowledge": "I know some"}


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


def change_of_scale(document):
    """The one Change of the scale in the preview, and its diffs as lists of (mark, text)."""
    (section,) = preview(document, compared(document, BASELINE)).sections
    assert (section.code, section.title) == ("", "The levels")
    (change,) = section.changes
    return change, [[(piece.mark, piece.text) for piece in diff.pieces] for diff in change.diffs]


def test_every_old_level_stands_beside_what_it_turns_into(draft):
    draft = scale_editing.add_level(draft, BASELINE, "Middle", WORDS, above="low")
    draft = scale_editing.turn_into(draft, BASELINE, {"low": "low", "high": "high"})
    change, diffs = change_of_scale(draft)
    assert change.label == "Rescaled"
    assert (change.ratings, change.tag_class) == ("Ratings: turned into the levels shown.", "due")
    assert "kept beside it" in change.consequence
    assert diffs == [
        [("", "Low (0)")],
        [("del", "High (1)"), ("ins", "High (2)")],
        [("ins", "Middle (1)")],
    ]


def test_the_words_of_a_level_that_differ_are_marked(draft):
    draft = scale_editing.reword_level(draft, BASELINE, "low", "Low", {"skill": "I do not yet", "knowledge": "No"})
    change, diffs = change_of_scale(draft)
    assert (change.label, change.ratings) == ("Reworded", "Ratings: carried.")
    assert change.consequence == "The levels mean the same in other words."
    assert diffs == [[("del", "I do not know"), ("ins", "No")], [("", "I do not"), ("ins", "yet")]]


def test_a_translation_of_a_level_stands_in_its_language(draft):
    draft = scale_editing.translate_level(draft, BASELINE, "low", "fr", "Bas", {})
    change, diffs = change_of_scale(draft)
    assert (change.label, change.consequence) == ("Translated", "The wording in the source language stays.")
    assert diffs == [[("ins", "Bas")]]
    assert change.diffs[0].language == "fr"
