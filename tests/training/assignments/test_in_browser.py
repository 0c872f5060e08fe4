"""A module from the trainer's board to the confirmation, in a real browser, and without JavaScript too."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from training.assignments import actions
from training.models import Assignment

STATES = ("Assigned", "Started", "Completed", "Confirmed")


@pytest.fixture
def column(page):
    """The column of the board with this heading: `column("Started")`."""
    return lambda name: page.get_by_role("region", name=re.compile(f"^{name}"))


def click(page, role, name):
    page.get_by_role(role, name=name, exact=True).click()


def test_marco_assigns_ana_takes_the_module_and_marco_confirms(
    page, sign_in, axe, column, marco, ana, agreements, live_server, settings, mailoutbox
):
    settings.SITE_URL = live_server.url

    # Marco assigns the module.
    sign_in(page, marco)
    page.goto(reverse("training:board"))
    axe(page)
    click(page, "link", "Assign a module")
    page.get_by_label("Person").select_option("Ana Šarić")
    page.get_by_label("Module").select_option("Writing an agreement")
    page.get_by_label("Message").fill("The paper is where it gets stuck.")
    axe(page)
    click(page, "button", "Assign the module")
    expect(page.get_by_role("status")).to_contain_text("Ana Šarić has “Writing an agreement” to take")
    expect(column("Assigned")).to_contain_text("Ana Šarić")
    axe(page)

    # Ana follows the link in her e-mail, starts and does the three steps.
    (message,) = mailoutbox
    address = re.search(r"http\S+", message.body)[0]
    sign_in(page, ana)
    page.goto(address)
    expect(page.get_by_text("Marco Bellini writes")).to_be_visible()
    axe(page)
    click(page, "button", "Start")
    expect(page.get_by_role("heading", level=1)).to_have_text("Step 1 of Writing an agreement")
    axe(page)
    click(page, "button", "Done, go to step 2")
    click(page, "link", "Writing an agreement")
    click(page, "link", "Continue with step 2")
    click(page, "button", "Done, go to step 3")
    expect(page.get_by_text("Leads away from this platform, to keepinpact.eu.")).to_be_visible()
    axe(page)
    click(page, "button", "Done, back to the module")
    axe(page)
    click(page, "button", "Mark the module complete")
    expect(page.get_by_role("status")).to_contain_text("You have completed “Writing an agreement”.")
    expect(page.get_by_role("link", name="Rate yourself again")).to_have_attribute("href", reverse("assessments:index"))
    axe(page)
    page.goto(reverse("training:plan"))
    expect(page.get_by_role("heading", name="One module done")).to_be_visible()
    axe(page)

    # Marco follows the link in his e-mail and confirms.
    address = re.search(r"http\S+", mailoutbox[1].body)[0]
    sign_in(page, marco)
    page.goto(address)
    expect(page.get_by_role("heading", name="3 of 3 steps done")).to_be_visible()
    axe(page)
    click(page, "button", "Confirm")
    expect(page.get_by_role("status")).to_contain_text("You confirmed “Writing an agreement” for Ana Šarić.")
    expect(column("Confirmed")).to_contain_text("Ana Šarić")
    axe(page)
    assert Assignment.objects.get().state == Assignment.State.CONFIRMED


def test_a_wrong_date_is_told_beside_its_field(page, sign_in, axe, marco, ana, agreements):
    sign_in(page, marco)
    page.goto(reverse("training:assign", query={"person": ana.pk, "module": "agreements"}))
    page.get_by_label("Due date").fill("2020-02-03")
    click(page, "button", "Assign the module")
    expect(page.get_by_label("Due date")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_text("The due date lies in the past. Choose today or a later day.", exact=True)).to_be_visible()
    axe(page)
    assert not Assignment.objects.exists()


def test_ana_plans_and_takes_a_module_without_javascript_by_keyboard(open_page, sign_in, ana, agreements):
    page = open_page(width=390, java_script_enabled=False)
    sign_in(page, ana)
    page.goto(reverse("training:index"))
    page.get_by_label("Time").select_option("Up to 60 minutes")
    press(page.get_by_role("button", name="Show"))
    press(page.get_by_role("link", name="Writing an agreement"))
    press(page.get_by_role("button", name="Add to my plan"))
    press(page.get_by_role("button", name="Start", exact=True))
    press(page.get_by_role("button", name="Done, go to step 2"))
    press(page.get_by_role("link", name="Back to Step 1 of Writing an agreement"))
    press(page.get_by_role("button", name="Mark as not done"))
    assert Assignment.objects.get().steps.count() == 0
    page.goto(reverse("training:module", args=["agreements"]))
    press(page.get_by_text("I can do this already"))
    press(page.get_by_role("button", name="Finish without the other steps"))
    expect(page.get_by_role("heading", name="Has your level risen?")).to_be_visible()


def test_ana_shows_what_she_chose_to_her_trainers_and_takes_it_back(page, sign_in, axe, column, ana, marco, agreements):
    own = actions.add_to_plan(ana, agreements)
    sign_in(page, ana)
    page.goto(reverse("training:module", args=["agreements"]))
    axe(page)
    click(page, "button", "Show it to the trainers of Kvarner Guidance Centre")
    expect(page.get_by_role("status")).to_contain_text("The trainers of Kvarner Guidance Centre see that you take")
    axe(page)
    sign_in(page, marco)
    page.goto(reverse("training:board"))
    expect(column("Assigned")).to_contain_text("Their own choice, shown to you")
    axe(page)
    sign_in(page, ana)
    page.goto(reverse("training:plan"))
    axe(page)
    page.get_by_role("button", name="Show it to nobody").click()
    expect(page.get_by_role("status")).to_contain_text("Only you see “Writing an agreement” on your plan.")
    own.refresh_from_db()
    assert own.organisation is None


def press(control):
    """Activate a control as somebody without a mouse does."""
    control.focus()
    expect(control).to_be_focused()
    control.press("Enter")


def test_the_catalogue_and_a_wide_table_suit_everyone(page, sign_in, axe, ana, agreements, meetings):
    material = agreements.materials.get(position=1)
    cells = " | ".join(f"a long heading number {number}" for number in range(9))
    material.body = f"### Costs\n\n| {cells} |\n|{'---|' * 9}\n| {cells} |\n\n- [ ] a date\n- [x] a name\n\n> Quoted."
    material.save()
    actions.add_to_plan(ana, meetings)
    sign_in(page, ana)
    page.goto(reverse("training:index"))
    axe(page)
    page.goto(reverse("training:material", args=["agreements", 1]))
    axe(page)
    region = page.get_by_role("region", name="Table: Costs")
    region.focus()
    expect(region).to_be_focused()
