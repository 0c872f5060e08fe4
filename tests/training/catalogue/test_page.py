"""The catalogue page, and what catalogue tells frameworks and profiles about modules."""

import threading
from functools import partial

import pytest
from django.db import transaction
from django.urls import reverse

from frameworks import hooks
from tests.at_once import on_own_connection
from tests.training.conftest import create_module
from tests.words import in_one_line
from training.assignments import actions
from training.catalogue import page as catalogue
from training.models import Module

pytestmark = pytest.mark.django_db
INDEX = "/training/"


def page(client, **query):
    response = client.get(INDEX, query)
    assert response.status_code == 200
    return in_one_line(response)


def test_modules_stand_under_their_competence_with_time_level_format_and_what_they_close(
    as_user, ana, agreements, meetings
):
    text = page(as_user(ana))
    parts = ("Developing and formalising new partnerships</h2>", "Writing an agreement</a>")
    parts += ("Coordinating, managing and leading the partnership</h2>", "Running a meeting</a>")
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "<dd>60 minutes</dd>" in text
    assert "<dd>from 0 to 3</dd>" in text
    assert "<dd>Reading and practice</dd>" in text
    assert "<dd>A5</dd>" in text


def test_a_module_that_serves_two_competences_is_listed_once_and_found_under_both(as_user, ana, kip):
    keys = ["can-write-agreement", "can-run-meetings"]
    create_module("both", "Both at once", outcomes=kip.learningoutcomes.filter(key__in=keys))
    assert page(as_user(ana)).count("Both at once</a>") == 1
    name = competence_name(kip, "C")
    assert "Both at once</a>" in page(as_user(ana), competence=name)


def competence_name(revision, code):
    return f"kip/{revision.competences.get(code=code).key}"


def test_the_catalogue_can_be_narrowed_to_a_competence(as_user, ana, kip, agreements, meetings):
    text = page(as_user(ana), competence=competence_name(kip, "C"))
    assert "Running a meeting</a>" in text
    assert "Writing an agreement</a>" not in text


def test_the_catalogue_can_be_narrowed_to_the_time_one_has(as_user, ana, agreements, meetings):
    text = page(as_user(ana), minutes="60")
    assert "Writing an agreement</a>" in text
    assert "Running a meeting</a>" not in text


def test_when_nothing_fits_the_page_says_what_to_do(as_user, ana, kip, agreements):
    text = page(as_user(ana), minutes="45")
    assert "No module fits" in text
    assert "Show all modules" in text


def test_an_unknown_filter_is_told_and_narrows_nothing(as_user, ana, agreements):
    text = page(as_user(ana), competence="kip/absent")
    assert "<title>Error: " in text
    assert "All modules are shown. Please look at:" in text
    assert '<a href="#id_competence">Competence: No framework in force has this competence.' in text
    assert "Writing an agreement</a>" in text


def test_an_empty_catalogue_says_why(as_user, ana):
    assert "The catalogue is empty" in page(as_user(ana))


def test_withdrawn_modules_are_not_listed(as_user, ana, agreements):
    Module.objects.update(is_listed=False)
    assert "Writing an agreement" not in page(as_user(ana))


def test_ana_sees_what_is_on_her_plan_and_luka_does_not(as_user, ana, luka, anas):
    assert "On your plan" in page(as_user(ana))
    actions.start(anas)
    assert "In progress" in page(as_user(ana))
    assert "In progress" not in page(as_user(luka))


def test_modules_of_several_frameworks_stand_under_their_framework(as_user, ana, leader, agreements):
    outcome = leader.learningoutcomes.first()
    create_module("careers", "Managing a career", outcomes=[outcome], to_level=2)
    text = page(as_user(ana))
    assert text.index(">Repository of skills</h2>") < text.index("Writing an agreement</a>")
    assert text.index(f">{leader.title_text}</h2>") < text.index("Managing a career</a>")


def test_a_module_of_no_framework_in_force_is_listed_last(as_user, ana, agreements):
    create_module("alone", "A module alone")
    text = page(as_user(ana))
    assert text.index("Writing an agreement</a>") < text.index("Not part of a framework in force")


@pytest.mark.parametrize("number", [1, 3])
def test_the_catalogue_takes_as_many_queries_for_one_module_as_for_three(
    as_user, ana, kip, number, django_assert_num_queries
):
    for index, outcome in enumerate(kip.learningoutcomes.all()[:number]):
        module = create_module(f"module-{index}", f"Module {index}", outcomes=[outcome])
        actions.add_to_plan(ana, module)
    client = as_user(ana)
    # Session and person; competences for the filter; modules with their size, their outcomes, the statements served;
    # own assignments; roles for the navigation.
    with django_assert_num_queries(8):
        page(client)


def test_candidates_name_the_statements_that_modules_serve(kip, agreements, meetings, django_assert_num_queries):
    # What outcomes serve; modules and their outcomes.
    with django_assert_num_queries(2):
        found = {module.key: module for module in catalogue.candidates(kip)}
    serves = catalogue.served_by_outcome(kip)
    with django_assert_num_queries(1):
        assert {module.key: module for module in catalogue.candidates(kip, serves)} == found
    assert found.keys() == {"agreements", "meetings"}
    first = found["agreements"]
    assert (first.title, first.minutes, first.steps) == ("Writing an agreement", 60, 3)
    assert (first.from_level, first.to_level) == (0, 3)
    served = kip.learningoutcomes.get(key="can-write-agreement").serves.values_list("pk", flat=True)
    assert first.serves == frozenset(served)


def test_candidates_leave_out_withdrawn_modules_and_other_revisions(kip, leader, agreements, meetings):
    Module.objects.filter(key="meetings").update(is_listed=False)
    create_module("careers", "Managing a career", outcomes=[leader.learningoutcomes.first()])
    assert [module.key for module in catalogue.candidates(kip)] == ["agreements"]


def test_framework_pages_get_the_modules_of_each_statement(kip, agreements):
    links = hooks.modules(kip)
    statement = kip.statements.get(code="A5")
    assert [(link.title, link.url, link.minutes) for link in links[statement.pk]] == [
        ("Writing an agreement", reverse("training:module", args=["agreements"]), 60)
    ]
    assert kip.statements.get(code="A1").pk not in links


@pytest.mark.parametrize("change", ["add", "lengthen", "remove", "remove all"])
def test_a_module_takes_as_long_as_its_materials(agreements, change):
    match change:
        case "add":
            agreements.materials.create(position=4, kind="text", title="One more", minutes=12, body="Read.")
        case "lengthen":
            material = agreements.materials.first()
            material.minutes += 5
            material.save()
        case "remove":
            agreements.materials.last().delete()
        case "remove all":
            agreements.materials.all().delete()
    agreements.refresh_from_db()
    minutes = list(agreements.materials.values_list("minutes", flat=True))
    assert (agreements.minutes, agreements.step_count) == (sum(minutes), len(minutes))


@pytest.mark.django_db(transaction=True)
def test_materials_saved_at_once_all_count(agreements):
    add = partial(agreements.materials.create, kind="text", title="More", minutes=10, body="Read.")
    other = threading.Thread(target=on_own_connection, args=[partial(add, position=5)])
    with transaction.atomic():
        add(position=4)
        other.start()
        # Long enough for the other one to come as far as it gets before this one is there for all.
        other.join(timeout=1)
    other.join()
    agreements.refresh_from_db()
    assert (agreements.minutes, agreements.step_count) == (80, 5)
