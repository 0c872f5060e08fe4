"""The pages of a module and of its materials, for somebody who reads and for somebody who takes it."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from tests.training.conftest import create_module
from tests.words import in_one_line
from training.assignments import actions
from training.models import Assignment, Material, Module

pytestmark = pytest.mark.django_db
MODULE = "/training/modules/agreements/"


def filled_buttons(text):
    """How many filled buttons a page has: there should be one."""
    return text.count('class="button"')


def page(client, address=MODULE):
    response = client.get(address)
    assert response.status_code == 200
    text = in_one_line(response)
    assert filled_buttons(text) == 1
    return text


def test_anybody_signed_in_reads_a_module_and_may_add_it_to_her_plan(as_user, luka, agreements):
    text = page(as_user(luka))
    assert "Add to my plan" in text
    assert "3 steps" in text
    assert "Step 2 of Writing an agreement" in text
    assert "name the three parts that an agreement needs" in text
    assert "Written for this platform from the Pact for Skills handbook." in text
    assert "Assign to a person" not in text


def test_the_facts_name_time_levels_format_language_and_eqf(as_user, luka, agreements):
    text = page(as_user(luka))
    for fact in ("60 minutes", "from 0 (Not yet) to 3 (On my own)", "Reading and practice", "English", "6"):
        assert f">{fact}</dd>" in text


def test_prerequisites_are_linked_unless_they_were_withdrawn(as_user, luka, agreements, meetings):
    agreements.prerequisites.add(meetings)
    assert '<a href="/training/modules/meetings/">Running a meeting</a>' in page(as_user(luka))
    Module.objects.filter(key="meetings").update(is_listed=False)
    assert "First take" not in page(as_user(luka))


def test_the_statements_that_it_serves_stand_word_for_word_with_their_emphasis(as_user, luka, kip, agreements):
    text = page(as_user(luka))
    assert "<em>Formalising</em> the partnership" in text
    assert reverse("frameworks:competence", args=["kip", "2021.11", kip.competences.get(code="A").key]) in text
    others = kip.learningoutcomes.get(key="can-write-agreement").serves.exclude(kind="sub_competence").count()
    assert others == 1
    assert "One more statement</summary>" in text


def test_an_assignment_shows_due_date_trainer_and_message_and_offers_to_start(as_user, ana, anas):
    text = page(as_user(ana))
    assert "Due " in text
    assert "Assigned by Marco Bellini" in text
    assert "The paper is where it gets stuck." in text
    assert ">Start</button>" in text


def test_a_late_module_says_so(as_user, ana, anas):
    Assignment.objects.update(due=timezone.localdate() - timezone.timedelta(days=1))
    assert '<span class="tag tag-late">Due yesterday</span>' in page(as_user(ana))


def test_going_on_names_the_step_and_the_time_that_is_left(as_user, ana, anas):
    actions.set_step(anas, anas.module.materials.get(position=1), done=True)
    text = page(as_user(ana))
    assert "Continue with step 2" in text
    assert "60 minutes, 40 left" in text
    assert text.count('<li class="is-done">') == 1


def test_a_trainer_may_assign_from_the_module(as_user, marco, agreements):
    assert reverse("training:assign", query={"module": "agreements"}) in page(as_user(marco))


def test_after_completing_she_is_asked_to_rate_herself_again(as_user, ana, finished, marco):
    assert "Rate yourself again" in page(as_user(ana))
    actions.approve(finished, marco)
    assert "Marco Bellini has confirmed this module." in page(as_user(ana))


def test_a_withdrawn_module_is_only_for_those_who_work_on_it(as_user, ana, luka, marco, elodie, anas):
    Module.objects.update(is_listed=False)
    for person in (ana, marco, elodie):
        assert as_user(person).get(MODULE).status_code == 200
    assert as_user(luka).get(MODULE).status_code == 404
    assert as_user(luka).get(f"{MODULE}1/").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_a_module_page_takes_as_many_queries_for_one_step_as_for_three(
    as_user, ana, kip, number, django_assert_num_queries
):
    outcomes = kip.learningoutcomes.all()[:number]
    module = create_module("agreements", "Writing an agreement", minutes=(10,) * number, outcomes=outcomes)
    for index in range(number):
        module.prerequisites.add(create_module(f"before-{index}", f"Before {index}"))
    assignment = actions.add_to_plan(ana, module)
    actions.set_step(assignment, module.materials.first(), done=True)
    client = as_user(ana)
    # Session and person; the module, its materials; the assignment, its steps; the organisations that she may show it
    # to; outcomes, statements, competences' levels; prerequisites; roles for the button and the navigation.
    with django_assert_num_queries(12):
        client.get(MODULE)
    # The same for one of its materials.
    with django_assert_num_queries(12):
        client.get(f"{MODULE}1/")


def test_a_material_is_read_without_a_plan_and_leads_on(as_user, luka, agreements):
    text = page(as_user(luka), f"{MODULE}2/")
    assert "<h2>Part 2</h2>" in text
    assert "<p>Read <em>this</em>.</p>" in text
    assert "Step 2 of 3" in text
    assert "Go to step 3" in text
    assert "You are reading without a plan" in text


def test_a_material_of_her_plan_asks_whether_it_is_done(as_user, ana, anas):
    assert "Done, go to step 2" in page(as_user(ana), f"{MODULE}1/")
    assert "Done, back to the module" in page(as_user(ana), f"{MODULE}3/")
    actions.set_step(anas, anas.module.materials.get(position=1), done=True)
    text = page(as_user(ana), f"{MODULE}1/")
    assert "Mark as not done" in text
    assert "Go to step 2" in text


def test_reading_a_step_does_not_begin_the_module(as_user, ana, anas):
    page(as_user(ana), f"{MODULE}1/")
    anas.refresh_from_db()
    assert anas.state == Assignment.State.ASSIGNED


def test_a_link_says_that_it_leads_away_and_tells_the_other_site_nothing(as_user, luka, agreements):
    text = page(as_user(luka), f"{MODULE}3/")
    assert 'href="https://keepinpact.eu/" rel="noopener external">Open the page</a>' in text
    assert "Leads away from this platform, to keepinpact.eu." in text


def test_a_step_beyond_the_last_is_not_found(as_user, luka, agreements):
    assert as_user(luka).get(f"{MODULE}4/").status_code == 404


def test_the_file_of_a_material_is_downloaded_by_those_who_see_the_module(as_user, luka, client, agreements):
    material = agreements.materials.get(position=2)
    material.kind = Material.Kind.FILE
    material.file.save("template.txt", ContentFile(b"Who, what, until when"))
    text = page(as_user(luka), f"{MODULE}2/")
    address = f"{MODULE}2/file/"
    assert f'href="{address}"' in text
    response = as_user(luka).get(address)
    assert b"".join(response.streaming_content) == b"Who, what, until when"
    assert response["Content-Disposition"].startswith("attachment;")
    Module.objects.update(is_listed=False)
    assert as_user(luka).get(address).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302


def test_a_material_without_a_file_has_no_download(as_user, luka, agreements):
    assert as_user(luka).get(f"{MODULE}1/file/").status_code == 404
