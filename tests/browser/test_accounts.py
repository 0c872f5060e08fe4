"""Signing in and one's own account in a real browser: for everyone, by keyboard alone, at any width."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code, ready

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC = {
    "account_login": [],
    "account_request_login_code": [],
    "account_signup": [],
    "account_reset_password": [],
    "account_reset_password_done": [],
    "account_reset_password_from_key": ["1", "abc-def"],
    "account_reset_password_from_key_done": [],
    "account_email_verification_sent": [],
    "account_confirm_email": ["invented"],
    "account_inactive": [],
    "socialaccount_login_cancelled": [],
    "help": [],
    "privacy": [],
    "accessibility": [],
}
OWN = [
    "account",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_list_webauthn",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_for_everyone(page, axe, name):
    page.goto(reverse(name, args=PUBLIC[name]))
    axe(page)


@pytest.mark.parametrize("name", OWN)
def test_pages_of_ones_own_account_are_for_everyone(page, sign_in, axe, ana, name):
    sign_in(page, ready(ana))
    page.goto(reverse(name))
    assert page.locator("h1").count() == 1
    axe(page)


@pytest.mark.parametrize("path", ["/nowhere/", "/frameworks/manage/"])
def test_error_pages_are_for_everyone(page, sign_in, axe, ana, path):
    sign_in(page, ana)
    page.goto(path)
    assert page.locator(".problem").is_visible()
    axe(page)


def test_faults_of_a_form_are_for_everyone(page, axe):
    page.goto(reverse("account_signup"))
    page.get_by_role("button", name="Create account").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    axe(page)
    summary.get_by_role("link", name="E-mail").click()
    expect(page.get_by_label("E-mail")).to_be_focused()


def test_she_signs_in_by_keyboard_alone(page, ana):
    ready(ana)
    page.goto(reverse("account"))  # which asks to sign in first
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(ana.email)
    for _stop in ("Keep me signed in", "Send me a code", "Use a passkey", "Password"):
        page.keyboard.press("Tab")
    expect(page.get_by_label("Password", exact=True)).to_be_focused()
    page.keyboard.type("not this one")
    page.keyboard.press("Enter")

    page.get_by_role("alert").get_by_text("That e-mail and password do not match.").wait_for()
    for _stop in ("set a new password", "Password: Enter your password again.", "E-mail", "Keep me signed in"):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.get_by_label("Keep me signed in on this device").is_checked()
    for _stop in ("Send me a code", "Use a passkey", "Password"):
        page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Your account").wait_for()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_she_turns_on_two_step_sign_in_and_uses_it(open_page, axe, ana, has_script):
    ready(ana)
    page = open_page(java_script_enabled=has_script)
    page.goto(reverse("mfa_index"))
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    page.get_by_role("link", name="Turn on").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    assert page.locator(".qr-code svg").bounding_box()["width"] > 150
    if has_script:
        axe(page)
    secret = page.get_by_label("If you cannot scan it").input_value()
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Turn on").click()
    page.get_by_text("You have new recovery codes.").wait_for()
    expect(page.locator(".codes li")).to_have_count(10)
    if has_script:
        axe(page)
        page.goto(reverse("mfa_index"))
        axe(page)
        page.goto(reverse("mfa_deactivate_totp"))
        axe(page)

    page.goto(reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()
    if has_script:
        axe(page)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("heading", name="Sign in", exact=True).wait_for()
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code", exact=True).fill(code(secret, steps=1))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Ana Šarić").wait_for()


def test_she_changes_name_and_password(page, sign_in, ana):
    ready(ana)
    sign_in(page, ana)
    page.goto(reverse("account"))
    page.get_by_label("Your name").fill("Ana Šarić Perić")
    page.get_by_role("button", name="Save name").click()
    page.get_by_role("status").get_by_text("Your name is changed.").wait_for()
    assert page.get_by_role("link", name="Ana Šarić Perić").is_visible()

    page.get_by_role("link", name="Change password").click()
    page.get_by_label("Password you have now").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("New password again").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Save password").click()
    page.get_by_role("status").get_by_text("Your password is changed.").wait_for()
