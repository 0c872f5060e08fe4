"""Assigning: a trainer asks a person of her organisation to take a module."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_site.refusals import Refused
from tests.at_once import at_once
from training.assignments import actions
from training.models import Assignment

pytestmark = pytest.mark.django_db


def address(**query):
    return reverse("training:assign", query=query)


def test_the_form_knows_the_person_and_the_module_and_proposes_three_weeks(
    as_user, marco, ana, agreements, in_three_weeks
):
    page = as_user(marco).get(address(person=ana.pk, module="agreements")).content.decode()
    assert "Assign a module to Ana Šarić" in page
    assert '<option value="agreements" selected>Writing an agreement</option>' in page
    assert f'value="{in_three_weeks.isoformat()}"' in page
    assert 'name="person"' not in page


def test_marco_assigns_a_module_to_ana(as_user, marco, ana, agreements, in_three_weeks, kvarner):
    response = as_user(marco).post(
        address(person=ana.pk), {"module": "agreements", "due": in_three_weeks.isoformat(), "message": "For May."}
    )
    assert response.url == reverse("training:board")
    assignment = Assignment.objects.get()
    assert (assignment.person, assignment.module, assignment.assigned_by) == (ana, agreements, marco)
    assert (assignment.due, assignment.message, assignment.organisation) == (in_three_weeks, "For May.", kvarner)
    assert assignment.state == Assignment.State.ASSIGNED


def test_without_a_person_in_the_address_the_form_offers_the_people_of_the_trainer(
    as_user, marco, ana, luka, claire, agreements
):
    page = as_user(marco).get(address()).content.decode()
    assert "Ana Šarić</option>" in page
    assert "Luka Perić</option>" in page
    assert "Claire Morel" not in page
    assert "Marco Bellini</option>" not in page
    as_user(marco).post(address(), {"person": luka.pk, "module": "agreements", "due": "", "message": ""})
    assert Assignment.objects.get().person == luka


def test_a_person_of_another_organisation_cannot_be_chosen(as_user, marco, claire, agreements):
    response = as_user(marco).post(address(), {"person": claire.pk, "module": "agreements"})
    assert response.status_code == 404
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("person", ["x", "-1", "9" * 30])
def test_a_person_that_nobody_can_be_is_not_found(as_user, marco, person):
    assert as_user(marco).get(address(person=person)).status_code == 404


def test_a_person_is_named_in_plain_digits(as_user, marco, ana):
    arabic = str(ana.pk).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert as_user(marco).get(address(person=ana.pk)).status_code == 200
    assert as_user(marco).get(address(person=arabic)).status_code == 404


def test_a_due_date_in_the_past_is_refused(as_user, marco, ana, agreements, kvarner):
    yesterday = timezone.localdate() - timedelta(days=1)
    response = as_user(marco).post(address(person=ana.pk), {"module": "agreements", "due": yesterday.isoformat()})
    assert response.status_code == 422
    assert "The due date lies in the past. Choose today or a later day." in response.content.decode()
    assert not Assignment.objects.exists()
    with pytest.raises(Refused, match="lies in the past"):
        actions.assign(marco, ana, agreements, kvarner, yesterday)


def test_a_date_that_does_not_exist_is_refused(as_user, marco, ana, agreements):
    response = as_user(marco).post(address(person=ana.pk), {"module": "agreements", "due": "2027-02-31"})
    assert "Enter a date that exists, such as 28 February 2027." in response.content.decode()
    assert not Assignment.objects.exists()


def test_today_is_not_in_the_past(marco, ana, agreements, kvarner):
    actions.assign(marco, ana, agreements, kvarner, timezone.localdate())
    assert Assignment.objects.count() == 1


def test_a_withdrawn_module_is_refused(as_user, marco, ana, agreements, kvarner):
    agreements.is_listed = False
    agreements.save()
    response = as_user(marco).post(address(person=ana.pk), {"module": "agreements"})
    assert "has been withdrawn. Choose another one." in response.content.decode()
    with pytest.raises(Refused, match="has been withdrawn from the catalogue"):
        actions.assign(marco, ana, agreements, kvarner)
    with pytest.raises(Refused, match="has been withdrawn from the catalogue"):
        actions.add_to_plan(ana, agreements)
    assert not Assignment.objects.exists()


def test_a_module_that_is_open_already_is_refused_in_a_clear_sentence(as_user, marco, ana, anas, in_three_weeks):
    response = as_user(marco).post(
        address(person=ana.pk), {"module": "agreements", "due": (in_three_weeks + timedelta(days=1)).isoformat()}
    )
    assert response.status_code == 422
    assert (
        "Ana Šarić already has “Writing an agreement” to take. Withdraw that assignment first"
        in response.content.decode()
    )
    assert Assignment.objects.count() == 1


def test_marco_assigns_what_ana_has_on_her_own_plan_and_learns_nothing_of_it(
    as_user, marco, ana, agreements, in_three_weeks, mailoutbox
):
    own = actions.add_to_plan(ana, agreements)
    actions.set_step(own, agreements.materials.first(), done=True)
    data = {"module": "agreements", "due": in_three_weeks.isoformat(), "message": "For May."}
    assert as_user(marco).post(address(person=ana.pk), data).status_code == 302
    own.refresh_from_db()
    assert (own.assigned_by, own.due, own.message, own.steps.count()) == (ana, None, "", 1)
    asked = Assignment.objects.get(assigned_by=marco)
    assert (asked.started_at, asked.steps.count()) == (None, 0)
    assert [message.to for message in mailoutbox] == [[ana.email]]


def test_what_ana_shows_to_marco_he_need_not_assign(as_user, marco, ana, agreements, kvarner):
    actions.show_to(actions.add_to_plan(ana, agreements), kvarner)
    response = as_user(marco).post(address(person=ana.pk), {"module": "agreements"})
    assert response.status_code == 422
    assert "Ana Šarić takes “Writing an agreement” by their own choice" in response.content.decode()
    assert Assignment.objects.get().assigned_by == ana


def test_a_double_click_assigns_once_and_writes_once(as_user, marco, ana, agreements, in_three_weeks, mailoutbox):
    data = {"module": "agreements", "due": in_three_weeks.isoformat(), "message": "For May."}
    responses = [as_user(marco).post(address(person=ana.pk), data) for _click in range(2)]
    assert [response.status_code for response in responses] == [302, 302]
    assert Assignment.objects.count() == 1
    assert len(mailoutbox) == 1


def test_a_completed_module_can_be_assigned_again(marco, ana, agreements, finished, kvarner):
    again = actions.assign(marco, ana, agreements, kvarner)
    assert again.pk != finished.pk
    assert Assignment.objects.of(ana).count() == 2


def test_adding_to_the_plan_twice_gives_one_assignment(as_user, ana, agreements):
    for _click in range(2):
        assert as_user(ana).post(reverse("training:add"), {"module": "agreements"}).status_code == 302
    assignment = Assignment.objects.get()
    assert assignment.is_own
    assert assignment.due is None


def test_adding_what_the_trainer_assigned_changes_nothing(ana, anas, marco):
    assert actions.add_to_plan(ana, anas.module) == anas
    assert Assignment.objects.get().assigned_by == marco


def test_adding_a_module_that_is_not_there_says_so(as_user, ana):
    response = as_user(ana).post(reverse("training:add"), {"module": "absent"}, follow=True)
    assert "This module is not in the catalogue any more." in response.content.decode()


@pytest.mark.django_db(transaction=True)
def test_of_two_trainers_at_the_same_moment_one_assigns(kip, ana, marco, agreements, kvarner):
    """The constraint decides, on every database: there is one open assignment and one clear refusal."""
    windows = [partial(actions.assign, marco, ana, agreements, kvarner, message=message) for message in "abcd"]
    results = at_once(*windows, refused=Refused)
    assert Assignment.objects.count() == 1
    assert sum(isinstance(result, Assignment) for result in results) == 1
    assert sum("already has" in str(result) for result in results) == 3
