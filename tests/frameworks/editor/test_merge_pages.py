"""Statements are ticked in one competence or in several, and merged on a page that says what happens."""

import pytest

from frameworks.editor.document.working_copy import Baseline, compared
from frameworks.models import RevisionFile
from tests.frameworks.editor.drafts import changes, document_of, seen
from tests.invalid import assert_refused
from tests.words import words


@pytest.fixture
def choose(admin, at):
    """Change what is ticked: `choose(competence="…", chosen=[…])`; the answer is the page it leads to."""
    return lambda **fields: admin.post(at("edit_choose"), fields, follow=True)


def ticked(page):
    return page.content.decode().count(" checked>")


def test_statements_of_several_competences_are_merged_into_a_new_one(admin, at, choose, send, draft):
    page = choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs"])
    assert "2 statements are chosen A1 Identifying new partners" in words(page)
    page = choose(codes="B1, C1")
    assert "4 statements are chosen" in words(page)
    page = send(at("edit_merge"), text="Knowing partners")
    assert "A1, A2, B1, C1 are merged." in words(page)
    assert changes(draft) == {"knowing-partners": ("merged", "suggested")}
    merged = next(entry for entry in comparison_of(draft).entries if entry.id == "knowing-partners")
    assert len(merged.sources) == 4
    assert "Choose two at least" in words(admin.get(at("edit_merge")))


def test_without_a_choice_the_page_says_to_choose_and_leads_to_no_field(admin, at):
    page = admin.post(at("edit_merge"), {**seen(admin.get(at("edit_revision"))), "text": ""})
    assert assert_refused(page) == []
    assert "Nothing was merged. Choose two at least" in words(page)


def test_one_statement_stays_and_takes_several_in(choose, send, at, draft, admin):
    choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs"])
    choose(codes="B1")
    page = send(at("edit_merge"), text="Knowing partners", stays="identify-needs")
    assert page.redirect_chain[0][0] == at("edit_competence", "new-partnerships") + "#e-identify-needs"
    assert changes(draft) == {"identify-needs": ("widened", "suggested")}
    entry = next(entry for entry in comparison_of(draft).entries if entry.id == "identify-needs")
    assert entry.sources[0] == "identify-needs"
    assert len(entry.sources) == 3
    # What was merged is not ticked any more, though one of them is still there.
    assert "0 statements are chosen" in words(admin.get(at("edit_merge")))


def comparison_of(draft):
    file = RevisionFile.objects.get(revision=draft)
    current = draft.replaces.file.document
    return compared(file.document, Baseline(current))


def test_what_is_ticked_stays_while_one_walks_through_the_competences(admin, at, choose):
    choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs"])
    assert ticked(admin.get(at("edit_competence", "new-partnerships"))) == 2
    page = admin.get(at("edit_competence", "coordination"))
    assert ticked(page) == 0
    assert "Ticked in other competences: A1, A2" in words(page)
    # Another choice in A replaces the one in A alone.
    choose(codes="C1")
    page = choose(competence="new-partnerships", chosen=["identify-partners"])
    assert "2 statements are chosen A1" in words(page)
    page = choose(drop="identify-partners")
    assert "1 statement is chosen C1" in words(page)
    assert "Merge them" not in words(page)
    choose(empty="1")
    assert "0 statements are chosen" in words(admin.get(at("edit_merge")))


def test_the_page_of_a_statement_leads_to_its_ticked_row(admin, at):
    answer = admin.post(at("edit_choose"), {"with": "identify-needs"})
    assert answer["Location"] == at("edit_competence", "new-partnerships") + "#e-identify-needs"
    assert ticked(admin.get(answer["Location"])) == 1
    # Nothing but statements can be ticked.
    admin.post(at("edit_choose"), {"with": "new-partnerships"})
    assert "1 statement is chosen" in words(admin.get(at("edit_merge")))


def test_a_code_that_nobody_has_is_told(choose):
    page = choose(codes="A1 Z9")
    assert page.status_code == 422
    assert "No statement has the code Z9." in words(page)
    assert "0 statements are chosen" in words(page)


def test_what_left_the_draft_in_the_meantime_is_not_chosen_any_more(choose, press, admin, at):
    choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs", "nonsense"])
    press("identify-needs", "retire")
    assert "1 statement is chosen A1" in words(admin.get(at("edit_merge")))


def test_what_is_new_cannot_be_merged_and_the_page_says_so_beforehand(choose, send, at, draft):
    send(at("edit_add_to", "skill", "new-partnerships"), text="Typing", code="A-S9")
    page = choose(codes="A-S9 A1")
    assert "A-S9 is new in this draft and cannot be merged" in words(page)
    page = send(at("edit_merge"), text="Typing")
    assert page.status_code == 422
    assert "Only statements that were published can be merged." in words(page)
    assert set(changes(draft)) == {"typing"}


def test_a_page_that_is_out_of_date_merges_nothing(choose, admin, at, press, draft):
    stale = seen(choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs"]))
    press("find-funds", "recode", code="Z")
    page = admin.post(at("edit_merge"), {**stale, "text": "Knowing partners"})
    assert page.status_code == 409
    assert "Knowing partners</textarea>" in page.content.decode()
    admin.post(at("edit_merge"), {**seen(page), "text": "Knowing partners"})
    assert changes(draft)["knowing-partners"] == ("merged", "suggested")


def test_learning_outcomes_follow_what_was_merged(choose, send, at, draft):
    choose(competence="new-partnerships", chosen=["identify-partners", "identify-needs"])
    send(at("edit_merge"), text="Knowing partners")
    outcomes = document_of(draft)["competences"][0]["learning_outcomes"]
    assert all("identify-partners" not in outcome["serves"] for outcome in outcomes)
    assert any("knowing-partners" in outcome["serves"] for outcome in outcomes)
