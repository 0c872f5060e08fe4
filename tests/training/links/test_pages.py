"""After a revision: platform admins decide which learning outcomes modules serve where links could not go along."""

import re
from functools import partial

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from frameworks.models import Revision
from frameworks.publishing.actions import take_back
from kip_site.refusals import Refused
from tests.at_once import at_once
from tests.published import FIXTURES, publish_file
from tests.training.conftest import create_module
from tests.words import in_one_line, words
from training.links import actions
from training.models import LinkReview, Module

PAGE = "/training/manage/links/"


@pytest.fixture
def money(kip):
    """A module on raising funds, whose outcome serves B2."""
    outcome = kip.learningoutcomes.get(key="can-find-money")
    return create_module("money", "Finding money", position=1, outcomes=[outcome])


@pytest.fixture
def reports(kip):
    """A module on reports and meetings: two outcomes."""
    outcomes = kip.learningoutcomes.filter(key__in=["can-report-controls", "can-run-meetings"])
    return create_module("reports", "Reports and meetings", position=2, outcomes=outcomes)


@pytest.fixture
def draft_file():
    return (FIXTURES / "repository_of_skills_draft.yaml").read_bytes()


@pytest.fixture
def revision(money, reports, draft_file):
    """The demonstration draft, published with these two modules there."""
    return publish_file(draft_file)


@pytest.fixture
def review(revision):
    """The review of the link from the module on raising funds."""
    return LinkReview.objects.get(module__key="money")


def outcome(revision, key):
    return revision.learningoutcomes.get(key=key)


def served(module, revision):
    return set(module.outcomes.filter(revision=revision).values_list("key", flat=True))


# --- The page -----------------------------------------------------------------------------------


def test_the_page_shows_old_and_new_side_by_side(as_user, elodie, revision):
    text = words(as_user(elodie).get(PAGE))
    assert "Finding money 1 link" in text
    assert "Repository of skills 2021.11 Compare public, private and European sources of money" in text
    assert "B-LO2 in 2026.1-draft has the same wording" in text
    assert "It serves in addition B2 Planning and carrying out fundraising from several sources" in text
    assert "It serves no more B2 Looking for new sponsors and funds" in text
    assert "Reports and meetings 2 links" in text
    assert "C-LO4 in 2026.1-draft Prepare and facilitate a steering meeting that ends with decisions" in text
    assert "It serves in other words C5 Encouraging and supporting the partners" in text


def test_the_page_has_one_filled_button(as_user, elodie, revision):
    html = as_user(elodie).get(PAGE).content.decode()
    assert len(re.findall(r'class="button"', html)) == 1


def test_without_anything_to_decide_the_page_says_so(as_user, elodie, money):
    text = words(as_user(elodie).get(PAGE))
    assert "No link waits for you" in text
    assert "Serve nothing in the current revision" not in text


def test_modules_that_serve_nothing_any_more_are_named(as_user, elodie, review):
    actions.decide_link(review, elodie)
    text = words(as_user(elodie).get(PAGE))
    idle = text[text.index("Serve nothing in the current revision") :]
    assert "Finding money" in idle
    assert "Reports and meetings" not in idle  # it waits for a decision instead


def test_a_module_that_serves_nothing_says_so_to_admins_alone(as_user, elodie, ana, review):
    address, said = reverse("training:module", args=["money"]), "This module serves nothing in the current revision."
    assert said in words(as_user(elodie).get(address))
    assert said not in words(as_user(ana).get(address))


def test_a_module_that_serves_something_does_not_say_so(as_user, elodie, money):
    assert "serves nothing" not in words(as_user(elodie).get(reverse("training:module", args=["money"])))


def test_what_was_decided_stays_to_be_read(as_user, elodie, review, revision):
    actions.decide_link(review, elodie, [outcome(revision, "can-plan-fundraising")])
    text = words(as_user(elodie).get(PAGE))
    assert "1 link is decided" in text
    assert "B-LO2 → B-LO6" in text
    assert "by Élodie" in text


def test_only_platform_admins_may_decide(as_user, marco, review):
    assert as_user(marco).get(PAGE).status_code == 403
    assert as_user(marco).post(reverse("training:drop_link", args=[review.pk])).status_code == 403
    assert LinkReview.objects.open().filter(pk=review.pk).exists()


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_as_many_queries_for_one_link_as_for_three(
    as_user, elodie, kip, draft_file, number, django_assert_num_queries
):
    for index in range(2 * number):
        outcomes = kip.learningoutcomes.filter(key="can-find-money")
        create_module(f"money-{index}", f"Money {index}", position=index, outcomes=outcomes)
        create_module(f"idle-{index}", f"Idle {index}")
    revision = publish_file(draft_file)
    for review in LinkReview.objects.all()[:number]:
        actions.decide_link(review, elodie, [outcome(revision, "can-find-money")])
    client = as_user(elodie)
    # Session and person; the reviews with module, revisions and old outcome; what old outcomes serve; the suggestions;
    # what these serve; what was chosen; all outcomes to choose from; modules that serve nothing; roles, to navigate.
    with django_assert_num_queries(10):
        assert client.get(PAGE).status_code == 200


