"""Taking a module: Ana starts, does steps and completes; Marco confirms; who may withdraw."""

import pytest
from django.urls import reverse

from training.assignments import actions
from training.models import Assignment

pytestmark = pytest.mark.django_db
State = Assignment.State


def post(client, name, assignment, position=None, **data):
    args = [assignment.pk] if position is None else [assignment.pk, position]
    return client.post(reverse(f"training:{name}", args=args), data)


def material(position):
    return reverse("training:material", args=["agreements", position])


MODULE = "/training/modules/agreements/"


def test_starting_leads_to_the_first_step(as_user, ana, anas):
    assert post(as_user(ana), "start", anas).url == material(1)
    anas.refresh_from_db()
    assert anas.state == State.STARTED


def test_starting_twice_keeps_the_first_time(as_user, ana, anas):
    post(as_user(ana), "start", anas)
    first = Assignment.objects.get().started_at
    post(as_user(ana), "start", anas)
    assert Assignment.objects.get().started_at == first


def test_doing_the_first_step_begins_the_module_and_leads_to_the_second(as_user, ana, anas):
    assert post(as_user(ana), "step", anas, 1, done="1").url == material(2)
    anas.refresh_from_db()
    assert anas.state == State.STARTED
    assert [step.material.position for step in anas.steps.all()] == [1]


def test_doing_a_step_twice_counts_once(as_user, ana, anas):
    for _click in range(2):
        post(as_user(ana), "step", anas, 1, done="1")
    assert anas.steps.count() == 1


def test_a_step_can_be_marked_as_not_done_again(as_user, ana, anas):
    post(as_user(ana), "step", anas, 1, done="1")
    assert post(as_user(ana), "step", anas, 1, done="0").url == material(1)
    assert not anas.steps.exists()


def test_the_last_step_leads_back_to_the_module(as_user, ana, anas):
    assert post(as_user(ana), "step", anas, 3, done="1").url == MODULE


def test_a_step_that_the_module_does_not_have_is_not_found(as_user, ana, anas):
    assert post(as_user(ana), "step", anas, 9, done="1").status_code == 404


def test_starting_in_the_middle_leads_to_the_first_step_that_is_left(as_user, ana, anas):
    post(as_user(ana), "step", anas, 1, done="1")
    assert post(as_user(ana), "start", anas).url == material(2)


def test_ana_completes_when_all_steps_are_done(as_user, ana, anas):
    for position in (1, 2, 3):
        post(as_user(ana), "step", anas, position, done="1")
    page = as_user(ana).get(MODULE).content.decode()
    assert "Mark the module complete" in page
    response = as_user(ana).post(reverse("training:complete", args=[anas.pk]), follow=True)
    anas.refresh_from_db()
    assert anas.state == State.COMPLETED
    page = response.content.decode()
    assert "You have completed “Writing an agreement”." in page
    assert f'href="{reverse("assessments:index")}">Rate yourself again</a>' in page


def test_completing_with_steps_left_needs_saying_so(as_user, ana, anas):
    response = as_user(ana).post(reverse("training:complete", args=[anas.pk]), follow=True)
    assert "Some steps are not done yet. Do them first, or finish the module without them." in response.content.decode()
    anas.refresh_from_db()
    assert anas.state == State.ASSIGNED
    post(as_user(ana), "complete", anas, without_all_steps="1")
    anas.refresh_from_db()
    assert anas.state == State.COMPLETED
    assert anas.started_at is not None


def test_completing_twice_keeps_the_first_time(as_user, ana, finished):
    post(as_user(ana), "complete", finished, without_all_steps="1")
    assert Assignment.objects.get().completed_at == finished.completed_at


def test_the_steps_of_a_completed_module_stay(as_user, ana, finished):
    response = as_user(ana).post(reverse("training:step", args=[finished.pk, 1]), {"done": "1"}, follow=True)
    assert "This module is completed, so its steps stay as they are." in response.content.decode()
    assert not finished.steps.exists()


def test_marco_confirms(as_user, marco, finished):
    response = as_user(marco).post(reverse("training:confirm", args=[finished.pk]), follow=True)
    assert "You confirmed “Writing an agreement” for Ana Šarić." in response.content.decode()
    finished.refresh_from_db()
    assert (finished.state, finished.confirmed_by) == (State.CONFIRMED, marco)


