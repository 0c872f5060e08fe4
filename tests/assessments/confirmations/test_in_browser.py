"""Confirming levels in a real browser: for everyone, by keyboard, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.assessed import confirmations_of, confirmed

pytestmark = pytest.mark.django_db(transaction=True)


def test_marco_confirms_levels_by_keyboard_and_ana_reads_it(
    page, open_page, sign_in, axe, ana, marco, anas_shared, anas_module
):
    sign_in(page, marco)
    page.goto(f"/assessments/{anas_shared.pk}/profile/")
    page.get_by_role("link", name="Confirm levels").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm levels of Ana Šarić")
    axe(page)
    page.get_by_role("checkbox", name="3 On my own A1 Identifying new partners").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="4 Guiding others C1").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save confirmations").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("You confirmed 2 levels.")
    assert confirmations_of(anas_shared) == {
        ("A1", "Marco Bellini", "trainer", ""),
        ("C1", "Marco Bellini", "trainer", ""),
    }
    axe(page)
    page.goto("/assessments/people/")
    axe(page)
    page.get_by_role("link", name="2 of 22 levels of Ana Šarić").click()
    axe(page)
    anas = open_page()
    sign_in(anas, ana)
    anas.goto(f"/assessments/{anas_shared.pk}/profile/")
    expect(anas.get_by_role("region", name="Confirmed levels")).to_contain_text(
        "2 of 22 levels confirmed by Marco Bellini (trainer)"
    )
    axe(anas)
    anas.goto("/assessments/history/")
    axe(anas)


def test_without_javascript_a_tick_is_taken_back(open_page, sign_in, marco, anas_shared):
    confirmed(anas_shared, marco, ["A1", "A2"])
    page = open_page(width=320, java_script_enabled=False)
    sign_in(page, marco)
    page.goto(f"/assessments/{anas_shared.pk}/confirmations/")
    page.get_by_role("checkbox", name="3 On my own A1 Identifying new partners").uncheck()
    page.get_by_role("button", name="Save confirmations").click()
    expect(page.get_by_role("status")).to_contain_text("You took back 1 confirmation.")
    assert confirmations_of(anas_shared) == {("A2", "Marco Bellini", "trainer", "")}
