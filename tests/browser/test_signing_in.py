"""Signing in by a code, by a passkey and by password in a real browser."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from kip_site.accounts.people.actions import change_address
from tests.accounts.doors import PASSWORD, code_in, link_in, ready

pytestmark = pytest.mark.django_db(transaction=True)

LOGIN = reverse("account_login")
HOME = "Ana Šarić"


@pytest.fixture
def device():
    """Gives the window's browser a device that makes passkeys, and says yes when it is asked: `device(page)`."""

    def device(page, **changes):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
            **changes,
        }
        authenticator = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
        return session, authenticator

    return device


def sign_out(page):
    page.goto(reverse("account"))
    page.get_by_role("button", name="Sign out").click()
    page.get_by_text("You are signed out.").wait_for()


@pytest.mark.parametrize("has_script", [True, False], ids=["with JavaScript", "without JavaScript"])
@pytest.mark.parametrize("width", [1280, 320])
def test_she_signs_in_by_a_code(open_page, axe, ana, mailoutbox, has_script, width):
    ready(ana)
    page = open_page(width=width, java_script_enabled=has_script)
    page.goto(reverse("account"))
    if has_script:
        axe(page)
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Enter the code of the e-mail").wait_for()
    if has_script:
        axe(page)
    page.get_by_label("Code").fill("0000-0000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("That code does not match.")
    page.get_by_role("button", name="Send a new code").click()
    page.get_by_text("A code is on its way.").wait_for()
    page.get_by_label("Code").fill(code_in(mailoutbox[-1]))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your account").wait_for()


def test_enter_in_the_address_sends_a_code_and_in_the_password_signs_in(page, ana, mailoutbox):
    ready(ana)
    page.goto(LOGIN)
    page.get_by_label("E-mail").fill(ana.email)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Enter the code of the e-mail").wait_for()
    page.go_back()
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name=HOME).wait_for()
    assert len(mailoutbox) == 1


def test_she_adds_a_passkey_and_signs_in_with_it_alone(page, axe, device, ana, mailoutbox):
    ready(ana)
    device(page)
    page.goto(reverse("mfa_index"))
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    axe(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_label("Name of the passkey")).to_have_value("Passkey")
    axe(page)
    page.get_by_label("Name of the passkey").fill("My phone")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("Your passkey is added.").wait_for()
    expect(page.locator(".codes li")).to_have_count(10)
    assert mailoutbox[-1].subject == "You have a new passkey"

    sign_out(page)
    page.goto(reverse("help"))
    page.goto(reverse("account"))
    page.get_by_label("Keep me signed in on this device").check()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Your account").wait_for()  # where she wanted to go, without another step
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    assert cookie["expires"] > 0

    page.goto(reverse("mfa_index"))
    axe(page)
    page.get_by_role("link", name="Change passkeys").click()
    axe(page)
    page.get_by_role("link", name="Rename My phone").click()
    page.get_by_role("link", name="Use a passkey").click()  # to confirm that it is she
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_label("Name of the passkey").fill("Work phone")
    axe(page)
    page.get_by_role("button", name="Save name").click()
    page.get_by_role("link", name="Remove Work phone").click()
    axe(page)
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("The passkey is removed.").wait_for()
    page.get_by_role("heading", name="You have no passkey").wait_for()
    assert mailoutbox[-1].subject == "A passkey was removed"


def test_with_a_password_a_passkey_is_the_second_step(page, axe, device, ana, add_passkey):
    ready(ana)
    device(page)
    add_passkey(page, ana)
    sign_out(page)
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()
    axe(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name=HOME).wait_for()


@pytest.fixture
def add_passkey(sign_in):
    """Adds a passkey to the account of somebody with PASSWORD: `add_passkey(page, person)`."""

    def add_passkey(page, person):
        sign_in(page, person)
        page.goto(reverse("mfa_add_webauthn"))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
        page.get_by_role("button", name="Add passkey").click()
        page.get_by_text("Your passkey is added.").wait_for()

    return add_passkey


def test_a_device_without_a_passkey_says_so_and_leaves_the_other_ways(page, axe, device, ana):
    ready(ana)
    session, authenticator = device(page)
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.goto(LOGIN)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was used.")
    axe(page)


def test_a_passkey_that_was_removed_from_the_account_opens_nothing_and_keeps_the_way(page, device, ana, add_passkey):
    ready(ana)
    device(page)
    add_passkey(page, ana)
    sign_out(page)
    ana.authenticator_set.all().delete()
    page.goto(reverse("account"))
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("This passkey opens no account here.").wait_for()
    page.get_by_label("E-mail").fill(ana.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("heading", name="Your account").wait_for()


def test_after_an_administrator_changed_her_address_her_passkey_still_opens_the_account(
    page, axe, device, ana, elodie, mailoutbox, add_passkey
):
    ready(ana)
    device(page)
    add_passkey(page, ana)
    sign_out(page)
    change_address(ana, "ana@adria.example", elodie)
    page.goto(LOGIN)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("A link is on its way to you.").wait_for()
    page.goto(link_in(mailoutbox[-1]))
    page.get_by_role("button", name="Yes, confirm").click()
    page.get_by_text("Your e-mail is confirmed.").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("link", name=HOME).wait_for()


def test_a_device_gets_one_passkey_of_an_account(page, device, ana, add_passkey):
    ready(ana)
    device(page)
    add_passkey(page, ana)
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_role("button", name="Add passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("This device has a passkey for your account already.")


def test_without_a_script_there_is_no_button_for_a_passkey(open_page, sign_in, ana):
    page = open_page(java_script_enabled=False)
    page.goto(LOGIN)
    expect(page.get_by_text("Use a passkey")).to_be_hidden()
    ready(ana)
    sign_in(page, ana)
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("they need JavaScript")).to_be_visible()
    expect(page.get_by_text("Add passkey")).to_be_hidden()


def test_without_a_password_she_confirms_by_a_code_and_then_by_her_passkey(page, sign_in, axe, device, ana, mailoutbox):
    device(page)
    sign_in(page, ana)
    page.goto(reverse("mfa_add_webauthn"))
    axe(page)
    page.get_by_role("button", name="Send me a code").click()
    axe(page)
    page.get_by_label("Code").fill(code_in(mailoutbox[0]))
    page.get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("Your passkey is added.").wait_for()

    sign_out(page)
    sign_in(page, ana)
    page.goto(reverse("account_set_password"))
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("heading", name="Set a password").wait_for()
