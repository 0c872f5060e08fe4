"""A draft is changed by what its author says she does; the declarations of the file follow from that."""

import copy

import pytest

from frameworks import editing
from frameworks.editing import LESS, OTHER, SAME, CannotEdit, Ground
from frameworks.elements import elements
from frameworks.reading import read_framework
from frameworks.working_copy import compared

PUBLISHED = """\
format: kip-framework/1
framework:
  {id: guidance, title: Guidance, publisher: G, source: S, licence: L, source_language: en, languages: [en, fr]}
revision: {version: "1", date: 2026-05-04, notes: First.}
scale:
  id: two-steps
  levels:
    - {id: low, value: 0, label: Low, descriptors: {skill: I do not, knowledge: I do not know}}
    - {id: high, value: 1, label: High, descriptors: {skill: I do, knowledge: I know}}
competences:
  - id: listen
    code: A
    title: Listening
    knowledge:
      - {id: ears, code: A-K1, text: How people hear}
    skills:
      - {id: silence, code: A-S1, text: {en: Keeping silent, fr: Se taire}}
      - {id: asking, code: A-S2, text: Asking and asking again, emphasis: [Asking, again]}
      - {id: nodding, code: A-S3, text: Nodding and smiling}
      - {id: notes, code: A-S4, text: Taking notes}
    learning_outcomes:
      - {id: can-listen, code: A-LO1, text: Listen for ten minutes, level: high, serves: [silence]}
      - {id: can-ask, code: A-LO2, text: Ask, level: high, serves: [asking, notes]}
  - id: speak
    code: B
    title: Speaking
    skills:
      - {id: clearly, code: B-S1, text: Speaking clearly}
      - {id: silence-there, code: B-S2, text: {en: Keeping silent, fr: Se taire}, same_as: silence}
      - {id: silence-again, code: B-S3, text: {en: Keeping silent, fr: Se taire}, same_as: silence}
"""
OLD = read_framework(PUBLISHED.encode(), "old.yaml").document
GROUND = Ground(OLD, retired_before=frozenset(("smiling", "whistling")), published_versions=frozenset(("0", "1")))


@pytest.fixture
def draft():
    return editing.next_draft(OLD, "2", "2027-01-01", GROUND)


def differences(document, ground=GROUND):
    """{id: (change, from, ratings)} of all that is not simply unchanged."""
    comparison = compared(document, ground)
    assert comparison.faults == ()
    return {
        entry["id"]: (entry["change"], entry["from"], entry["ratings"])
        for entry in comparison.as_list()
        if entry["change"] != "unchanged"
    }


def part(document, key):
    return next(element for element in elements(document) if element.id == key)


def data(document, key):
    return part(document, key).data


def codes(document, competence="listen", cluster="skills"):
    return [entry["code"] for entry in data(document, competence)[cluster]]


def ids(document, competence="listen", cluster="skills"):
    return [entry["id"] for entry in data(document, competence)[cluster]]


# --- Beginning ----------------------------------------------------------------------------------


def test_the_next_draft_changes_nothing_but_the_revision(draft):
    assert draft["revision"] == {"version": "2", "date": "2027-01-01", "replaces": "1"}
    assert {**draft, "revision": OLD["revision"]} == OLD
    assert differences(draft) == {}


def test_declarations_of_the_revision_before_are_not_repeated(draft):
    draft = editing.reword(draft, GROUND, "notes", "Writing notes", SAME)
    draft = editing.reword(draft, GROUND, "nodding", "Nodding", LESS)
    draft = editing.merge(draft, GROUND, ["asking", "clearly"], "Asking clearly")
    draft = editing.retire(draft, GROUND, "ears")
    ground = Ground(draft, published_versions=frozenset(("1", "2")))
    later = editing.next_draft(draft, "3", "2028-01-01", ground)
    assert differences(later, ground) == {}
    assert "retired" not in later
    assert not [e.id for e in elements(later) if {"reworded", "narrowed", "replaces"} & e.data.keys()]


def test_a_version_that_was_published_before_cannot_be_begun():
    with pytest.raises(CannotEdit, match="Version 0 is published already"):
        editing.next_draft(OLD, "0", "2027-01-01", GROUND)
    with pytest.raises(CannotEdit, match="Version 1 is published already"):
        editing.next_draft(OLD, "1", "2027-01-01")


