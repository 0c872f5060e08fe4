"""Ana's plan and Marco's board."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_site.accounts.models import Membership, Role, User
from tests.training.conftest import create_module
from tests.words import in_one_line
from training.assignments import actions, board, plan
from training.models import Assignment

pytestmark = pytest.mark.django_db
PLAN, BOARD = "/training/plan/", "/training/assignments/"


def page(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200
    text = in_one_line(response)
    assert text.count('class="button"') == 1
    return text


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


# --- The plan -----------------------------------------------------------------------------------


def test_an_empty_plan_says_where_to_find_modules(as_user, ana):
    text = page(as_user(ana), PLAN)
    assert "Nothing to take at the moment" in text
    assert "Look through the modules" in text


def test_the_plan_goes_on_with_what_is_begun(as_user, ana, marco, agreements, meetings, kvarner):
    actions.assign(marco, ana, agreements, kvarner, in_days(2))
    begun = actions.assign(marco, ana, meetings, kvarner, in_days(20))
    actions.start(begun)
    text = page(as_user(ana), PLAN)
    assert "Continue with “Running a meeting”" in text
    assert "You are at step 1 of 2. About 90 minutes are left." in text
    assert "One more module to take" in text
    assert "60 minutes. Marco Bellini asked you to take it." in text


def test_the_plan_has_the_nearest_due_date_first(ana, marco, agreements, meetings, in_three_weeks, kvarner):
    actions.add_to_plan(ana, create_module("notes", "Taking notes"))
    actions.assign(marco, ana, meetings, kvarner, in_three_weeks)
    actions.assign(marco, ana, agreements, kvarner, timezone.localdate())
    assert [item.title for item in plan.load(ana).open] == [
        "Writing an agreement",
        "Running a meeting",
        "Taking notes",
    ]


def test_the_plan_keeps_what_is_done(as_user, ana, marco, finished):
    actions.approve(finished, marco)
    text = page(as_user(ana), PLAN)
    assert "One module done" in text
    assert "Confirmed" in text
    assert "Rate yourself again" in text


def test_the_plan_holds_nobody_elses_modules(as_user, luka, marco, anas):
    assert "Writing an agreement" not in page(as_user(luka), PLAN)
    assert "Writing an agreement" not in page(as_user(marco), PLAN)


@pytest.mark.parametrize("number", [1, 3])
def test_the_plan_takes_as_many_queries_for_one_module_as_for_three(as_user, ana, number, django_assert_num_queries):
    for index in range(number):
        module = create_module(f"module-{index}", f"Module {index}")
        actions.add_to_plan(ana, module)
        actions.complete(
            actions.add_to_plan(ana, create_module(f"done-{index}", f"Done {index}")), without_all_steps=True
        )
    client = as_user(ana)
    # Session and person; the assignments with module, trainer and progress; roles for the navigation.
    with django_assert_num_queries(4):
        page(client, PLAN)


# --- The board ----------------------------------------------------------------------------------


def test_an_empty_board_says_how_to_begin(as_user, marco):
    text = page(as_user(marco), BOARD)
    assert "Nobody has a module to take yet" in text
    assert "Assign a module" in text


def test_each_assignment_stands_in_the_column_of_its_state(marco, ana, luka, agreements, meetings, anas, kvarner):
    begun = actions.assign(marco, luka, agreements, kvarner, in_days(40))
    actions.start(begun)
    done = actions.assign(marco, luka, meetings, kvarner)
    actions.complete(done, without_all_steps=True)
    confirmed = actions.assign(marco, ana, meetings, kvarner)
    actions.complete(confirmed, without_all_steps=True)
    actions.approve(confirmed, marco)
    columns = board.columns(Assignment.objects.led_by(marco))
    assert [[(ticket.person, ticket.module) for ticket in column.tickets] for column in columns] == [
        [("Ana Šarić", "Writing an agreement")],
        [("Luka Perić", "Writing an agreement")],
        [("Luka Perić", "Running a meeting")],
        [("Ana Šarić", "Running a meeting")],
    ]
    assert [column.tickets[0].tag.css for column in columns] == ["", "tag-going", "tag-done", "tag-done"]
    assert columns[1].tickets[0].tag.text == "Step 1 of 3"


def test_the_board_asks_for_confirmations(as_user, marco, finished):
    text = page(as_user(marco), BOARD)
    assert "One finished module waits for you." in text
    assert f'action="{reverse("training:confirm", args=[finished.pk])}"' in text
    assert "Nobody is working on a module." in text


def test_the_board_counts_what_waits_and_not_the_people(as_user, marco, ana, finished, meetings, kvarner):
    actions.complete(actions.assign(marco, ana, meetings, kvarner), without_all_steps=True)
    assert "2 finished modules wait for you." in page(as_user(marco), BOARD)


def test_the_board_holds_the_people_of_the_trainers_organisations_only(as_user, hugo, anas):
    assert "Ana Šarić" not in page(as_user(hugo), BOARD)


@pytest.mark.parametrize("person", ["ana", "ivana", "petra", "elodie"])
def test_the_board_is_for_trainers(as_user, request, person):
    assert as_user(request.getfixturevalue(person)).get(BOARD).status_code == 403


@pytest.fixture
def busy(marco, ana, luka, agreements, meetings, kvarner):
    """Ana is late with agreements and has meetings next week; Luka has meetings without a date."""
    late = actions.assign(marco, ana, agreements, kvarner, in_days(1))
    Assignment.objects.filter(pk=late.pk).update(due=in_days(-2))
    actions.assign(marco, ana, meetings, kvarner, in_days(7))
    actions.assign(marco, luka, meetings, kvarner)


def tickets(text):
    """(person, module) of each ticket on a page."""
    return sorted(
        tuple(part.split("</span>")[0].split('<span class="visually-hidden">, '))
        for part in text.split('<li class="ticket">')[1:]
        for part in [part.split('/">', 1)[1]]
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["Ana Running", "Ana Writing", "Luka Running"]),
        ({"person": "ana"}, ["Ana Running", "Ana Writing"]),
        ({"module": "meetings"}, ["Ana Running", "Luka Running"]),
        ({"person": "ana", "module": "meetings"}, ["Ana Running"]),
        ({"due": "late"}, ["Ana Writing"]),
        ({"due": "week"}, ["Ana Running"]),
        ({"due": "later"}, []),
        ({"due": "none"}, ["Luka Running"]),
    ],
    ids=str,
)
def test_the_board_can_be_narrowed(as_user, marco, ana, busy, query, expected):
    if "person" in query:
        query = {**query, "person": ana.pk}
    found = tickets(page(as_user(marco), BOARD, **query))
    assert [f"{person.split()[0]} {module.split()[0]}" for person, module in found] == expected


def test_a_filter_that_finds_nothing_keeps_the_filters_in_view(as_user, marco, busy):
    text = page(as_user(marco), BOARD, due="later")
    assert "Nothing here for this choice." in text
    assert '<option value="later" selected>' in text


def test_an_unknown_person_in_the_filter_is_told(as_user, marco, claire, busy):
    text = page(as_user(marco), BOARD, person=claire.pk)
    assert "All assignments are shown. Please look at:" in text
    assert '<a href="#id_person">Person: Choose one of the people in your organisations.</a>' in text
    assert "<title>Error: " in text
    assert len(tickets(text)) == 3


def test_a_long_column_is_cut_and_can_be_shown_whole(as_user, marco, kvarner, agreements):
    for index in range(10):
        person = User.objects.create(email=f"person-{index}@kvarner.example", name=f"Person {index}")
        Membership.objects.create(user=person, organisation=kvarner, role=Role.PRACTITIONER)
        actions.assign(marco, person, agreements, kvarner)
    text = page(as_user(marco), BOARD, module="agreements")
    assert len(tickets(text)) == board.SHORT
    assert 'href="?module=agreements&amp;all=assigned">2 more<span class="visually-hidden"> in Assigned' in text
    assert len(tickets(page(as_user(marco), BOARD, module="agreements", all="assigned"))) == 10


@pytest.mark.parametrize("number", [1, 3])
def test_the_board_takes_as_many_queries_for_one_ticket_a_column_as_for_three(
    as_user, marco, kvarner, number, django_assert_num_queries
):
    for index in range(number):
        person = User.objects.create(email=f"person-{index}@kvarner.example", name=f"Person {index}")
        Membership.objects.create(user=person, organisation=kvarner, role=Role.PRACTITIONER)
        for state in Assignment.State:
            assignment = actions.assign(marco, person, create_module(f"{state}-{index}", f"{state} {index}"), kvarner)
            if state != Assignment.State.ASSIGNED:
                actions.start(assignment)
            if state in {Assignment.State.COMPLETED, Assignment.State.CONFIRMED}:
                actions.complete(assignment, without_all_steps=True)
            if state == Assignment.State.CONFIRMED:
                actions.approve(assignment, marco)
    client = as_user(marco)
    # Session and person; roles; counts; a column each (4); people and modules for the filters.
    with django_assert_num_queries(10):
        page(client, BOARD)


def test_marco_opens_an_assignment_and_sees_each_step(as_user, marco, anas):
    actions.set_step(anas, anas.module.materials.get(position=1), done=True)
    text = client_page(as_user(marco), anas)
    assert "1 of 3 steps done" in text
    assert text.count("Not done yet") == 2
    assert "The paper is where it gets stuck." in text
    assert "Withdraw this assignment" in text


def test_a_completed_assignment_is_confirmed_on_its_page(as_user, marco, finished):
    text = client_page(as_user(marco), finished)
    assert "Waiting for you" in text
    assert "mailto:ana@kvarner.example" in text
    assert "Withdraw this assignment" not in text


def client_page(client, assignment):
    response = client.get(reverse("training:assignment", args=[assignment.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_marco_reads_who_asked_for_it(as_user, marco, luka, agreements, anas, kvarner):
    assert "<dt>Asked by</dt><dd>Marco Bellini</dd>" in client_page(as_user(marco), anas)
    own = actions.add_to_plan(luka, agreements)
    actions.show_to(own, kvarner)
    assert "nobody: on their own plan by their own choice" in client_page(as_user(marco), own)
    assert "Their own choice, shown to you" in page(as_user(marco), BOARD)


def test_ana_is_shown_the_module_instead(as_user, ana, anas):
    response = as_user(ana).get(reverse("training:assignment", args=[anas.pk]))
    assert response.url == reverse("training:module", args=["agreements"])
