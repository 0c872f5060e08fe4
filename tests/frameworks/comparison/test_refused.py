"""A new revision is refused when it leaves a question open, with what to write."""

import pytest

from frameworks.comparison.rules import compare
from frameworks.files.reading import read_framework
from tests.frameworks.comparison.compared import NEXT, OLD, compared, line_of, refusals, revised


def test_an_id_that_vanished_is_refused_with_what_to_write():
    text = revised(("      - {id: asking, code: A-S2, text: Asking}\n", ""))

    assert refusals(text) == [
        (
            f"new.yaml:{line_of('id: listen', text)}: `asking` (A-S2, “Asking”) is gone: "
            "name it in `replaces` of its successor, or list it under `retired`"
        )
    ]


def test_a_competence_that_vanished_takes_every_statement_along():
    text = NEXT[: NEXT.index("  - id: speak")]

    assert [message.split(" is gone")[0] for message in refusals(text)] == [
        f"new.yaml:{line_of('competences:', text)}: `speak` (B, “Speaking”)",
        f"new.yaml:{line_of('competences:', text)}: `clearly` (B-S1, “Speaking clearly”)",
    ]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("text: Asking}", "text: Asking questions}", "asking"),
        ("title: Speaking", "title: Talking", "speak"),
        ("text: Listen for ten minutes", "text: Listen", "can-listen"),
    ],
)
def test_a_text_changed_without_a_word_is_refused(old, new, key):
    text = revised((old, new))
    [message] = refusals(text)

    assert message.startswith(f"new.yaml:{line_of(f'id: {key}', text)}: the text of `{key}` was “")
    assert "write `reworded: true` if it means the same" in message
    assert f"`replaces: [{key}]`" in message


def test_an_id_that_was_retired_before_is_refused():
    text = revised(("text: Asking}", "text: Asking}\n      - {id: echo, code: A-S7, text: Repeating}"))

    [message] = refusals(text, retired_before={"echo"})
    assert message.startswith(f"new.yaml:{line_of('id: echo', text)}: `echo` was an id of an earlier revision")


def test_what_an_earlier_revision_retired_may_stay_listed():
    assert refusals(NEXT + "retired: [{id: echo}]\n", retired_before={"echo"}) == []


def test_retiring_what_never_was_is_refused():
    text = NEXT + "retired: [{id: askin}]\n"

    assert refusals(text) == [
        (
            f"new.yaml:{line_of('retired:', text)}: `askin` is retired here, but the revision before does not have it: "
            "did you mean `asking`?"
        )
    ]


def test_what_is_replaced_is_not_retired_as_well():
    text = revised(
        ("id: asking, code: A-S2, text: Asking", "id: questions, code: A-S2, text: Asking, replaces: [asking]")
    )

    [message] = refusals(text + "retired: [{id: asking}]\n")
    assert "`asking` is retired here and replaced by `questions`: keep one of the two" in message


def test_replacing_what_never_was_is_refused():
    text = revised(("text: Asking}", "text: Asking, replaces: [noddin]}"))

    assert refusals(text) == [
        (
            f"new.yaml:{line_of('id: asking', text)}: `replaces` of `asking` names `noddin`, "
            "which the revision before does not have: did you mean `nodding`?"
        )
    ]


def test_in_a_first_revision_nothing_can_be_replaced():
    reading = read_framework(OLD.replace("text: Asking}", "text: Asking, replaces: [x]}").encode(), "new.yaml")

    [fault] = compare(None, reading.document, lines=reading.lines).faults
    assert "names `x`, which the revision before does not have" in fault.message


def test_a_statement_does_not_replace_a_competence():
    text = revised(("text: Asking}", "text: Asking, replaces: [speak]}"))

    assert any("names `speak`, which is not of its kind" in message for message in refusals(text))


def test_a_statement_that_replaces_only_itself_is_refused():
    text = revised(("text: Asking}", "text: Asking, replaces: [asking]}"))

    [message] = refusals(text)
    assert "`asking` replaces only itself" in message


