"""The update after a new revision in a real browser: with the script and without it, by keyboard, for everyone.

The revision is the demonstration draft that comes with the platform.
"""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from assessments.models import Assessment
from tests.assessed import roles_shown
from tests.published import FIXTURES, publish_file

pytestmark = pytest.mark.django_db(transaction=True)

SAVED = re.compile(r"^Saved \d\d:\d\d$")


@pytest.fixture
def revised(anas_shared):
    """The demonstration draft, published after Ana submitted and shared."""
    return publish_file((FIXTURES / "repository_of_skills_draft.yaml").read_bytes(), "draft.yaml")


def test_from_the_notice_to_the_new_profile_in_minutes(page, sign_in, axe, ana, anas_shared, revised):
    sign_in(page, ana)
    page.goto("/")
    axe(page)
    page.get_by_role("link", name="See what it means for you").click()
    expect(page.get_by_role("heading", name="The framework has changed")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Begin the update").click()
    expect(page.get_by_role("heading", name="Update your assessment")).to_be_visible()
    axe(page)
    update = Assessment.objects.get(updates=anas_shared)
    keeps = page.get_by_role("button", name=re.compile("^Keep "))
    suggested = keeps.count()
    assert suggested == update.ratings.filter(origin="suggested").count() > 0
    # The first one by keyboard: the button gives way to the level it chose.
    first = page.locator(".question", has=page.locator("button[name=confirm]")).first
    first.locator("button[name=confirm]").focus()
    page.keyboard.press("Enter")
    expect(first.locator("[data-status]")).to_have_text(SAVED)
    expect(first.locator("button[name=confirm]")).to_be_hidden()
    assert page.evaluate("document.activeElement.type") == "radio"
    assert update.ratings.filter(origin="confirmed").count() == 1
    # Taken back, it is on offer again.
    first.get_by_role("button", name="Take back").click()
    expect(first.locator("button[name=confirm]")).to_be_visible()
    while keeps.count():
        keeps.first.click()
    # New ones are rated as ever.
    for question in page.locator(".question").all():
        if not question.locator("input[type=radio]:checked").count():
            question.locator('input[type=radio][value="2"]').check(force=True)
    asked = page.locator(".question").count()
    expect(page.locator(".save-bar")).to_contain_text(f"{asked} of {asked} rated")
    page.get_by_role("button", name="Save and review").click()
    page.wait_for_url(f"**{reverse('assessments:review', args=[update.pk])}")
    axe(page)
    assert update.ratings.filter(origin="confirmed").count() == suggested
    assert not update.ratings.filter(origin="suggested").exists()
    expect(page.get_by_label("My trainers and my managers")).to_be_checked()
    page.get_by_role("button", name="Submit assessment").click()
    page.wait_for_url(f"**{reverse('assessments:profile', args=[update.pk])}")
    axe(page)
    update.refresh_from_db()
    assert roles_shown(update) == {"trainer", "manager"}
    page.goto(reverse("assessments:history"))
    expect(page.get_by_role("img", name=re.compile("Framework revised in"))).to_be_visible()
    axe(page)
    page.goto("/")
    expect(page.get_by_text("The framework has changed")).to_have_count(0)


def test_without_the_script_the_buttons_do_the_same(open_page, sign_in, ana, anas_shared, revised):
    page = open_page(java_script_enabled=False)
    sign_in(page, ana)
    page.goto(reverse("assessments:changed", args=[anas_shared.pk]))
    page.get_by_role("button", name="Begin the update").click()
    update = Assessment.objects.get(updates=anas_shared)
    suggested = update.ratings.filter(origin="suggested").count()
    for _each in range(suggested):
        page.locator("button[name=confirm]:not([hidden])").first.click()
    assert update.ratings.filter(origin="confirmed").count() == suggested
    expect(page.locator("button[name=confirm]:not([hidden])")).to_have_count(0)
    for question in page.locator(".question").all():
        if not question.locator("input[type=radio]:checked").count():
            question.locator('input[type=radio][value="3"]').check(force=True)
    page.get_by_role("button", name="Save and review").click()
    expect(page.get_by_role("heading", name="Check your answers")).to_be_visible()
    expect(page.get_by_text("only suggested")).to_have_count(0)
    page.get_by_role("button", name="Submit assessment").click()
    expect(page.get_by_role("heading", name="Your profile")).to_be_visible()


def test_a_draft_is_moved_over(page, sign_in, axe, ana, draft):
    publish_file((FIXTURES / "repository_of_skills_draft.yaml").read_bytes(), "draft.yaml")
    sign_in(page, ana)
    page.goto(reverse("assessments:contents", args=[draft.pk]))
    axe(page)
    page.get_by_role("link", name="See what it means for you").click()
    axe(page)
    page.get_by_role("button", name=re.compile("^Move over to")).click()
    expect(page.get_by_text("Every answer came along or is kept.")).to_be_visible()
    axe(page)
    page.goto(reverse("assessments:contents", args=[draft.pk]))
    expect(page.get_by_role("heading", name="This assessment was moved over")).to_be_visible()
    axe(page)


def test_targets_are_decided(page, sign_in, axe, elodie, counsellor, revised):
    sign_in(page, elodie)
    page.goto(reverse("frameworks:manage"))
    page.get_by_role("link", name="Decide the levels").click()
    axe(page)
    waiting = page.get_by_role("button", name=re.compile("^Require this level")).count()
    page.get_by_role("combobox").first.select_option("3")
    page.get_by_role("button", name=re.compile("^Require this level")).first.click()
    expect(page.get_by_role("button", name=re.compile("^Require this level"))).to_have_count(waiting - 1)
    axe(page)
    page.get_by_role("button", name=re.compile("^Take ")).click()
    expect(page.get_by_role("status")).to_contain_text("requires the suggested level")
    expect(page.get_by_role("button", name=re.compile("^Take "))).to_have_count(0)
    axe(page)