def test_no_operation_touches_the_document_it_is_given(draft):
    before = copy.deepcopy(draft)
    editing.retire(draft, GROUND, "notes")
    editing.split(draft, GROUND, "nodding", ["Nodding", "Smiling"])
    assert draft == before


# --- Adding -------------------------------------------------------------------------------------


def test_an_added_statement_gets_an_id_of_its_words_and_the_next_code(draft):
    draft = editing.add_statement(draft, GROUND, "listen", "skill", " Mirroring what was said\r\n")
    assert differences(draft) == {"mirroring-what-was-said": ("added", [], "none")}
    added = part(draft, "mirroring-what-was-said")
    assert (added.code, added.data["text"]) == ("A-S5", {"en": "Mirroring what was said"})


def test_an_id_that_any_revision_had_is_never_suggested(draft):
    draft = editing.retire(draft, GROUND, "notes")
    for text in ("Silence", "Smiling", "Notes", "Notes"):
        draft = editing.add_statement(draft, GROUND, "listen", "skill", text)
    assert ids(draft)[-4:] == ["silence-2", "smiling-2", "notes-2", "notes-3"]


def test_a_code_that_was_printed_before_is_not_suggested_for_something_else(draft):
    draft = editing.retire(draft, GROUND, "notes")
    draft = editing.add_statement(draft, GROUND, "listen", "skill", "Mirroring")
    assert codes(draft) == ["A-S1", "A-S2", "A-S3", "A-S5"]


def test_the_first_of_its_kind_gets_a_code_in_the_manner_of_the_format(draft):
    draft = editing.add_statement(draft, GROUND, "speak", "knowledge", "How voices work")
    assert codes(draft, "speak", "knowledge") == ["B-K1"]


def test_a_text_without_a_latin_letter_gets_an_id_too(draft):
    draft = editing.add_statement(draft, GROUND, "listen", "skill", "聆听")
    assert ids(draft)[-1] == "skill"


def test_a_competence_and_what_belongs_to_it_can_be_added(draft):
    draft = editing.add_competence(draft, GROUND, "Download")
    assert part(draft, "download-2").code == "C"  # `download` is an address of the site
    draft = editing.add_statement(draft, GROUND, "download-2", "skill", "Reading", key="reading", code="C7")
    draft = editing.add_outcome(draft, GROUND, "download-2", "Read well", level="high", serves=["reading"])
    assert differences(draft) == dict.fromkeys(("download-2", "reading", "read-well"), ("added", [], "none"))
    assert part(draft, "read-well").code == "C-LO1"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"text": " \n"}, "There is no text yet"),
        ({"code": "A-S1"}, "The code A-S1 is taken by “Keeping silent”"),
        ({"key": "silence"}, "The id silence is taken"),
        ({"key": "whistling"}, "The id whistling is taken"),
        ({"key": "No id"}, "an id has 1 to 64"),
        ({"text": "x" * 2001}, "has 2001 characters"),
        ({"text": "a\u202eb"}, "direction of writing"),
        ({"kind": "predisposition"}, "has no text for `predisposition`"),
        ({"competence": "gone"}, "not in the draft any more"),
    ],
)
def test_what_cannot_be_added_is_said(draft, options, reason):
    with pytest.raises(CannotEdit, match=reason):
        editing.add_statement(draft, GROUND, **{"competence": "listen", "kind": "skill", "text": "New", **options})


# --- Wording ------------------------------------------------------------------------------------


def test_a_wording_that_means_the_same_is_declared_and_keeps_its_translations(draft):
    draft = editing.reword(draft, GROUND, "silence", "Being silent", SAME)
    assert differences(draft)["silence"] == ("reworded", ["silence"], "carried")
    assert data(draft, "silence")["text"] == {"en": "Being silent", "fr": "Se taire"}


def test_a_wording_that_lost_a_part_is_narrowed(draft):
    draft = editing.reword(draft, GROUND, "nodding", "Nodding", LESS)
    assert differences(draft) == {"nodding": ("narrowed", ["nodding"], "suggested")}


def test_a_wording_of_another_meaning_takes_the_place_of_the_old_under_a_new_id(draft):
    draft = editing.reword(draft, GROUND, "notes", "Recording talks", OTHER)
    assert differences(draft) == {"recording-talks": ("successor", ["notes"], "suggested")}
    assert ids(draft)[3] == "recording-talks"
    assert part(draft, "recording-talks").code == "A-S4"
    assert data(draft, "can-ask")["serves"] == ["asking", "recording-talks"]


