"""Signing in by a code that comes by e-mail."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import Membership, User
from kip_site.mail.models import Mail
from tests.accounts.confirmed import confirm
from tests.accounts.doors import PASSWORD, code_in, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db

LOGIN, ASK, CONFIRM = (
    reverse(name) for name in ("account_login", "account_request_login_code", "account_confirm_login_code")
)


def ask(client, email, **fields):
    """Press "Send me a code" on the sign-in page."""
    return client.post(LOGIN, {"login": email, "way": "code", **fields}, follow=True)


def enter(client, code, **fields):
    return client.post(CONFIRM, {"code": code, **fields}, follow=True)


def test_somebody_without_a_password_signs_in_by_a_code(client, ana, mailoutbox):
    confirm(ana)
    page = ask(client, "ANA@kvarner.example")
    assert page.redirect_chain == [(CONFIRM, 302)]
    assert "Enter the code of the e-mail" in words(page)
    [message] = mailoutbox
    assert (message.to, message.subject) == ([ana.email], "Your code to sign in")
    assert re.fullmatch(r"\d{4}-\d{4}", code_in(message))
    assert code_in(message) in message.alternatives[0].content
    page = enter(client, code_in(message))
    assert page.redirect_chain == [("/", 302)]
    assert page.context["user"] == ana


def test_the_code_goes_in_its_own_lane_and_is_not_kept(client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email)
    mail = Mail.objects.get()
    assert (mail.lane, mail.is_secret, mail.person) == ("sign-in", True, ana)


def test_a_code_may_be_typed_without_its_dash(client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email)
    assert signed_in(enter(client, f" {code_in(mailoutbox[0]).replace('-', ' ')} "))


def test_enter_without_a_password_sends_a_code_and_with_one_signs_in(client, ana, mailoutbox):
    ready(ana)
    page = client.post(LOGIN, {"login": ana.email, "password": ""}, follow=True)
    assert (page.redirect_chain, len(mailoutbox)) == ([(CONFIRM, 302)], 1)
    assert signed_in(client.post(LOGIN, {"login": ana.email, "password": PASSWORD}, follow=True))
    assert len(mailoutbox) == 1


def test_a_password_that_the_browser_filled_in_does_not_count_if_she_asks_for_a_code(client, ana, mailoutbox):
    ready(ana)
    assert ask(client, ana.email, password="an old one").redirect_chain == [(CONFIRM, 302)]
    assert len(mailoutbox) == 1


def test_the_button_of_the_password_asks_for_one(client, ana, mailoutbox):
    page = client.post(LOGIN, {"login": ana.email, "password": "", "way": "password"})
    assert "Enter your password." in words(page)
    assert mailoutbox == []


def test_without_an_address_only_that_is_asked_for(client, mailoutbox):
    page = ask(client, "")
    assert "Enter your e-mail." in words(page)
    assert "Enter your password." not in words(page)
    assert "Enter a whole address" in words(ask(client, "ana"))
    assert mailoutbox == []


def test_nobody_learns_from_the_page_who_has_an_account(client, ana, luka, mailoutbox):
    confirm(ana)
    User.objects.filter(pk=luka.pk).update(is_active=False)
    pages = []
    for email in (ana.email, "nobody@kvarner.example", luka.email):
        page = ask(client, email)
        pages.append((page.redirect_chain, words(page).replace(email, "")))
        page = enter(client, "0000-0000")
        pages.append((page.status_code, words(page).replace(email, "")))
        page = client.post(CONFIRM, {"action": "resend"}, follow=True)
        pages.append((page.redirect_chain, words(page).replace(email, "")))
        client.cookies.clear()
    assert pages[:3] == pages[3:6] == pages[6:]
    subjects = [(message.to[0], message.subject) for message in mailoutbox]
    assert ("nobody@kvarner.example", "You have no account with this e-mail") in subjects
    assert (luka.email, "Your code to sign in") not in subjects


def test_nothing_opens_an_account_that_is_not_there(client, mailoutbox):
    ask(client, "nobody@kvarner.example")
    for code in ("", "-", " "):
        assert not signed_in(enter(client, code))


def test_a_wrong_code_says_so_and_the_third_ends_it(client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email, next="/account/")
    for _attempt in range(2):
        page = enter(client, "0000-0000", next="/account/")
        assert page.status_code == 422
        assert "That code does not match. Enter the one of the newest e-mail." in words(page)
    page = enter(client, "0000-0000", next="/account/")
    assert "That code was wrong too often, and does not work any more." in words(page)
    assert page.redirect_chain == [(f"{ASK}?next=%2Faccount%2F", 302)]
    page = enter(client, code_in(mailoutbox[0]))
    assert not signed_in(page)


def test_a_new_code_replaces_the_first(client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email)
    page = client.post(CONFIRM, {"action": "resend", "next": "/account/"}, follow=True)
    assert page.redirect_chain == [(f"{CONFIRM}?next=%2Faccount%2F", 302)]
    first, second = mailoutbox[0], mailoutbox[1]
    assert not signed_in(enter(client, code_in(first)))
    assert signed_in(enter(client, code_in(second)))


@pytest.mark.parametrize("what", ["too old", "another browser"])
def test_a_code_that_cannot_work_says_why_and_leads_to_a_new_one(what, client, ana, mailoutbox, settings):
    confirm(ana)
    ask(client, ana.email)
    if what == "too old":
        settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT = -1
    else:
        client.cookies.clear()
    page = enter(client, code_in(mailoutbox[0]), next="/account/")
    assert not signed_in(page)
    assert page.redirect_chain == [(f"{ASK}?next=%2Faccount%2F", 302)]
    assert "it was too old, or was asked for in another browser" in words(page)


def test_the_minutes_that_pages_and_e_mails_name_are_those_of_the_settings(client, ana, mailoutbox, settings):
    confirm(ana)
    told = f"{settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60} minutes"
    assert told in words(client.get(ASK))
    assert told in words(ask(client, ana.email))
    assert told in mailoutbox[0].body


def test_it_leads_on_to_the_page_that_was_asked_for(client, ana, mailoutbox):
    confirm(ana)
    page = ask(client, ana.email, next="/account/")
    assert page.redirect_chain == [(f"{CONFIRM}?next=%2Faccount%2F", 302)]
    assert '<input type="hidden" name="next" value="/account/">' in page.content.decode()
    page = enter(client, code_in(mailoutbox[0]), next="/account/")
    assert page.redirect_chain == [("/account/", 302)]


def test_it_leads_to_no_other_site(client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email, next="https://evil.example/")
    page = enter(client, code_in(mailoutbox[0]), next="https://evil.example/")
    assert page.redirect_chain[0] == ("/", 302)


def test_whoever_goes_back_may_correct_the_address_or_type_the_password(client, ana, mailoutbox):
    ready(ana)
    ask(client, "nobody@kvarner.example")
    ask(client, ana.email)
    assert mailoutbox[-1].to == [ana.email]
    assert signed_in(sign_in(client, ana.email))


def test_another_way_is_a_link_away_and_the_code_still_works(client, ana, mailoutbox):
    confirm(ana)
    page = ask(client, ana.email, next="/account/")
    assert 'href="/accounts/login/?next=%2Faccount%2F"' in page.content.decode()
    page = client.get("/accounts/login/?next=%2Faccount%2F")
    assert "Send me a code" in words(page)
    assert signed_in(enter(client, code_in(mailoutbox[0])))


@pytest.mark.parametrize("remember", [{}, {"remember": "on"}])
def test_she_stays_signed_in_for_weeks_only_if_she_asks_for_it(remember, client, ana, mailoutbox):
    confirm(ana)
    ask(client, ana.email, **remember)
    enter(client, code_in(mailoutbox[0]))
    assert client.session.get_expire_at_browser_close() is not bool(remember)
    client.post(reverse("account_logout"))
    client.post(ASK, {"email": ana.email, **remember})
    enter(client, code_in(mailoutbox[1]))
    assert client.session.get_expire_at_browser_close() is not bool(remember)


def test_who_asks_too_often_is_told_so(client, ana, mailoutbox):
    confirm(ana)
    for _time in range(3):
        ask(client, ana.email)
    assert "too many attempts in a short time" in words(ask(client, ana.email))
    assert len(mailoutbox) == 3


def test_the_second_step_is_asked_for_as_well(client, ana_signed_in, mailoutbox):
    from tests.accounts.sign_in.test_second_step import turn_on

    _secret, codes = turn_on(client)
    client.post(reverse("account_logout"))
    ask(client, ana_signed_in.email, next="/account/")
    page = enter(client, code_in(mailoutbox[-1]), next="/account/")
    assert page.redirect_chain == [(reverse("mfa_authenticate"), 302)]
    page = client.post(reverse("mfa_authenticate"), {"code": codes[0]}, follow=True)
    assert page.redirect_chain[0] == ("/account/", 302)


# --- Who never confirmed


@pytest.fixture
def planted(db):
    """An account that somebody made with Sara's address, with ways of their own to open it."""
    sara = User.objects.create_user("sara@kvarner.example", PASSWORD, name="Not Sara")
    confirm(sara, verified=False)
    SocialAccount.objects.create(user=sara, provider="oidc", uid="theirs")
    Authenticator.objects.create(user=sara, type=Authenticator.Type.RECOVERY_CODES, data={})
    return sara


