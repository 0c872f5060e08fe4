"""A draft is changed by what its author says she does; the declarations of the file follow from that."""

import copy

import pytest

from frameworks.editor.document import placing
from frameworks.editor.document.reshaping import merge, retire, split
from frameworks.editor.document.wording import LESS, OTHER, SAME, reword
from frameworks.editor.document.working_copy import Baseline, CannotEdit
from frameworks.files.document import elements
from tests.frameworks.editor.edited import BASELINE, OLD, codes, data, differences, ids, part


@pytest.fixture
def draft():
    return placing.next_draft(OLD, "2", "2027-01-01", BASELINE)


# --- Beginning ----------------------------------------------------------------------------------


def test_the_next_draft_changes_nothing_but_the_revision(draft):
    assert draft["revision"] == {"version": "2", "date": "2027-01-01", "replaces": "1"}
    assert {**draft, "revision": OLD["revision"]} == OLD
    assert differences(draft) == {}


def test_declarations_of_the_revision_before_are_not_repeated(draft):
    draft = reword(draft, BASELINE, "notes", "Writing notes", SAME)
    draft = reword(draft, BASELINE, "nodding", "Nodding", LESS)
    draft = merge(draft, BASELINE, ["asking", "clearly"], "Asking clearly")
    draft = retire(draft, BASELINE, "ears")
    baseline = Baseline(draft, published_versions=frozenset(("1", "2")))
    later = placing.next_draft(draft, "3", "2028-01-01", baseline)
    assert differences(later, baseline) == {}
    assert "retired" not in later
    assert not [e.id for e in elements(later) if {"reworded", "narrowed", "replaces"} & e.data.keys()]


def test_a_version_that_was_published_before_cannot_be_begun():
    with pytest.raises(CannotEdit, match="Version 0 is published already"):
        placing.next_draft(OLD, "0", "2027-01-01", BASELINE)
    with pytest.raises(CannotEdit, match="Version 1 is published already"):
        placing.next_draft(OLD, "1", "2027-01-01")


def test_no_operation_touches_the_document_it_is_given(draft):
    before = copy.deepcopy(draft)
    retire(draft, BASELINE, "notes")
    split(draft, BASELINE, "nodding", ["Nodding", "Smiling"])
    assert draft == before


# --- Adding -------------------------------------------------------------------------------------


def test_an_added_statement_gets_an_id_of_its_words_and_the_next_code(draft):
    draft = placing.add_statement(draft, BASELINE, "listen", "skill", " Mirroring what was said\r\n")
    assert differences(draft) == {"mirroring-what-was-said": ("added", [], "none")}
    added = part(draft, "mirroring-what-was-said")
    assert (added.code, added.data["text"]) == ("A-S5", {"en": "Mirroring what was said"})


def test_an_id_that_any_revision_had_is_never_suggested(draft):
    draft = retire(draft, BASELINE, "notes")
    for text in ("Silence", "Smiling", "Notes", "Notes"):
        draft = placing.add_statement(draft, BASELINE, "listen", "skill", text)
    assert ids(draft)[-4:] == ["silence-2", "smiling-2", "notes-2", "notes-3"]


def test_a_code_that_was_printed_before_is_not_suggested_for_something_else(draft):
    draft = retire(draft, BASELINE, "notes")
    draft = placing.add_statement(draft, BASELINE, "listen", "skill", "Mirroring")
    assert codes(draft) == ["A-S1", "A-S2", "A-S3", "A-S5"]


def test_the_first_of_its_kind_gets_a_code_in_the_manner_of_the_format(draft):
    draft = placing.add_statement(draft, BASELINE, "speak", "knowledge", "How voices work")
    assert codes(draft, "speak", "knowledge") == ["B-K1"]


def test_a_text_without_a_latin_letter_gets_an_id_too(draft):
    draft = placing.add_statement(draft, BASELINE, "listen", "skill", "聆听")
    assert ids(draft)[-1] == "skill"


