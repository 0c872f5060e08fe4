"""A new revision is compared with the current one, element by element, and refused when it leaves a question open."""

import copy
from itertools import combinations, permutations
from pathlib import Path

import pytest

from frameworks.changes import CHANGES, compare
from frameworks.elements import elements
from frameworks.moves import find_moved
from frameworks.reading import read_framework

OLD = (Path(__file__).parent / "changes" / "before.yaml").read_text(encoding="utf-8")
NEXT = OLD.replace('{version: "1", date: 2026-05-04}', '{version: "2", date: 2027-05-04, replaces: "1"}')


def revised(*changes):
    """The text of revision 2, with each (old, new) put in place."""
    text = NEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        text = text.replace(old, new)
    return text


def compared(text, **options):
    old = read_framework(OLD.encode(), "old.yaml")
    new = read_framework(text.encode(), "new.yaml")
    assert old.faults == new.faults == ()
    return compare(old.document, new.document, lines=new.lines, name="new.yaml", **options)


def differences(text, **options):
    """{id: (change, from, ratings)} of all that is not simply unchanged."""
    comparison = compared(text, **options)
    assert comparison.faults == ()
    return {
        entry["id"]: (entry["change"], entry["from"], entry["ratings"])
        for entry in comparison.as_list()
        if entry["change"] != "unchanged"
    }


def refusals(text, **options):
    return [str(fault) for fault in compared(text, **options).faults]


def line_of(part, text):
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


# --- What the table says ----------------------------------------------------------------------------


def test_in_a_first_revision_everything_is_added_and_nothing_rated():
    new = read_framework(OLD.encode(), "new.yaml")
    comparison = compare(None, new.document, lines=new.lines)

    assert comparison.is_first
    assert comparison.faults == ()
    assert comparison.counts() == {"added": 9}
    assert comparison.as_list()[:2] == [
        {"id": "listen", "code": "A", "kind": "competence", "change": "added", "from": [], "ratings": "none"},
        {"id": "ears", "code": "A-K1", "kind": "knowledge", "change": "added", "from": [], "ratings": "none"},
    ]


def test_the_current_revision_again_is_no_change_at_all():
    comparison = compared(OLD)

    assert comparison.is_identical
    assert comparison.faults == ()
    assert comparison.counts() == {"unchanged": 9}
    assert {entry.ratings for entry in comparison.entries} == {"carried"}


def test_a_published_revision_with_declarations_is_identical_to_itself():
    text = revised(
        ("text: Asking}", "text: Asking questions, reworded: true}"),
        ("id: silence, code: A-S1, text: Keeping silent", "id: quiet, code: A-S1, text: Silence, replaces: [silence]"),
        ("serves: [silence]", "serves: [quiet]"),
        ("text: Nodding and smiling}", "text: Nodding, narrowed: true}"),
        ("      - {id: notes, code: A-S4, text: Taking notes}\n", ""),
    )
    document = read_framework(f"{text}retired: [{{id: notes}}]\n".encode(), "new.yaml").document
    comparison = compare(document, copy.deepcopy(document))

    assert comparison.is_identical
    assert comparison.faults == ()
    assert comparison.counts() == {"unchanged": 8}


def test_a_new_version_of_the_same_elements_leaves_all_unchanged_but_is_not_identical():
    comparison = compared(NEXT)

    assert not comparison.is_identical
    assert comparison.faults == ()
    assert comparison.counts() == {"unchanged": 9}
    assert all(entry.sources == (entry.id,) for entry in comparison.entries)


def test_entries_stand_in_the_order_of_the_new_revision_with_their_lines_and_both_wordings():
    text = revised(("text: Asking}", "text: Asking questions, reworded: true}"))
    comparison = compared(text)
    [asking] = [entry for entry in comparison.entries if entry.id == "asking"]

    assert [entry.id for entry in comparison.entries] == [
        element.id for element in elements(read_framework(text.encode(), "").document)
    ]
    assert asking.line == line_of("id: asking", text)
    assert (asking.before[0].text, asking.after.text) == ({"en": "Asking"}, {"en": "Asking questions"})


def test_another_code_is_recoded():
    assert differences(revised(("code: A-S2", "code: A-S9"))) == {"asking": ("recoded", ["asking"], "carried")}


def test_another_language_is_translated_and_so_is_its_correction_or_removal():
    text = revised(
        ("title: Listening", "title: {en: Listening, fr: Écouter}"),
        ("text: Asking", "text: {fr: Demander, en: Asking}"),
    )
    assert differences(text) == {
        "listen": ("translated", ["listen"], "carried"),
        "asking": ("translated", ["asking"], "carried"),
    }

    translated = read_framework(text.encode(), "").document
    back = read_framework(NEXT.replace('"2"', '"3"').replace('replaces: "1"', 'replaces: "2"').encode(), "").document
    assert compare(translated, back).counts() == {"unchanged": 7, "translated": 2}