def test_the_first_confirmation_stays(as_user, marco, finished):
    actions.approve(finished, marco)
    first = Assignment.objects.get().confirmed_at
    actions.approve(finished, marco)
    assert Assignment.objects.get().confirmed_at == first


def test_what_is_not_completed_cannot_be_confirmed(as_user, marco, anas):
    response = as_user(marco).post(reverse("training:confirm", args=[anas.pk]), follow=True)
    assert "This module is not completed yet" in response.content.decode()
    anas.refresh_from_db()
    assert anas.state == State.ASSIGNED


def test_nobody_confirms_her_own_module(as_user, marco, agreements):
    own = actions.add_to_plan(marco, agreements)
    actions.complete(own, without_all_steps=True)
    assert post(as_user(marco), "confirm", own).status_code == 403


def test_marco_withdraws_what_he_assigned(as_user, marco, anas):
    assert post(as_user(marco), "withdraw", anas).url == reverse("training:board")
    assert not Assignment.objects.exists()


def test_ana_cannot_withdraw_what_her_trainer_asked_for(as_user, ana, anas):
    assert post(as_user(ana), "withdraw", anas).status_code == 403
    assert Assignment.objects.exists()


def test_ana_takes_off_what_she_put_on_her_plan(as_user, ana, agreements):
    own = actions.add_to_plan(ana, agreements)
    assert post(as_user(ana), "withdraw", own).url == reverse("training:plan")
    assert not Assignment.objects.exists()


def test_marco_cannot_withdraw_what_ana_put_on_her_plan_and_shows_him(as_user, marco, ana, agreements, kvarner):
    own = actions.add_to_plan(ana, agreements)
    actions.show_to(own, kvarner)
    page = as_user(marco).get(reverse("training:assignment", args=[own.pk]))
    assert page.status_code == 200
    assert "Withdraw" not in page.content.decode()
    assert post(as_user(marco), "withdraw", own).status_code == 403
    assert Assignment.objects.exists()


def test_marco_withdraws_what_a_trainer_who_has_left_assigned(as_user, marco, anas):
    Assignment.objects.update(assigned_by=None)
    assert post(as_user(marco), "withdraw", anas).url == reverse("training:board")
    assert not Assignment.objects.exists()


def test_what_ana_did_stays_on_her_own_plan_when_marco_withdraws(as_user, marco, ana, anas):
    post(as_user(ana), "step", anas, 1, done="1")
    post(as_user(marco), "withdraw", anas)
    anas.refresh_from_db()
    assert (anas.assigned_by, anas.organisation, anas.due, anas.message) == (ana, None, None, "")
    assert anas.steps.count() == 1
    assert as_user(marco).get(reverse("training:assignment", args=[anas.pk])).status_code == 404


def test_what_is_completed_cannot_be_withdrawn(as_user, marco, finished):
    response = as_user(marco).post(reverse("training:withdraw", args=[finished.pk]), follow=True)
    assert "This module is completed. What was learnt stays in the records." in response.content.decode()
    assert Assignment.objects.exists()


@pytest.mark.parametrize("name", ["start", "complete", "step"])
def test_a_trainer_does_not_act_for_the_person(as_user, marco, anas, name):
    response = post(as_user(marco), name, anas, 1 if name == "step" else None, done="1")
    assert response.status_code == 403
    anas.refresh_from_db()
    assert anas.state == State.ASSIGNED


@pytest.mark.parametrize("name", ["start", "step", "complete", "confirm", "withdraw"])
@pytest.mark.parametrize(
    ("person", "status"),
    [("luka", 403), ("ivana", 403), ("petra", 403), ("elodie", 404), ("claire", 404), ("hugo", 404)],
)
def test_others_cannot_touch_anas_assignment(as_user, request, anas, name, person, status):
    before = Assignment.objects.values().get()
    response = post(as_user(request.getfixturevalue(person)), name, anas, 1 if name == "step" else None, done="1")
    assert response.status_code == status
    assert Assignment.objects.values().get() == before


@pytest.mark.parametrize("name", ["start", "step", "complete", "confirm", "withdraw", "add"])
def test_nothing_happens_by_following_a_link(as_user, ana, anas, name):
    args = {"step": [anas.pk, 1], "add": []}.get(name, [anas.pk])
    assert as_user(ana).get(reverse(f"training:{name}", args=args)).status_code == 405
