"""A new revision is compared with the current one, element by element."""

import copy

from frameworks.comparison.rules import CHANGES, compare
from frameworks.files.document import elements
from frameworks.files.reading import read_framework
from tests.frameworks.comparison.compared import NEXT, OLD, compared, differences, line_of, revised


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