def test_narrowed_without_a_loss_is_refused():
    text = revised(("text: Asking}", "text: Asking, narrowed: true}"))

    [message] = refusals(text)
    assert "`asking` is `narrowed`, but its text is as before" in message


def test_an_id_keeps_its_kind_and_its_uuid():
    asking = "      - {id: asking, code: A-S2, text: Asking}\n"
    text = revised(
        (asking, ""),
        ("    skills:\n      - {id: silence,", f"{asking}    skills:\n      - {{id: silence,"),
        ("id: ears,", "id: ears, uuid: 5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a11,"),
    )

    messages = refusals(text)
    assert any("`asking` was of another kind: give it a new id" in message for message in messages)
    assert any("the `uuid` of `ears` is permanent" in message for message in messages)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (', replaces: "1"', "", 'the current revision is 1: write `replaces: "1"`'),
        ('replaces: "1"', 'replaces: "0"', 'the current revision is 1: write `replaces: "1"`'),
        ('version: "2"', 'version: "0"', "version 0 is published already, with other content"),
        ('"2", date: 2027-05-04, replaces: "1"', '"1", date: 2027-05-04', "version 1 is published already"),
        ("id: guidance", "id: other", "this is the framework `other`, not `guidance`"),
        ("id: guidance,", "id: guidance, uuid: 5b5d7c1e-3f0e-4a53-9a4e-2f1d0d5f8a11,", "the `uuid` of a framework"),
    ],
)
def test_a_revision_that_does_not_follow_the_current_one_is_refused(old, new, reason):
    [message] = refusals(revised((old, new)), published_versions={"0", "1"})

    assert reason in message
    assert message.startswith(("new.yaml:3:", "new.yaml:4:"))


def test_a_first_revision_that_names_one_before_is_refused():
    reading = read_framework(NEXT.encode(), "new.yaml")

    [fault] = compare(None, reading.document, lines=reading.lines, name="new.yaml").faults
    assert str(fault) == ("new.yaml:4: no revision is published yet, so this one cannot replace 1: remove `replaces`")


def test_levels_do_not_change_under_the_same_scale():
    text = revised(("{id: low, value: 0,", "{id: lowest, value: 0,"))

    [message] = refusals(text)
    assert "the levels of the scale `two-steps` changed: give the scale a new id" in message


def test_a_descriptor_does_not_change_without_a_word():
    text = revised(("skill: I do,", "skill: I can,"))

    [message] = refusals(text)
    assert message.startswith(f"new.yaml:{line_of('id: high', text)}: a text of the level `high` changed")


def test_a_new_scale_says_what_it_replaces():
    [message] = refusals(revised(("id: two-steps", "id: other-steps")))
    assert "the scale was `two-steps`: write `replaces: {id: two-steps, map: …}`" in message

    [message] = refusals(revised(("id: two-steps", "id: other-steps\n  replaces: {id: old-steps, map: {low: low}}")))
    assert "the scale was `two-steps`" in message


def test_every_level_of_the_old_scale_is_mapped_and_no_other():
    text = revised(("id: two-steps", "id: other-steps\n  replaces: {id: two-steps, map: {low: low, hihg: high}}"))

    assert [message.split(": ", 1)[1] for message in refusals(text)] == [
        "the level `high` of the scale `two-steps` is not in the `map`: say which level it turns into",
        "the `map` names `hihg`, which is no level of the scale `two-steps`: did you mean `high`?",
    ]


def test_a_scale_that_was_replaced_does_not_come_back():
    text = revised(("id: two-steps", "id: first\n  replaces: {id: two-steps, map: {low: low, high: high}}"))

    [message] = refusals(text, retired_before={"first"})
    assert "`first` was an id of an earlier revision" in message


def test_all_faults_are_told_by_line():
    text = revised(
        ("      - {id: notes, code: A-S4, text: Taking notes}\n", ""),
        ("text: Asking}", "text: Ask}"),
        ("text: Speaking clearly", "text: Speaking"),
        (', replaces: "1"', ""),
    )
    comparison = compared(text)

    assert [fault.line for fault in comparison.faults] == sorted(fault.line for fault in comparison.faults)
    assert len(comparison.faults) == 4