# --- Deciding -----------------------------------------------------------------------------------


def test_she_links_a_module_to_what_is_suggested(as_user, elodie, money, review, revision):
    address = reverse("training:link", args=[review.pk])
    said = as_user(elodie).post(address, {"suggested": [outcome(revision, "can-find-money").pk]}, follow=True)
    assert "“Finding money” now serves B-LO2." in words(said)
    assert served(money, revision) == {"can-find-money"}
    review.refresh_from_db()
    assert review.decided_by == elodie


def test_she_links_a_module_to_another_outcome_too(as_user, elodie, money, review, revision):
    chosen = {
        "suggested": [outcome(revision, "can-find-money").pk],
        "other": outcome(revision, "can-plan-fundraising").pk,
    }
    said = as_user(elodie).post(reverse("training:link", args=[review.pk]), chosen, follow=True)
    assert "“Finding money” now serves B-LO2, B-LO6." in words(said)
    assert served(money, revision) == {"can-find-money", "can-plan-fundraising"}


def test_she_drops_a_link(as_user, elodie, kip, money, review, revision):
    said = as_user(elodie).post(reverse("training:drop_link", args=[review.pk]), follow=True)
    assert "“Finding money” serves nothing in the place of B-LO2." in words(said)
    assert served(money, revision) == set()
    assert served(money, kip) == {"can-find-money"}


def test_nothing_chosen_is_asked_for_again(as_user, elodie, money, review, revision):
    answer = as_user(elodie).post(reverse("training:link", args=[review.pk]))
    assert answer.status_code == 422
    text = words(answer)
    assert "Nothing was linked." in text
    assert "Choose an outcome to link to, or drop the link." in text
    assert served(money, revision) == set()


def test_an_outcome_of_another_revision_is_refused(as_user, elodie, kip, money, review, revision):
    address = reverse("training:link", args=[review.pk])
    answer = as_user(elodie).post(address, {"other": outcome(kip, "can-answer-call").pk})
    assert answer.status_code == 422
    assert "Choose one of the learning outcomes in the list." in words(answer)
    assert served(money, revision) == set()


def test_the_second_of_two_admins_is_told(as_user, elodie, money, review, revision):
    actions.decide_link(review, elodie)
    address = reverse("training:link", args=[review.pk])
    said = as_user(elodie).post(address, {"suggested": [outcome(revision, "can-find-money").pk]}, follow=True)
    assert "This link was decided already, by Élodie" in words(said)
    assert served(money, revision) == set()


def test_the_second_of_two_admins_is_told_whatever_was_chosen(as_user, elodie, money, review, revision):
    actions.decide_link(review, elodie)
    said = as_user(elodie).post(reverse("training:link", args=[review.pk]), follow=True)
    assert said.redirect_chain == [(reverse("training:links"), 302)]
    assert "This link was decided already, by Élodie" in words(said)
    assert served(money, revision) == set()


def test_a_link_of_a_revision_that_was_taken_back_cannot_be_decided(elodie, money, review, revision):
    take_back(revision)
    with pytest.raises(Refused, match="taken back"):
        actions.decide_link(review, elodie)
    assert Module.objects.get(key="money").outcomes.count() == 1


def test_a_link_of_a_superseded_revision_is_not_to_be_decided(as_user, elodie, kip, money):
    old = LinkReview.objects.create(module=money, revision=kip, old_outcome=kip.learningoutcomes.first())
    assert "Finding money" in words(as_user(elodie).get(PAGE))
    Revision.objects.filter(pk=kip.pk).update(status="superseded")
    assert "No link waits for you" in words(as_user(elodie).get(PAGE))
    assert as_user(elodie).post(reverse("training:drop_link", args=[old.pk])).status_code == 404


def test_a_link_to_review_is_known_by_names_instead_of_numbers(review):
    assert review.natural_key() == ("money", "kip", "2026.1-draft", "2021.11", "can-find-money")
    assert LinkReview.objects.get_by_natural_key(*review.natural_key()) == review


def test_the_page_of_revisions_leads_to_the_links_that_wait(as_user, elodie, review, revision):
    html = as_user(elodie).get(reverse("frameworks:manage")).content.decode()
    assert "3 links from modules wait to be decided." in html
    assert f'href="{PAGE}"' in html
    for each in LinkReview.objects.all():
        actions.decide_link(each, elodie)
    assert PAGE not in as_user(elodie).get(reverse("frameworks:manage")).content.decode()


# --- Taking all suggestions -----------------------------------------------------------------------


