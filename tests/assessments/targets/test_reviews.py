"""After a revision, platform admins take all levels that are suggested for a target profile at once."""

import re
from functools import partial

import pytest
from django.urls import reverse

from assessments.models import RequiredLevel, TargetProfile, TargetReview
from assessments.targets.actions import decide_required_level, take_suggested_levels
from tests.at_once import at_once
from tests.revised import Author
from tests.words import in_one_line, words

PAGE = "/assessments/manage/reviews/"


@pytest.fixture
def target(repository_of_skills, counsellor):
    """Of the counsellor, on a revision that leaves three levels to decide: two with a suggestion, E3 without."""
    revision = (
        Author(repository_of_skills)
        .succeed("identify-needs", "foresee-needs", "Foreseeing current and future needs of the partners")
        .merge(["evaluation-tools", "report-evaluations"], "evaluate", "Evaluating and reporting")
        .add("evaluation", "sub_competences", "learn", "E3", "Learning from evaluations")
        .publish("2026.1")
    )
    return TargetProfile.objects.get(revision=revision)


def button(target):
    return reverse("assessments:take_suggested", args=[target.pk])


def review(target, key):
    return TargetReview.objects.get(target=target, statement__key=key)


def required(target):
    """{statement: level} of what was left to decide and is required now."""
    asked = TargetReview.objects.filter(target=target).values("statement")
    return dict(target.required.filter(statement__in=asked).values_list("statement__key", "level__value"))


def filled(page):
    return re.findall(r'class="button" type="submit">([^<]*)', in_one_line(page))


def test_the_page_offers_to_take_all_suggestions(signed_in, elodie, target):
    page = signed_in(elodie).get(PAGE)
    assert "2 of 3 have a suggestion: the highest level that was required before." in words(page)
    assert "The others stay to be decided one by one." in words(page)
    assert "Take all 2 suggestions for" in words(page)
    assert filled(page) == ["Take all 2 suggestions"]


def test_she_takes_them_all_and_reads_what_remains(signed_in, elodie, target):
    suggested = {key: review(target, key).suggested_level.value for key in ("foresee-needs", "evaluate")}
    page = signed_in(elodie).post(button(target), follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert f"“{target}” requires the suggested levels of 2 statements." in words(page)
    assert "1 statement without a suggestion remains to be decided." in words(page)
    assert required(target) == suggested
    assert {review(target, key).decided_by for key in suggested} == {elodie}
    assert review(target, "learn").decided_at is None
    assert "Take " not in words(page)
    assert filled(page) == ["Require this level"]


def test_with_the_last_one_she_reads_that_nothing_remains(signed_in, elodie, target):
    decide_required_level(review(target, "learn"), None, elodie)
    decide_required_level(review(target, "evaluate"), None, elodie)
    client = signed_in(elodie)
    assert filled(client.get(PAGE)) == ["Take the one suggestion"]
    page = client.post(button(target), follow=True)
    assert "requires the suggested level of 1 statement. Nothing remains to be decided for it." in words(page)
    assert "Nothing waits for a decision" in words(page)


def test_what_somebody_decided_meanwhile_stays(signed_in, elodie, target):
    client = signed_in(elodie)
    client.get(PAGE)
    decide_required_level(review(target, "evaluate"), None, elodie)
    lowest = target.revision.scale.levels.first()
    # Written elsewhere, for example on the administration page of the target.
    RequiredLevel.objects.create(target=target, statement=review(target, "foresee-needs").statement, level=lowest)
    client.post(button(target))
    assert required(target) == {"foresee-needs": lowest.value}


def test_when_no_suggestion_waits_any_more_she_is_told(signed_in, elodie, target):
    take_suggested_levels(target, elodie)
    before = required(target)
    page = signed_in(elodie).post(button(target), follow=True)
    assert f"No suggestion for “{target}” waits any more" in words(page)
    assert required(target) == before


@pytest.mark.parametrize("sent", [{"level": "2"}, {"level": "9"}, {}])
def test_the_second_of_two_admins_is_told_whatever_was_chosen(signed_in, elodie, target, sent):
    decided = review(target, "evaluate")
    decide_required_level(decided, None, elodie)
    page = signed_in(elodie).post(reverse("assessments:decide_target", args=[decided.pk]), sent, follow=True)
    assert page.redirect_chain == [(PAGE, 302)]
    assert "This was decided in another window meanwhile." in words(page)
    assert required(target) == {}


def test_those_of_another_target_wait_on(signed_in, elodie, target):
    other = TargetProfile.objects.create(revision=target.revision, key="other", title="Another role")
    one = review(target, "evaluate")
    TargetReview.objects.create(target=other, statement=one.statement, suggested_level=one.suggested_level)
    signed_in(elodie).post(button(target))
    assert review(other, "evaluate").decided_at is None
    assert required(other) == {}


@pytest.mark.parametrize("who", ["ana", "marco", "ivana", "petra"])
def test_nobody_else_takes_them(who, request, signed_in, target):
    assert signed_in(request.getfixturevalue(who)).post(button(target)).status_code == 403
    assert required(target) == {}


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_at_once_one_takes_them(elodie, target):
    outcomes = at_once(*[partial(take_suggested_levels, target, elodie)] * 2)
    assert sorted(outcomes) == [(0, 1), (2, 1)]
    assert len(required(target)) == 2


@pytest.mark.parametrize("number", [1, 3])
def test_taking_them_costs_the_same_however_many(number, elodie, target, django_assert_num_queries):
    taken = TargetReview.objects.filter(target=target).order_by("pk")[:number]
    level = target.revision.scale.levels.last()
    TargetReview.objects.exclude(pk__in=[each.pk for each in taken]).delete()
    TargetReview.objects.update(suggested_level=level)
    # Between a savepoint and its end: the suggestions, that they are decided, the levels, what remains.
    with django_assert_num_queries(6):
        assert take_suggested_levels(target, elodie) == (number, 0)