def test_a_code_confirms_the_address_and_ends_what_others_had_set(client, planted, mailoutbox):
    ask(client, planted.email)
    page = enter(client, code_in(mailoutbox[0]))
    assert signed_in(page)
    assert "what was set to sign in with it, in the name of Not Sara, does not work any more" in words(page)
    assert EmailAddress.objects.get().verified
    assert not signed_in(sign_in(Client(), planted.email, PASSWORD))
    assert not SocialAccount.objects.exists()
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("has_row", [True, False])
def test_who_was_given_a_role_keeps_it_without_the_password(has_row, client, planted, kvarner, mailoutbox):
    Membership.objects.create(user=planted, organisation=kvarner, role="trainer")
    if not has_row:
        EmailAddress.objects.all().delete()
    ask(client, planted.email)
    Authenticator.objects.all().delete()
    assert signed_in(enter(client, code_in(mailoutbox[0])))
    assert EmailAddress.objects.get().verified
    assert (User.objects.get().has_usable_password(), User.objects.get().roles) == (False, {"trainer"})


@pytest.mark.parametrize("path", [LOGIN, ASK])
def test_a_code_opens_no_account_of_somebody_who_only_wants_to_change_to_the_address(path, client, ana, mailoutbox):
    """Ana has mistyped her new address, or wants whoever reads it to work in her account."""
    confirm(ana)
    confirm(ana, "sara@kvarner.example", verified=False)
    client.post(path, {"login": "sara@kvarner.example", "email": "sara@kvarner.example", "way": "code"})
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["sara@kvarner.example"], "You have no account with this e-mail")
    ]


def test_of_two_accounts_with_an_address_the_one_that_confirmed_it_is_opened(client, ana, luka, mailoutbox):
    confirm(ana)
    confirm(luka, ana.email, verified=False)
    ask(client, ana.email)
    assert enter(client, code_in(mailoutbox[0])).context["user"] == ana
