"""People without a password: they sign up, sign in, and change how they sign in, with codes by e-mail."""

import pytest
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import User
from tests.accounts.doors import (
    NEW_PASSWORD,
    PASSWORD,
    code,
    code_in,
    confirm_by_code,
    link_in,
    ready,
    sign_in,
    signed_in,
    words,
)

pytestmark = pytest.mark.django_db

SARA = "sara@kvarner.example"
CODE_PAGE = "/accounts/login/code/confirm/"


def sign_in_by_code(client, mailoutbox, email=SARA):
    client.post(reverse("account_request_login_code"), {"email": email})
    return client.post(CODE_PAGE, {"code": code_in(mailoutbox[-1])}, follow=True)


@pytest.fixture
def sara(client, mailoutbox):
    """Sara, who signed up without a password and signed in with a code."""
    client.post(reverse("account_signup"), {"name": "Sara Conti", "email": SARA, "password1": ""})
    client.post(link_in(mailoutbox[0]))
    assert signed_in(sign_in_by_code(client, mailoutbox))
    return User.objects.get(email=SARA)


def test_sign_up_says_that_a_password_may_be_left_out(client):
    page = words(client.get(reverse("account_signup")))
    assert "Password (optional)" in page
    assert "Without a password we send you a code by e-mail whenever you sign in." in page


def test_no_password_opens_her_account(sara):
    assert not sara.has_usable_password()
    assert not signed_in(sign_in(Client(), SARA, PASSWORD))


def test_her_account_page_says_so(client, sara):
    page = words(client.get(reverse("account")))
    assert "Password None: we send you a code by e-mail when you sign in Set a password" in page


def test_she_sets_a_password_after_a_code(client, sara, mailoutbox):
    passwords = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    page = client.post(reverse("account_set_password"), passwords, follow=True)
    assert page.redirect_chain[0][0].startswith(reverse("account_reauthenticate_by_code"))
    assert "You get a code by e-mail, at sara@kvarner.example." in words(page)
    sara.refresh_from_db()
    assert not sara.has_usable_password()
    confirm_by_code(client, mailoutbox)
    page = client.post(reverse("account_set_password"), passwords, follow=True)
    assert page.redirect_chain[-1][0] == reverse("account")
    assert signed_in(page)
    assert signed_in(sign_in(Client(), SARA, NEW_PASSWORD))


def test_she_changes_her_e_mail_after_a_code_and_goes_on_with_what_was_sent(client, sara, mailoutbox):
    new = {"email": "sara@adria.example", "action_add": ""}
    page = client.post(reverse("account_email"), new, follow=True)
    address, query = page.redirect_chain[0][0].split("?")
    assert address == reverse("account_reauthenticate_by_code")
    confirm_by_code(client, mailoutbox, f"?{query}")
    assert mailoutbox[-1].to == ["sara@adria.example"]
    client.post(link_in(mailoutbox[-1]))
    sara.refresh_from_db()
    assert sara.email == "sara@adria.example"
    client.post(reverse("account_logout"))
    assert signed_in(sign_in_by_code(client, mailoutbox, "sara@adria.example"))


def test_she_turns_on_a_second_step_after_a_code_which_then_stands_beside_it(client, sara, mailoutbox):
    assert client.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate_by_code"))
    confirm_by_code(client, mailoutbox)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    client.post(reverse("account_logout"))
    page = sign_in_by_code(client, mailoutbox)
    assert page.redirect_chain == [(reverse("mfa_authenticate"), 302)]


# --- Removing the password -----------------------------------------------------------------------


def test_who_has_a_password_removes_it_after_typing_it_once_more(client, ana, mailoutbox):
    ready(ana)
    elsewhere = Client()
    for browser in (client, elsewhere):
        sign_in(browser, ana.email)
    assert "Sign in without a password" in words(client.get(reverse("account")))
    assert "Confirm that it is you" in words(client.get(reverse("account_remove_password"), follow=True))
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "we send a code to ana@kvarner.example" in words(client.get(reverse("account_remove_password")))
    page = client.post(reverse("account_remove_password"), follow=True)
    assert words(page).count("Your password is removed. You sign in with a code by e-mail.") == 1
    ana.refresh_from_db()
    assert not ana.has_usable_password()
    assert signed_in(client.get(reverse("account")))
    assert elsewhere.get(reverse("account")).status_code == 302
    assert mailoutbox[-1].subject == "Your password is removed"
    client.post(reverse("account_logout"))
    assert signed_in(sign_in_by_code(client, mailoutbox, ana.email))


def test_the_page_alone_removes_nothing(client, ana_signed_in):
    client.get(reverse("account_remove_password"))
    ana_signed_in.refresh_from_db()
    assert ana_signed_in.has_usable_password()


def test_who_has_none_cannot_remove_it(client, sara):
    assert client.post(reverse("account_remove_password"))["Location"] == reverse("account")


def test_who_has_a_password_may_confirm_with_a_code_instead(client, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    page = client.get(reverse("account_remove_password"), follow=True)
    assert "Get a code by e-mail" in words(page)
    confirm_by_code(client, mailoutbox)
    assert client.get(reverse("account_remove_password")).status_code == 200


def test_wrong_passwords_of_others_do_not_keep_her_from_going_on(client, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    for number in range(20):
        sign_in(Client(REMOTE_ADDR=f"198.51.100.{number}"), ana.email, "not this one")
    page = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert "Use a code by e-mail instead." in words(page)
    confirm_by_code(client, mailoutbox)
    assert client.get(reverse("account_remove_password")).status_code == 200