def test_a_declared_rewording_carries_the_ratings():
    text = revised(("text: Asking}", "text: Asking questions, reworded: true}"))

    assert differences(text) == {"asking": ("reworded", ["asking"], "carried")}


def test_a_rewording_is_declared_for_titles_and_outcomes_too():
    text = revised(
        ("title: Speaking", "title: Talking\n    reworded: true"),
        ("text: Listen for ten minutes", "text: Listen for a quarter of an hour, reworded: true"),
    )

    assert {key: change for key, (change, _, _) in differences(text).items()} == {
        "speak": "reworded",
        "can-listen": "reworded",
    }


def test_a_new_id_that_replaces_one_is_its_successor():
    text = revised(
        ("id: asking, code: A-S2, text: Asking", "id: questions, code: A-S2, text: Asking, replaces: [asking]")
    )

    assert differences(text) == {"questions": ("successor", ["asking"], "suggested")}


def test_one_id_in_several_replaces_is_split():
    text = revised(
        (
            "{id: nodding, code: A-S3, text: Nodding and smiling}",
            (
                "{id: nod, code: A-S3, text: Nodding, replaces: [nodding]}\n"
                "      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}"
            ),
        )
    )

    assert differences(text) == {
        "nod": ("split", ["nodding"], "suggested"),
        "smile": ("split", ["nodding"], "suggested"),
    }


def test_a_part_taken_out_of_a_statement_that_stays_is_split_from_it():
    text = revised(
        (
            "text: Nodding and smiling}",
            "text: Nodding, narrowed: true}\n      - {id: smile, code: A-S5, text: Smiling, replaces: [nodding]}",
        )
    )

    assert differences(text) == {
        "nodding": ("narrowed", ["nodding"], "suggested"),
        "smile": ("split", ["nodding"], "suggested"),
    }


def test_what_lost_a_part_to_another_may_keep_its_wording():
    text = revised(
        (
            "text: Nodding and smiling}",
            (
                "text: Nodding and smiling, narrowed: true}\n"
                "      - {id: smile, code: A-S5, text: Laughing, replaces: [nodding]}"
            ),
        )
    )

    assert [change for change, _, _ in differences(text).values()] == ["narrowed", "split"]


def test_several_ids_in_one_replaces_are_merged():
    text = revised(
        ("      - {id: asking, code: A-S2, text: Asking}\n", ""),
        (
            "{id: nodding, code: A-S3, text: Nodding and smiling}",
            "{id: encouraging, code: A-S3, text: Encouraging, replaces: [asking, nodding]}",
        ),
    )

    assert differences(text) == {"encouraging": ("merged", ["asking", "nodding"], "suggested")}


def test_a_surviving_id_that_replaces_another_is_widened():
    text = revised(
        ("      - {id: asking, code: A-S2, text: Asking}\n", ""),
        ("text: Nodding and smiling}", "text: Encouraging, replaces: [asking]}"),
    )

    assert differences(text) == {"nodding": ("widened", ["nodding", "asking"], "suggested")}


def test_a_survivor_may_share_what_it_takes_in_with_a_new_element():
    text = revised(
        (
            "      - {id: asking, code: A-S2, text: Asking}\n",
            "      - {id: inquiring, code: A-S2, text: Inquiring, replaces: [asking]}\n",
        ),
        ("text: Nodding and smiling}", "text: Encouraging, replaces: [asking]}"),
    )

    assert differences(text) == {
        "inquiring": ("split", ["asking"], "suggested"),
        "nodding": ("split+widened", ["nodding", "asking"], "suggested"),
    }


def test_a_declared_loss_is_narrowed():
    text = revised(("text: Nodding and smiling}", "text: Nodding, narrowed: true}"))

    assert differences(text) == {"nodding": ("narrowed", ["nodding"], "suggested")}


def test_a_retired_element_is_listed_last_and_its_ratings_archived():
    text = (
        revised(("      - {id: asking, code: A-S2, text: Asking}\n", "")) + "retired: [{id: asking, note: Obvious}]\n"
    )
    comparison = compared(text)

    assert comparison.faults == ()
    assert comparison.entries[-1].as_dict() == {
        "id": "asking",
        "code": "A-S2",
        "kind": "skill",
        "change": "retired",
        "from": ["asking"],
        "ratings": "archived",
    }
    assert comparison.entries[-1].line == line_of("retired:", text)
    assert comparison.counts() == {"unchanged": 8, "retired": 1}


def test_an_id_that_nobody_knew_is_added():
    text = revised(("text: Asking}", "text: Asking}\n      - {id: echo, code: A-S7, text: Repeating}"))

    assert differences(text) == {"echo": ("added", [], "none")}