def test_a_competence_and_what_belongs_to_it_can_be_added(draft):
    draft = placing.add_competence(draft, BASELINE, "Download")
    assert part(draft, "download-2").code == "C"  # `download` is an address of the site
    draft = placing.add_statement(draft, BASELINE, "download-2", "skill", "Reading", key="reading", code="C7")
    draft = placing.add_outcome(draft, BASELINE, "download-2", "Read well", level="high", serves=["reading"])
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
        placing.add_statement(draft, BASELINE, **{"competence": "listen", "kind": "skill", "text": "New", **options})


# --- Place, code, and the rest ------------------------------------------------------------------


def test_a_statement_moves_up_and_down_among_its_like(draft):
    moved = placing.move(draft, BASELINE, "notes", -1)
    assert ids(moved) == ["silence", "asking", "notes", "nodding"]
    assert list(differences(moved).values()) == [("moved", [next(iter(differences(moved)))], "carried")]
    assert placing.move(moved, BASELINE, "notes", 1) == draft
    assert placing.move(draft, BASELINE, "notes", 1) == draft
    assert placing.move(draft, BASELINE, "silence", -1) == draft


def test_a_competence_moves_with_all_that_is_in_it(draft):
    moved = placing.move(draft, BASELINE, "speak", -1)
    assert [entry["id"] for entry in moved["competences"]] == ["speak", "listen"]
    # Which of the repeated texts stands first changes with it.
    assert data(moved, "silence")["same_as"] == "silence-there"


def test_a_statement_moves_to_another_competence_and_keeps_its_code(draft):
    moved = placing.move_to(draft, BASELINE, "notes", "speak")
    assert differences(moved) == {"notes": ("moved", ["notes"], "carried")}
    assert codes(moved, "speak") == ["B-S1", "B-S2", "B-S3", "A-S4"]
    with pytest.raises(CannotEdit, match="stands there already"):
        placing.move_to(moved, BASELINE, "notes", "speak")


def test_a_code_is_changed_if_it_is_free(draft):
    draft = placing.recode(draft, BASELINE, "notes", " A-S9 ")
    assert differences(draft) == {"notes": ("recoded", ["notes"], "carried")}
    with pytest.raises(CannotEdit, match="The code A-S1 is taken by “Keeping silent”"):
        placing.recode(draft, BASELINE, "notes", "A-S1")


def test_an_outcome_serves_other_statements(draft):
    draft = placing.serve(draft, BASELINE, "can-ask", level="low", serves=["asking", "clearly"])
    assert (data(draft, "can-ask")["level"], data(draft, "can-ask")["serves"]) == ("low", ["asking", "clearly"])
    with pytest.raises(CannotEdit, match="would serve no statement"):
        placing.serve(draft, BASELINE, "can-ask", level="low", serves=[])


def test_the_revision_is_described(draft):
    said = {"version": "2.1", "date": "2027-02-02", "notes": {"en": "Why", "fr": ""}, "languages": ["fr", "hr"]}
    draft = placing.describe(draft, BASELINE, **said)
    assert draft["revision"] == {"version": "2.1", "date": "2027-02-02", "replaces": "1", "notes": {"en": "Why"}}
    assert draft["framework"]["languages"] == ["en", "fr", "hr"]
    with pytest.raises(CannotEdit, match="Version 1 is published already"):
        placing.describe(draft, BASELINE, **said | {"version": "1"})
    with pytest.raises(CannotEdit, match="There are texts in French, at A-S1, B-S2, B-S3"):
        placing.describe(draft, BASELINE, **said | {"languages": ["en"]})


def test_a_draft_that_follows_another_revision_is_not_edited(draft):
    with pytest.raises(CannotEdit, match="the current revision is 9"):
        placing.recode(draft, Baseline({**OLD, "revision": {"version": "9", "date": "2026-09-09"}}), "notes", "A9")


def test_a_first_revision_is_edited_without_declarations():
    baseline = Baseline()
    document = reword(OLD, baseline, "notes", "Writing", OTHER)
    document = split(document, baseline, "nodding", ["Nodding", "Smiling"])
    document = retire(document, baseline, "clearly")
    assert {entry[0] for entry in differences(document, baseline).values()} == {"added"}
    assert "retired" not in document
    assert data(document, "notes")["text"] == {"en": "Writing"}