def test_a_competence_can_be_put_in_the_place_of_another_with_all_that_is_in_it(draft):
    draft = editing.reword(draft, GROUND, "listen", "Hearing", OTHER)
    assert differences(draft) == {"hearing": ("successor", ["listen"], "suggested")}


def test_the_last_word_on_a_meaning_counts(draft):
    draft = editing.reword(draft, GROUND, "nodding", "Nodding", SAME)
    draft = editing.reword(draft, GROUND, "nodding", "Nodding", LESS)
    assert differences(draft)["nodding"][0] == "narrowed"
    draft = editing.reword(draft, GROUND, "nodding", "Nodding", SAME)
    assert differences(draft)["nodding"][0] == "reworded"


@pytest.mark.parametrize("meaning", [SAME, LESS, OTHER])
@pytest.mark.parametrize("key", ["silence", "asking", "nodding", "can-listen", "listen"])
def test_the_old_wording_takes_the_declaration_back(draft, key, meaning):
    old = next(iter(part(draft, key).text.values()))
    changed = editing.reword(draft, GROUND, key, "Something else", meaning)
    now = key if meaning != OTHER else "something-else"
    assert editing.reword(changed, GROUND, now, old, SAME) == draft


def test_saving_what_is_there_already_is_refused(draft):
    for meaning in (SAME, LESS, OTHER):
        with pytest.raises(CannotEdit, match="nothing to save"):
            editing.reword(draft, GROUND, "notes", "Taking notes ", meaning)


def test_what_is_new_in_the_draft_is_worded_freely(draft):
    draft = editing.add_statement(draft, GROUND, "listen", "skill", "Mirroring")
    draft = editing.reword(draft, GROUND, "mirroring", "Mirroring what was said", SAME)
    assert differences(draft) == {"mirroring": ("added", [], "none")}


def test_emphasis_stays_on_the_phrases_that_stay(draft):
    draft = editing.reword(draft, GROUND, "asking", "Asking twice", SAME)
    assert data(draft, "asking")["emphasis"] == {"en": ["Asking"]}


def test_a_reworded_first_of_repeated_texts_leaves_the_others_repeating_each_other(draft):
    draft = editing.reword(draft, GROUND, "silence", "Being silent", SAME)
    assert "same_as" not in data(draft, "silence-there")
    assert data(draft, "silence-again")["same_as"] == "silence-there"


def test_translations_are_set_and_removed_and_need_no_word(draft):
    draft = editing.translate(draft, GROUND, "silence", {"fr": "Garder le silence", "en": "ignored"})
    assert differences(draft) == {"silence": ("translated", ["silence"], "carried")}
    draft = editing.translate(draft, GROUND, "silence", {"fr": " "})
    assert data(draft, "silence")["text"] == {"en": "Keeping silent"}
    with pytest.raises(CannotEdit, match="`hr` is not among the `languages`"):
        editing.translate(draft, GROUND, "silence", {"hr": "Šutjeti"})


# --- Splitting, merging, retiring ---------------------------------------------------------------


def test_a_split_statement_is_continued_by_each_part(draft):
    draft = editing.split(draft, GROUND, "asking", ["Asking", "Asking again", ""])
    assert differences(draft) == {
        "asking-2": ("split", ["asking"], "suggested"),
        "asking-again": ("split", ["asking"], "suggested"),
    }
    assert ids(draft) == ["silence", "asking-2", "asking-again", "nodding", "notes"]
    assert codes(draft) == ["A-S1", "A-S2", "A-S5", "A-S3", "A-S4"]
    assert data(draft, "can-ask")["serves"] == ["asking-2", "asking-again", "notes"]


def test_a_part_can_be_split_again(draft):
    draft = editing.split(draft, GROUND, "nodding", ["Nodding", "Smiling"])
    draft = editing.split(draft, GROUND, "smiling-2", ["Smiling a little", "Smiling broadly"])
    assert {entry[1][0] for entry in differences(draft).values()} == {"nodding"}
    assert {entry[0] for entry in differences(draft).values()} == {"split"}


def test_a_merge_gives_a_new_statement_that_continues_both(draft):
    draft = editing.merge(draft, GROUND, ["nodding", "clearly"], "Nodding and speaking")
    assert differences(draft) == {"nodding-and-speaking": ("merged", ["nodding", "clearly"], "suggested")}
    assert ids(draft) == ["silence", "asking", "nodding-and-speaking", "notes"]
    assert part(draft, "nodding-and-speaking").code == "A-S3"
    draft = editing.merge(draft, GROUND, ["notes", "silence-there"], "Noting in silence")
    assert data(draft, "can-ask")["serves"] == ["asking", "noting-in-silence"]


