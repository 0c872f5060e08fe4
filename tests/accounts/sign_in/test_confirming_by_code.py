"""Somebody with neither a password nor a second step confirms by a code before she changes how she signs in."""

import pytest
from django.test import Client
from django.urls import reverse

from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code_in, ready, words

pytestmark = pytest.mark.django_db

PAGE = reverse("account_reauthenticate_by_code")
# Pages that change how she signs in.
GUARDED = [
    reverse(name)
    for name in ("mfa_add_webauthn", "mfa_activate_totp", "mfa_generate_recovery_codes", "account_set_password")
]


@pytest.fixture
def as_ana(client, ana):
    """Ana, who has no password, signed in."""
    confirm(ana)
    client.force_login(ana)
    return client


def ask(client, **fields):
    return client.post(PAGE, {"action": "send", **fields}, follow=True)


@pytest.mark.parametrize("path", GUARDED)
def test_without_a_code_she_changes_nothing(path, as_ana):
    page = as_ana.get(path, follow=True)
    assert page.redirect_chain == [(f"{PAGE}?next={path.replace('/', '%2F')}", 302)]
    assert "You get a code by e-mail, at ana@kvarner.example." in words(page)


@pytest.mark.parametrize("path", GUARDED)
def test_the_code_leads_on_to_the_page_and_counts_for_some_minutes(path, as_ana, mailoutbox):
    page = ask(as_ana, next=path)
    assert "A code is on its way to ana@kvarner.example." in words(page)
    [message] = mailoutbox
    assert (message.to, message.subject) == (["ana@kvarner.example"], "Your code to confirm")
    page = as_ana.post(PAGE, {"code": code_in(message), "next": path})
    assert page["Location"] == path
    for other in GUARDED:
        assert as_ana.get(other).status_code == 200


def test_it_goes_in_the_lane_of_codes_and_is_not_kept(as_ana, mailoutbox):
    ask(as_ana)
    mail = Mail.objects.get()
    assert (mail.lane, mail.is_secret) == ("sign-in", True)


def test_after_some_minutes_she_confirms_again(as_ana, mailoutbox, settings):
    ask(as_ana)
    as_ana.post(PAGE, {"code": code_in(mailoutbox[0])})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    assert as_ana.get(GUARDED[0]).status_code == 302


def test_a_wrong_code_says_so_and_the_third_ends_it(as_ana, mailoutbox):
    ask(as_ana)
    for _attempt in range(2):
        page = as_ana.post(PAGE, {"code": "0000-0000"})
        assert page.status_code == 422
        assert "That code does not match." in words(page)
    page = as_ana.post(PAGE, {"code": "0000-0000"}, follow=True)
    assert "That code was wrong too often" in words(page)
    page = as_ana.post(PAGE, {"code": code_in(mailoutbox[0])}, follow=True)
    assert "No code works here any more." in words(page)
    assert as_ana.get(GUARDED[0]).status_code == 302


@pytest.mark.parametrize("what", ["too old", "replaced", "of another browser"])
def test_a_code_that_cannot_work_opens_nothing(what, as_ana, ana, mailoutbox, settings):
    ask(as_ana)
    code = code_in(mailoutbox[0])
    client = as_ana
    if what == "too old":
        settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    elif what == "replaced":
        ask(as_ana)
    else:
        client = Client()
        client.force_login(ana)
    client.post(PAGE, {"code": code})
    assert client.get(GUARDED[0]).status_code == 302


def test_a_code_works_once(as_ana, mailoutbox):
    ask(as_ana)
    code = code_in(mailoutbox[0])
    as_ana.post(PAGE, {"code": code})
    page = as_ana.post(PAGE, {"code": code}, follow=True)
    assert "No code works here any more." in words(page)


@pytest.mark.parametrize("code", ["", "-", " "])
def test_no_code_is_none(code, as_ana):
    as_ana.post(PAGE, {"code": code})
    ask(as_ana)
    as_ana.post(PAGE, {"code": code})
    assert as_ana.get(GUARDED[0]).status_code == 302


def test_who_asks_too_often_is_told_so(as_ana, mailoutbox):
    for _time in range(3):
        ask(as_ana)
    assert "That was too often in a short time." in words(ask(as_ana))
    assert len(mailoutbox) == 3


def test_who_has_a_password_confirms_with_that(client, ana, mailoutbox):
    ready(ana)
    client.force_login(ana)
    assert client.get(GUARDED[0])["Location"].startswith(reverse("account_reauthenticate") + "?")
    assert "Get a code by e-mail" in words(client.get(reverse("account_reauthenticate")))
    assert mailoutbox == []
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.get(GUARDED[0]).status_code == 200


def test_what_she_sent_is_done_once_she_has_confirmed(as_ana, ana, mailoutbox):
    path = reverse("account_email")
    page = as_ana.post(path, {"email": "ana@adria.example", "action_add": ""})
    assert page["Location"].startswith(PAGE)
    assert mailoutbox == []
    ask(as_ana, next=path)
    as_ana.post(PAGE, {"code": code_in(mailoutbox[0]), "next": path})
    assert mailoutbox[1].to == ["ana@adria.example"]


def test_a_first_password_is_set_by_nobody_else(as_ana, ana, mailoutbox):
    path = reverse("account_set_password")
    data = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    as_ana.post(path, data)
    ana.refresh_from_db()
    assert not ana.has_usable_password()
    ask(as_ana)
    as_ana.post(PAGE, {"code": code_in(mailoutbox[0])})
    as_ana.post(path, data)
    ana.refresh_from_db()
    assert ana.check_password(NEW_PASSWORD)


def test_a_stranger_is_led_to_sign_in(client):
    for answer in (client.get(PAGE), client.post(PAGE, {"action": "send"})):
        assert answer["Location"].startswith(reverse("account_login"))
