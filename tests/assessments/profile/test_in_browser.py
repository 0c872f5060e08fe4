"""The profile pages in a real browser: for everyone, by keyboard, and without JavaScript."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from assessments.models import IssuedProfile
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, submitted
from training.models import Assignment

pytestmark = pytest.mark.django_db(transaction=True)


def test_ana_comes_to_all_her_gaps_by_keyboard(page, sign_in, axe, ana, anas, anas_module):
    sign_in(page, ana)
    page.goto("/assessments/profile/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your profile")
    expect(page.get_by_role("img", name="Your scores against the target")).to_be_visible()
    gaps = page.get_by_role("region", name="Your gaps, largest first")
    expect(gaps.get_by_role("heading", level=3)).to_have_count(4)
    gaps.get_by_role("link", name="Show all 8 gaps").focus()
    page.keyboard.press("Enter")
    expect(gaps.get_by_role("heading", level=3)).to_have_count(8)
    axe(page)


def test_ana_puts_a_module_on_her_plan_without_javascript(open_page, sign_in, ana, anas, anas_module):
    page = open_page(java_script_enabled=False)
    sign_in(page, ana)
    page.goto(f"/assessments/{anas.pk}/profile/")
    page.get_by_role("button", name=re.compile("^Add to my plan.*Reaching common goals")).first.click()
    assert Assignment.objects.of(ana).get().module == anas_module
    page.goto(f"/assessments/{anas.pk}/profile/")
    expect(page.get_by_text("On your plan").first).to_be_visible()


def test_ana_changes_her_target(page, sign_in, axe, ana, anas):
    sign_in(page, ana)
    page.goto(f"/assessments/{anas.pk}/profile/")
    page.get_by_role("link", name="Change target").click()
    axe(page)
    page.get_by_role("radio", name="No target").check()
    page.get_by_role("button", name="Use this target").click()
    expect(page.get_by_role("status")).to_contain_text("Compared with no target from now on.")
    expect(page.get_by_role("link", name="Choose a target", exact=True)).to_be_visible()
    axe(page)


def test_marco_comes_from_his_people_to_assigning(page, sign_in, axe, marco, luka, anas_shared, anas_module):
    sign_in(page, marco)
    page.goto("/assessments/people/")
    axe(page)
    page.get_by_label("Name").fill("saric")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ana Šarić", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Šarić")
    axe(page)
    page.get_by_role("link", name=re.compile("^Assign.*Reaching common goals")).first.click()
    expect(page).to_have_url(
        re.compile(rf"/training/assignments/new/\?person={anas_shared.person_id}&module=common-goals")
    )
    assert page.get_by_role("main").get_by_text("Ana Šarić").count() >= 1


def test_ivana_downloads_the_pdf(page, sign_in, ivana, anas_shared):
    sign_in(page, ivana)
    page.goto(f"/assessments/{anas_shared.pk}/profile/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as PDF").click()
    assert download.value.suggested_filename == "competence-profile-ana-saric-2026-11-22.pdf"
    assert download.value.path().read_bytes().startswith(b"%PDF-1.7")


def test_the_history_and_the_empty_pages_are_for_everyone(page, sign_in, axe, ana, luka, marco, essential, anas):
    submitted(ana, essential, dict.fromkeys(LEVELS_OF_ANA, 1), on=SUBMITTED - timedelta(days=400))
    sign_in(page, ana)
    page.goto("/assessments/history/")
    expect(page.get_by_role("img", name="Your average level over time, Essential form")).to_be_visible()
    axe(page)
    for person, address in (
        (luka, "/assessments/profile/"),
        (luka, "/assessments/history/"),
        (marco, "/assessments/people/"),
    ):
        sign_in(page, person)
        page.goto(address)
        axe(page)


def test_a_paper_is_checked_by_a_stranger(page, axe, anas):
    code = IssuedProfile.objects.create(assessment=anas, digest="0" * 64).code
    page.goto("/verify/")
    axe(page)
    page.get_by_label("Code").fill(code.lower())
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("status")).to_contain_text("issued here")
    axe(page)
    page.get_by_role("textbox", name="Code").fill("AAAA-BBBB-CCCC")
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("status")).to_contain_text("No profile was issued with this code")
    axe(page)


def test_the_full_form_and_few_competences_fit_too(page, sign_in, axe, ana, full, leader):
    codes = [statement.code for statement in full.statements()]
    sign_in(page, ana)
    for assessment in (
        submitted(ana, full, {code: number % 5 for number, code in enumerate(codes[::2])}),
        submitted(ana, leader.forms.get(key="full"), {"1.1": 3}),
    ):
        page.goto(f"/assessments/{assessment.pk}/profile/")
        for summary in page.locator("summary").all():
            summary.click()
        axe(page)