def test_a_statement_can_take_another_one_in(draft):
    draft = editing.merge(draft, GROUND, ["notes", "nodding"], "Taking notes and nodding", into="notes")
    assert differences(draft) == {"notes": ("widened", ["notes", "nodding"], "suggested")}


def test_what_was_widened_may_be_split_and_merged_again(draft):
    draft = editing.merge(draft, GROUND, ["notes", "nodding"], "Notes and nodding", into="notes")
    draft = editing.merge(draft, GROUND, ["notes", "clearly"], "All three")
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
    draft = editing.add_statement(draft, GROUND, "listen", "skill", "New")
    with pytest.raises(CannotEdit, match=reason):
        editing.merge(draft, GROUND, keys, "Merged")


def test_a_retired_statement_is_listed_with_its_note(draft):
    draft = editing.retire(draft, GROUND, "notes", " Nobody does. ")
    assert differences(draft) == {"notes": ("retired", ["notes"], "archived")}
    assert draft["retired"] == [{"id": "notes", "note": {"en": "Nobody does."}}]
    assert data(draft, "can-ask")["serves"] == ["asking"]


def test_a_retired_part_retires_what_it_continued_only_with_the_last_part(draft):
    draft = editing.split(draft, GROUND, "nodding", ["Nodding", "Grinning"])
    draft = editing.retire(draft, GROUND, "grinning")
    assert differences(draft) == {"nodding-2": ("successor", ["nodding"], "suggested")}
    draft = editing.retire(draft, GROUND, "nodding-2")
    assert differences(draft) == {"nodding": ("retired", ["nodding"], "archived")}


def test_a_retired_competence_takes_along_what_is_in_it(draft):
    draft = editing.retire(draft, GROUND, "speak")
    assert [entry["id"] for entry in draft["retired"]] == ["clearly", "silence-there", "silence-again", "speak"]
    with pytest.raises(CannotEdit, match="A framework needs a competence"):
        editing.retire(draft, GROUND, "listen")


def test_no_outcome_is_left_with_nothing_to_serve(draft):
    with pytest.raises(CannotEdit, match="A-LO1 would serve no statement any more"):
        editing.retire(draft, GROUND, "silence")


# --- Taking back --------------------------------------------------------------------------------

