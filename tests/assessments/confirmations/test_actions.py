"""A trainer or a manager confirms levels of a profile, or takes that back; the person is told."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import get_language

from assessments.confirmations import actions
from assessments.models import Assessment, LevelConfirmation
from assessments.profile import page as profiles
from assessments.sharing.audience import ways_to
from assessments.updates import actions as update_actions
from kip_site.accounts.models import Membership, Role
from kip_site.refusals import Refused
from tests.assessed import SUBMITTED, confirmations_of, confirmed, shown, submitted
from tests.at_once import at_once
from tests.revised import Author

pytestmark = pytest.mark.django_db


@pytest.fixture
def shared(anas_shared):
    """Ana's profile as a view has it."""
    return loaded(anas_shared)


def loaded(assessment):
    return Assessment.objects.for_profile().get(pk=assessment.pk)


def ratings(assessment, *codes):
    return set(assessment.ratings.filter(statement__code__in=codes).values_list("pk", flat=True))


def test_marco_confirms_levels_and_takes_one_back(marco, shared, kvarner):
    act = actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1", "A2"), set())
    assert (act.added, act.removed, act.role) == (2, 0, "trainer")
    assert confirmations_of(shared) == {
        ("A1", "Marco Bellini", "trainer", ""),
        ("A2", "Marco Bellini", "trainer", ""),
    }
    act = actions.confirm_levels(marco, shared, kvarner, set(), ratings(shared, "A1"))
    assert (act.added, act.removed) == (0, 1)
    assert confirmations_of(shared) == {("A2", "Marco Bellini", "trainer", "")}


def test_what_is_confirmed_already_keeps_its_date(marco, shared, kvarner):
    confirmed(shared, marco, ["A1"], on=SUBMITTED)
    act = actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), set())
    assert act.added == 0
    assert LevelConfirmation.objects.get().at == SUBMITTED


def test_nobody_takes_back_what_another_confirmed(marco, ivana, shared, kvarner):
    confirmed(shared, ivana, ["A1"], role="manager")
    act = actions.confirm_levels(marco, shared, kvarner, set(), ratings(shared, "A1"))
    assert act.removed == 0
    assert confirmations_of(shared) == {("A1", "Ivana Kovač", "manager", "")}


def test_the_role_is_that_in_which_the_profile_is_seen(marco, ivana, kvarner, shared):
    def role():
        return [(way.organisation, way.role) for way in ways_to(shared, ivana)]

    assert role() == [(kvarner, "manager")]
    Membership.objects.create(user=ivana, organisation=kvarner, role=Role.TRAINER)
    assert role() == [(kvarner, "manager")]  # nobody has shown it to her as a trainer yet
    shown(shared, trainers=True, managers=True)
    assert role() == [(kvarner, "trainer")]
    shown(shared, managers=True)
    assert role() == [(kvarner, "manager")]


@pytest.mark.parametrize("who", ["ana", "luka", "petra", "elodie", "hugo"])
def test_who_does_not_see_the_profile_confirms_nothing(who, shared, request, kvarner):
    with pytest.raises(PermissionDenied):
        actions.confirm_levels(request.getfixturevalue(who), shared, kvarner, ratings(shared, "A1"), set())
    assert not LevelConfirmation.objects.exists()


def test_sharing_that_is_withdrawn_in_the_meantime_changes_nothing(marco, shared, kvarner):
    confirmed(shared, marco, ["A2"])
    shown(shared, managers=True)
    with pytest.raises(PermissionDenied):
        actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), ratings(shared, "A2"))
    assert confirmations_of(shared) == {("A2", "Marco Bellini", "trainer", "")}


def test_only_levels_of_this_profile_are_confirmed(marco, luka, essential, shared, kvarner):
    other = submitted(luka, essential, {"A1": 2}, trainers=True)
    for wrong in (ratings(other, "A1"), ratings(shared, "B2"), {10**9}):
        with pytest.raises(Refused):
            actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1") | wrong, set())
    assert not LevelConfirmation.objects.exists()


def test_a_level_is_confirmed_once_by_each(marco, shared):
    confirmed(shared, marco, ["A1"])
    with pytest.raises(IntegrityError), transaction.atomic():
        confirmed(shared, marco, ["A1"])


def test_where_a_newer_assessment_is_shared_the_older_stays_as_it_is(marco, ana, repository_of_skills, shared, kvarner):
    Author(repository_of_skills).publish("2026.1")
    taken = update_actions.take_over(ana, shared)
    with pytest.raises(Refused):
        actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), set())
    assert actions.newer_of(marco, shared, kvarner) == taken
    # What she keeps to herself is nobody's business.
    shown(taken)
    assert actions.newer_of(marco, shared, kvarner) is None
    assert actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), set()).added == 1


def test_an_erased_account_leaves_what_it_confirmed_without_a_name(marco, shared):
    confirmed(shared, marco, ["A1"])
    marco.delete()
    words = [each.words for each in profiles.build(shared).confirmed]
    assert words == ["1 of 22 levels confirmed by somebody who has left (trainer), 23 November 2026"]


# --- The e-mail -----------------------------------------------------------------------------------


def test_ana_gets_one_e_mail_for_each_act(marco, shared, mailoutbox, kvarner):
    actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1", "A2"), set())
    [message] = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "Marco Bellini (trainer) confirmed 2 of your levels"
    page = message.alternatives[0][0]
    for text in (message.body, page):
        assert "Marco Bellini (trainer) has confirmed 2 levels of your profile" in text
        assert f"http://testserver/assessments/{shared.pk}/profile/" in text
        assert "taken back" not in text
    actions.confirm_levels(marco, shared, kvarner, set(), ratings(shared, "A1"))
    assert mailoutbox[1].subject == "Marco Bellini (trainer) took back a confirmation"
    assert "has taken back 1 confirmation of a level" in mailoutbox[1].body


def test_who_confirmed_is_named_in_the_language_of_the_reader(
    marco, ana, shared, mailoutbox, settings, monkeypatch, kvarner
):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    type(ana).objects.filter(pk=ana.pk).update(language="fr")
    monkeypatch.setattr("assessments.confirmations.emails.who", lambda name, role: f"{name} in {get_language()}")
    actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), set())
    assert mailoutbox[0].subject == "Marco Bellini in fr confirmed 1 of your levels"


def test_saving_what_is_there_sends_no_e_mail(marco, shared, mailoutbox, kvarner):
    confirmed(shared, marco, ["A1"])
    actions.confirm_levels(marco, shared, kvarner, ratings(shared, "A1"), ratings(shared, "A2"))
    assert mailoutbox == []


# --- At once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_save_at_once_confirm_a_level_once(marco, shared, kvarner):
    wanted = ratings(shared, "A1", "A2")
    acts = at_once(*[partial(actions.confirm_levels, marco, shared, kvarner, wanted, set())] * 3)
    assert sorted(act.added for act in acts) == [0, 0, 2]
    assert LevelConfirmation.objects.count() == 2


def test_later_confirmations_stand_beside_earlier_ones(marco, shared):
    confirmed(shared, marco, ["A1"], on=SUBMITTED)
    confirmed(shared, marco, ["A2", "A3"], on=SUBMITTED + timedelta(days=3))
    words = [(each.words, each.codes) for each in profiles.build(shared).confirmed]
    assert words == [
        ("1 of 22 levels confirmed by Marco Bellini (trainer), 22 November 2026", ("A1",)),
        ("2 of 22 levels confirmed by Marco Bellini (trainer), 25 November 2026", ("A2", "A3")),
    ]