def test_a_new_scale_maps_the_levels_of_the_old_one():
    text = revised(
        ("id: two-steps", "id: three-steps\n  replaces: {id: two-steps, map: {low: none, high: much}}"),
        ("{id: low, value: 0, label: Low,", "{id: none, value: 0, label: None,"),
        (
            "    - {id: high, value: 1, label: High,",
            (
                "    - {id: some, value: 1, label: Some, descriptors: {skill: I try, knowledge: I read}}\n"
                "    - {id: much, value: 2, label: Much,"
            ),
        ),
        ("level: high", "level: much"),
    )

    assert differences(text) == {"three-steps": ("rescaled", ["two-steps"], "carried")}
    assert compared(text).scale_map == {"low": "none", "high": "much"}


def test_levels_may_be_reworded_and_translated():
    reworded = revised(
        ("label: High, descriptors: {skill: I do,", "label: High, reworded: true, descriptors: {skill: I can,")
    )
    assert differences(reworded) == {"two-steps": ("reworded", ["two-steps"], "carried")}

    translated = revised(("label: High,", "label: {en: High, fr: Haut},"))
    assert differences(translated) == {"two-steps": ("translated", ["two-steps"], "carried")}


def test_several_changes_are_joined_in_a_fixed_order():
    text = revised(
        ("      - {id: asking, code: A-S2, text: Asking}\n", ""),
        (
            "      - {id: clearly",
            "      - {id: asking, code: B-S2, text: Asking questions, reworded: true}\n      - {id: clearly",
        ),
    )

    assert differences(text) == {"asking": ("moved+recoded+reworded", ["asking"], "carried")}
    assert list(compared(text).counts()) == [change for change in CHANGES if change in compared(text).counts()]


def test_a_merge_of_parts_is_a_split_as_well():
    text = revised(
        ("      - {id: asking, code: A-S2, text: Asking}\n", ""),
        (
            "{id: nodding, code: A-S3, text: Nodding and smiling}",
            (
                "{id: nod, code: A-S3, text: Nodding, replaces: [nodding]}\n"
                "      - {id: smile, code: A-S5, text: Asking and smiling, replaces: [nodding, asking]}"
            ),
        ),
    )

    assert differences(text) == {
        "nod": ("split", ["nodding"], "suggested"),
        "smile": ("split+merged", ["nodding", "asking"], "suggested"),
    }


def test_what_differs_beside_the_wording_is_named_and_changes_nothing():
    text = revised(
        ("text: Asking}", "text: Asking, emphasis: [Asking], eqf: 4}"),
        ("serves: [silence]", "serves: [silence, asking]"),
    )
    comparison = compared(text)

    assert comparison.counts() == {"unchanged": 9}
    assert {entry.id: entry.details for entry in comparison.entries if entry.details} == {
        "asking": ("emphasis", "eqf"),
        "can-listen": ("serves",),
    }


# --- What moved -------------------------------------------------------------------------------------


def test_an_insertion_moves_nothing_that_follows():
    text = revised(("      - {id: silence", "      - {id: echo, code: A-S7, text: Repeating}\n      - {id: silence"))

    assert differences(text) == {"echo": ("added", [], "none")}


def test_a_removal_moves_nothing_that_follows():
    text = revised(("      - {id: asking, code: A-S2, text: Asking}\n", "")) + "retired: [{id: asking}]\n"

    assert differences(text) == {"asking": ("retired", ["asking"], "archived")}


def test_a_statement_put_first_is_the_only_one_that_moved():
    notes = "      - {id: notes, code: A-S4, text: Taking notes}\n"
    text = revised((notes, ""), ("      - {id: silence", f"{notes}      - {{id: silence"))

    assert differences(text) == {"notes": ("moved", ["notes"], "carried")}


def test_a_statement_in_another_competence_moved():
    asking = "      - {id: asking, code: A-S2, text: Asking}\n"
    text = revised((asking, ""), ("      - {id: clearly", f"{asking}      - {{id: clearly"))

    assert differences(text) == {"asking": ("moved", ["asking"], "carried")}


def test_what_belongs_to_a_competence_that_was_replaced_did_not_move():
    text = revised(("  - id: speak\n", "  - id: talk\n    replaces: [speak]\n"))

    assert differences(text) == {"talk": ("successor", ["speak"], "suggested")}


def test_a_competence_that_changed_its_place_moved_alone():
    listen, speak = NEXT.index("  - id: listen"), NEXT.index("  - id: speak")
    text = NEXT[:listen] + NEXT[speak:] + NEXT[listen:speak]

    assert {change for change, _, _ in differences(text).values()} == {"moved"}
    assert len(differences(text)) == 1


def test_as_few_as_possible_moved():
    """Held against trying out every choice of siblings that might have kept their order."""

    def siblings(keys):
        document = {"competences": [{"id": "z", "code": "Z", "skills": [{"id": key, "code": key} for key in keys]}]}
        return {element.id: element for element in elements(document)}

    for order in permutations("abcde"):
        kept = [key for key in order if key not in find_moved(siblings("abcde"), siblings(order))]
        longest = max(
            length for length in range(6) for choice in combinations(order, length) if list(choice) == sorted(choice)
        )
        assert kept == sorted(kept)
        assert len(kept) == longest


# --- What is refused --------------------------------------------------------------------------------


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