CHANGES = {
    "reworded": lambda d: editing.reword(d, GROUND, "silence", "Being silent", SAME),
    "narrowed": lambda d: editing.reword(d, GROUND, "asking", "Asking", LESS),
    "successor": lambda d: editing.reword(d, GROUND, "notes", "Recording", OTHER),
    "split": lambda d: editing.split(d, GROUND, "asking", ["One", "Two", "Three"]),
    "merged": lambda d: editing.merge(d, GROUND, ["asking", "clearly"], "One"),
    "widened": lambda d: editing.merge(d, GROUND, ["asking", "clearly"], "One", into="asking"),
    "retired": lambda d: editing.retire(d, GROUND, "notes"),
    "retired competence": lambda d: editing.retire(d, GROUND, "speak"),
    "successor of a competence": lambda d: editing.reword(d, GROUND, "listen", "Hearing", OTHER),
    "added": lambda d: editing.add_statement(d, GROUND, "listen", "skill", "New"),
    "added competence": lambda d: editing.add_competence(d, GROUND, "New"),
    "translated": lambda d: editing.translate(d, GROUND, "silence", {"fr": "Silence"}),
    "split and merged": lambda d: editing.merge(
        editing.split(d, GROUND, "asking", ["One", "Two"]), GROUND, ["one", "clearly"], "Three"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_taken_back_as_a_whole(draft, change):
    changed = CHANGES[change](draft)
    keys = ["speak"] if change == "retired competence" else list(differences(changed))
    assert keys
    for key in keys:
        taken_back = editing.take_back(changed, GROUND, key)
        assert differences(taken_back) == {}
        assert taken_back == draft


def test_a_statement_does_not_come_back_into_a_competence_that_is_gone(draft):
    draft = editing.retire(draft, GROUND, "speak")
    with pytest.raises(CannotEdit, match="The competence it stood in is retired"):
        editing.take_back(draft, GROUND, "clearly")


def test_a_code_that_was_given_away_is_not_taken_back(draft):
    draft = editing.retire(draft, GROUND, "notes")
    draft = editing.recode(draft, GROUND, "nodding", "A-S4")
    draft = editing.take_back(draft, GROUND, "notes")
    assert part(draft, "notes").code == "A-S5"


def test_an_added_competence_in_use_is_not_simply_taken_back(draft):
    draft = editing.add_competence(draft, GROUND, "New")
    draft = editing.move_to(draft, GROUND, "notes", "new")
    with pytest.raises(CannotEdit, match="Something stands in this competence"):
        editing.take_back(draft, GROUND, "new")


def test_there_is_nothing_to_take_back_of_what_is_not_there(draft):
    with pytest.raises(CannotEdit, match="nothing to take back"):
        editing.take_back(draft, GROUND, "gone")


# --- Place, code, and the rest ------------------------------------------------------------------


def test_a_statement_moves_up_and_down_among_its_like(draft):
    moved = editing.move(draft, GROUND, "notes", -1)
    assert ids(moved) == ["silence", "asking", "notes", "nodding"]
    assert list(differences(moved).values()) == [("moved", [next(iter(differences(moved)))], "carried")]
    assert editing.move(moved, GROUND, "notes", 1) == draft
    assert editing.move(draft, GROUND, "notes", 1) == draft
    assert editing.move(draft, GROUND, "silence", -1) == draft


def test_a_competence_moves_with_all_that_is_in_it(draft):
    moved = editing.move(draft, GROUND, "speak", -1)
    assert [entry["id"] for entry in moved["competences"]] == ["speak", "listen"]
    # Which of the repeated texts stands first changes with it.
    assert data(moved, "silence")["same_as"] == "silence-there"


def test_a_statement_moves_to_another_competence_and_keeps_its_code(draft):
    moved = editing.move_to(draft, GROUND, "notes", "speak")
    assert differences(moved) == {"notes": ("moved", ["notes"], "carried")}
    assert codes(moved, "speak") == ["B-S1", "B-S2", "B-S3", "A-S4"]
    with pytest.raises(CannotEdit, match="stands there already"):
        editing.move_to(moved, GROUND, "notes", "speak")


def test_a_code_is_changed_if_it_is_free(draft):
    draft = editing.recode(draft, GROUND, "notes", " A-S9 ")
    assert differences(draft) == {"notes": ("recoded", ["notes"], "carried")}
    with pytest.raises(CannotEdit, match="The code A-S1 is taken by “Keeping silent”"):
        editing.recode(draft, GROUND, "notes", "A-S1")


def test_an_outcome_serves_other_statements(draft):
    draft = editing.serve(draft, GROUND, "can-ask", level="low", serves=["asking", "clearly"])
    assert (data(draft, "can-ask")["level"], data(draft, "can-ask")["serves"]) == ("low", ["asking", "clearly"])
    with pytest.raises(CannotEdit, match="would serve no statement"):
        editing.serve(draft, GROUND, "can-ask", level="low", serves=[])


def test_the_revision_is_described(draft):
    said = {"version": "2.1", "date": "2027-02-02", "notes": {"en": "Why", "fr": ""}, "languages": ["fr", "hr"]}
    draft = editing.describe(draft, GROUND, **said)
    assert draft["revision"] == {"version": "2.1", "date": "2027-02-02", "replaces": "1", "notes": {"en": "Why"}}
    assert draft["framework"]["languages"] == ["en", "fr", "hr"]
    with pytest.raises(CannotEdit, match="Version 1 is published already"):
        editing.describe(draft, GROUND, **said | {"version": "1"})
    with pytest.raises(CannotEdit, match="There are texts in French, at A-S1, B-S2, B-S3"):
        editing.describe(draft, GROUND, **said | {"languages": ["en"]})


def test_a_draft_that_follows_another_revision_is_not_edited(draft):
    with pytest.raises(CannotEdit, match="the current revision is 9"):
        editing.recode(draft, Ground({**OLD, "revision": {"version": "9", "date": "2026-09-09"}}), "notes", "A9")


def test_a_first_revision_is_edited_without_declarations():
    ground = Ground()
    document = editing.reword(OLD, ground, "notes", "Writing", OTHER)
    document = editing.split(document, ground, "nodding", ["Nodding", "Smiling"])
    document = editing.retire(document, ground, "clearly")
    assert {entry[0] for entry in differences(document, ground).values()} == {"added"}
    assert "retired" not in document
    assert data(document, "notes")["text"] == {"en": "Writing"}