def take_suggested(revision):
    return reverse("training:take_suggested", args=[revision.pk])


@pytest.fixture
def ambiguous(reports, revision):
    """The link for which two outcomes are suggested, of the three that wait."""
    review = LinkReview.objects.get(module=reports, old_outcome__key="can-run-meetings")
    review.suggestions.set([outcome(revision, "can-run-meetings"), outcome(revision, "can-find-money")])
    return review


def filled(page):
    return re.findall(r'class="button" type="submit">([^<]*)', in_one_line(page))


def test_the_page_offers_to_take_what_is_suggested_alone(as_user, elodie, ambiguous):
    page = as_user(elodie).get(PAGE)
    assert "2 of 3 links to Repository of skills 2026.1-draft have a single suggestion each." in words(page)
    assert "The others stay to be decided one by one." in words(page)
    assert filled(page) == ["Take all 2 suggestions"]


def test_she_takes_them_all_and_one_remains(as_user, elodie, money, reports, revision, ambiguous):
    page = as_user(elodie).post(take_suggested(revision), follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert "2 links are made as suggested. 1 link remains to be decided." in words(page)
    assert served(money, revision) == {"can-find-money"}
    assert served(reports, revision) == {"can-report-controls"}
    assert "2 links are decided" in words(page)
    assert "B-LO2 → B-LO2" in words(page)
    assert "by Élodie" in words(page)
    ambiguous.refresh_from_db()
    assert ambiguous.decided_at is None
    assert filled(page) == ["Link"]


def test_what_another_admin_decided_meanwhile_stays(as_user, elodie, money, review, revision):
    client = as_user(elodie)
    client.get(PAGE)
    actions.decide_link(review, elodie)
    page = client.post(take_suggested(revision), follow=True)
    assert "2 links are made as suggested. Nothing remains to be decided." in words(page)
    assert served(money, revision) == set()
    assert not review.chosen.exists()


def test_when_none_waits_any_more_she_is_told(as_user, elodie, ambiguous, revision):
    actions.take_suggested_links(revision, elodie)
    page = as_user(elodie).post(take_suggested(revision), follow=True)
    assert "No link with a single suggestion waits any more" in words(page)
    assert "1 link" in words(page)
    assert LinkReview.objects.open().get() == ambiguous


def test_those_of_a_superseded_revision_are_not_taken(as_user, elodie, revision):
    Revision.objects.filter(pk=revision.pk).update(status="superseded")
    page = as_user(elodie).post(take_suggested(revision), follow=True)
    assert "Nothing has changed just now." in words(page)
    assert not LinkReview.objects.filter(decided_at__isnull=False).exists()


@pytest.mark.parametrize("who", ["ana", "marco", "petra"])
def test_nobody_else_takes_suggestions(who, request, as_user, revision):
    assert as_user(request.getfixturevalue(who)).post(take_suggested(revision)).status_code == 403
    assert LinkReview.objects.open().count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_takes_the_suggestions(elodie, money, revision):
    outcomes = at_once(*[partial(actions.take_suggested_links, revision, elodie)] * 2)
    assert sorted(outcomes) == [(0, 0), (3, 0)]
    assert served(money, revision) == {"can-find-money"}


@pytest.mark.parametrize("number", [1, 3])
def test_taking_suggestions_costs_the_same_however_many(number, elodie, revision, django_assert_num_queries):
    kept = LinkReview.objects.order_by("pk")[:number]
    LinkReview.objects.exclude(pk__in=[each.pk for each in kept]).delete()
    # Between a savepoint and its end: the links that wait, what is suggested for them, the modules' outcomes, what was
    # chosen, that they are decided.
    with django_assert_num_queries(7):
        assert actions.take_suggested_links(revision, elodie) == (number, 0)


# --- In a browser -------------------------------------------------------------------------------


def test_elodie_decides_in_a_browser(page, sign_in, axe, elodie, revision, money):
    sign_in(page, elodie)
    page.goto(PAGE)
    axe(page)
    panel = page.get_by_role("region", name="Finding money")
    panel.get_by_role("checkbox").uncheck()
    panel.get_by_role("button", name="Link Finding money in the place of B-LO2").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was linked.")
    axe(page)
    panel.get_by_label("To another learning outcome").select_option(str(outcome(revision, "can-plan-fundraising").pk))
    panel.get_by_role("button", name="Link Finding money").click()
    expect(page.get_by_role("status")).to_contain_text("“Finding money” now serves B-LO6.")
    page.get_by_role("button", name="Drop the link of Reports and meetings to B-LO4").click()
    page.get_by_role("button", name="Drop the link of Reports and meetings to C-LO4").click()
    expect(page.get_by_role("heading", name="No link waits for you")).to_be_visible()
    page.get_by_text("3 links are decided").click()
    axe(page)
    assert served(money, revision) == {"can-plan-fundraising"}
