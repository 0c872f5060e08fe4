"""What is changed in a draft can be taken back, change by change."""

import pytest

from frameworks.editor.document import placing
from frameworks.editor.document.reshaping import merge, retire, split
from frameworks.editor.document.reverting import take_back
from frameworks.editor.document.wording import LESS, OTHER, SAME, reword, translate
from frameworks.editor.document.working_copy import CannotEdit
from tests.frameworks.editor.edited import BASELINE, OLD, differences, part


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


CHANGES = {
    "reworded": lambda d: reword(d, BASELINE, "silence", "Being silent", SAME),
    "narrowed": lambda d: reword(d, BASELINE, "asking", "Asking", LESS),
    "successor": lambda d: reword(d, BASELINE, "notes", "Recording", OTHER),
    "split": lambda d: split(d, BASELINE, "asking", ["One", "Two", "Three"]),
    "merged": lambda d: merge(d, BASELINE, ["asking", "clearly"], "One"),
    "widened": lambda d: merge(d, BASELINE, ["asking", "clearly"], "One", into="asking"),
    "retired": lambda d: retire(d, BASELINE, "notes"),
    "retired competence": lambda d: retire(d, BASELINE, "speak"),
    "successor of a competence": lambda d: reword(d, BASELINE, "listen", "Hearing", OTHER),
    "added": lambda d: placing.add_statement(d, BASELINE, "listen", "skill", "New"),
    "added competence": lambda d: placing.add_competence(d, BASELINE, "New"),
    "translated": lambda d: translate(d, BASELINE, "silence", {"fr": "Silence"}),
    "split and merged": lambda d: merge(
        split(d, BASELINE, "asking", ["One", "Two"]), BASELINE, ["one", "clearly"], "Three"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_taken_back_as_a_whole(draft, change):
    changed = CHANGES[change](draft)
    keys = ["speak"] if change == "retired competence" else list(differences(changed))
    assert keys
    for key in keys:
        taken_back = take_back(changed, BASELINE, key)
        assert differences(taken_back) == {}
        assert taken_back == draft


def test_a_statement_does_not_come_back_into_a_competence_that_is_gone(draft):
    draft = retire(draft, BASELINE, "speak")
    with pytest.raises(CannotEdit, match="The competence it stood in is retired"):
        take_back(draft, BASELINE, "clearly")


def test_a_code_that_was_given_away_is_not_taken_back(draft):
    draft = retire(draft, BASELINE, "notes")
    draft = placing.recode(draft, BASELINE, "nodding", "A-S4")
    draft = take_back(draft, BASELINE, "notes")
    assert part(draft, "notes").code == "A-S5"


def test_an_added_competence_in_use_is_not_simply_taken_back(draft):
    draft = placing.add_competence(draft, BASELINE, "New")
    draft = placing.move_to(draft, BASELINE, "notes", "new")
    with pytest.raises(CannotEdit, match="Something stands in this competence"):
        take_back(draft, BASELINE, "new")


def test_there_is_nothing_to_take_back_of_what_is_not_there(draft):
    with pytest.raises(CannotEdit, match="nothing to take back"):
        take_back(draft, BASELINE, "gone")
