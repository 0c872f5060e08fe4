"""Statements of a draft are split, merged and retired."""

import pytest

from frameworks.editor.document import placing
from frameworks.editor.document.reshaping import merge, retire, split
from frameworks.editor.document.working_copy import CannotEdit
from tests.frameworks.editor.edited import BASELINE, OLD, codes, data, differences, ids, part


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


def test_a_split_statement_is_continued_by_each_part(draft):
    draft = split(draft, BASELINE, "asking", ["Asking", "Asking again", ""])
    assert differences(draft) == {
        "asking-2": ("split", ["asking"], "suggested"),
        "asking-again": ("split", ["asking"], "suggested"),
    }
    assert ids(draft) == ["silence", "asking-2", "asking-again", "nodding", "notes"]
    assert codes(draft) == ["A-S1", "A-S2", "A-S5", "A-S3", "A-S4"]
    assert data(draft, "can-ask")["serves"] == ["asking-2", "asking-again", "notes"]


def test_a_part_can_be_split_again(draft):
    draft = split(draft, BASELINE, "nodding", ["Nodding", "Smiling"])
    draft = split(draft, BASELINE, "smiling-2", ["Smiling a little", "Smiling broadly"])
    assert {entry[1][0] for entry in differences(draft).values()} == {"nodding"}
    assert {entry[0] for entry in differences(draft).values()} == {"split"}


def test_a_merge_gives_a_new_statement_that_continues_both(draft):
    draft = merge(draft, BASELINE, ["nodding", "clearly"], "Nodding and speaking")
    assert differences(draft) == {"nodding-and-speaking": ("merged", ["nodding", "clearly"], "suggested")}
    assert ids(draft) == ["silence", "asking", "nodding-and-speaking", "notes"]
    assert part(draft, "nodding-and-speaking").code == "A-S3"
    draft = merge(draft, BASELINE, ["notes", "silence-there"], "Noting in silence")
    assert data(draft, "can-ask")["serves"] == ["asking", "noting-in-silence"]


def test_a_statement_can_take_another_one_in(draft):
    draft = merge(draft, BASELINE, ["notes", "nodding"], "Taking notes and nodding", into="notes")
    assert differences(draft) == {"notes": ("widened", ["notes", "nodding"], "suggested")}


def test_what_was_widened_may_be_split_and_merged_again(draft):
    draft = merge(draft, BASELINE, ["notes", "nodding"], "Notes and nodding", into="notes")
    draft = merge(draft, BASELINE, ["notes", "clearly"], "All three")
    assert differences(draft) == {"all-three": ("merged", ["notes", "nodding", "clearly"], "suggested")}


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (["notes"], "choose another statement"),
        (["notes", "notes"], "choose another statement"),
        (["notes", "listen"], "Only statements can be"),
        (["notes", "can-ask"], "Only statements can be"),
        (["notes", "new"], "Only statements that were published"),
        (["notes", "nodding", "new"], "Only statements that were published"),
        (["notes", "gone"], "not in the draft any more"),
    ],
)
def test_what_cannot_be_merged_is_said(draft, keys, reason):
    draft = placing.add_statement(draft, BASELINE, "listen", "skill", "New")
    with pytest.raises(CannotEdit, match=reason):
        merge(draft, BASELINE, keys, "Merged")


def test_a_retired_statement_is_listed_with_its_note(draft):
    draft = retire(draft, BASELINE, "notes", " Nobody does. ")
    assert differences(draft) == {"notes": ("retired", ["notes"], "archived")}
    assert draft["retired"] == [{"id": "notes", "note": {"en": "Nobody does."}}]
    assert data(draft, "can-ask")["serves"] == ["asking"]


def test_a_retired_part_retires_what_it_continued_only_with_the_last_part(draft):
    draft = split(draft, BASELINE, "nodding", ["Nodding", "Grinning"])
    draft = retire(draft, BASELINE, "grinning")
    assert differences(draft) == {"nodding-2": ("successor", ["nodding"], "suggested")}
    draft = retire(draft, BASELINE, "nodding-2")
    assert differences(draft) == {"nodding": ("retired", ["nodding"], "archived")}


def test_a_retired_competence_takes_along_what_is_in_it(draft):
    draft = retire(draft, BASELINE, "speak")
    assert [entry["id"] for entry in draft["retired"]] == ["clearly", "silence-there", "silence-again", "speak"]
    with pytest.raises(CannotEdit, match="A framework needs a competence"):
        retire(draft, BASELINE, "listen")


def test_no_outcome_is_left_with_nothing_to_serve(draft):
    with pytest.raises(CannotEdit, match="A-LO1 would serve no statement any more"):
        retire(draft, BASELINE, "silence")
