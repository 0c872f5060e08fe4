"""How often passwords may be tried: an attacker is stopped, and nobody is shut out by somebody else's attempts."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.jobs import due
from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code, code_in, ready, sign_in, signed_in, words
from tests.accounts.sign_in.test_second_step import turn_on
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

WRONG = "not this one"
CODE_PAGE = "/accounts/login/code/confirm/"


def from_address(client, number):
    """The client, at another IP address."""
    client.defaults["REMOTE_ADDR"] = f"198.51.100.{number}"
    return client


def tried_from_everywhere(client, email, times=20):
    """Wrong passwords for one account, of which no IP address sends more than five."""
    for number in range(times):
        sign_in(from_address(client, number // 5), email, WRONG)
    return from_address(client, 200)


def test_a_whole_office_behind_one_address_signs_in_within_a_minute(client):
    for number in range(40):
        person = ready(User.objects.create(email=f"person{number}@kvarner.example", name="Ana"))
        sign_in(client, person.email, WRONG)
        assert signed_in(sign_in(client, person.email))
        client.post(reverse("account_logout"))


def test_the_sixth_wrong_password_for_an_account_from_one_address_waits(client, ana):
    ready(ana)
    for _attempt in range(5):
        assert "do not match" in words(sign_in(client, ana.email, WRONG))
    for password in (WRONG, PASSWORD):
        page = sign_in(client, ana.email.upper(), password)
        assert not signed_in(page)
        assert "too many attempts in a short time. Your account is safe; wait five minutes" in words(page)


def test_meanwhile_the_right_person_gets_in_elsewhere_and_others_there(client, ana, luka):
    ready(ana)
    ready(luka)
    for _attempt in range(6):
        sign_in(client, ana.email, WRONG)
    assert signed_in(sign_in(client, luka.email))
    client.post(reverse("account_logout"))
    assert signed_in(sign_in(from_address(client, 7), ana.email))


def test_who_got_it_right_may_be_wrong_five_times_again(client, ana):
    ready(ana)
    for _attempt in range(4):
        sign_in(client, ana.email, WRONG)
    sign_in(client, ana.email)
    client.post(reverse("account_logout"))
    for _attempt in range(5):
        assert "do not match" in words(sign_in(client, ana.email, WRONG))
    assert "wait five minutes" in words(sign_in(client, ana.email, WRONG))


def test_right_passwords_count_for_nothing(client, ana):
    ready(ana)
    for _time in range(25):
        assert signed_in(sign_in(client, ana.email))
        client.post(reverse("account_logout"))


@pytest.mark.parametrize("password", [WRONG, PASSWORD])
def test_after_twenty_wrong_passwords_from_anywhere_a_code_is_asked_for(client, ana, mailoutbox, password):
    ready(ana)
    page = sign_in(tried_from_everywhere(client, ana.email), ana.email, password)
    assert page.redirect_chain == [(CODE_PAGE, 302)]
    assert not signed_in(page)
    [message] = mailoutbox
    assert message.to == [ana.email]
    page = client.post(CODE_PAGE, {"code": code_in(message)}, follow=True)
    assert page.context["user"] == ana
    assert client.session.get_expire_at_browser_close()


def test_no_password_is_checked_any_more(client, ana, hashes):
    ready(ana)
    tried_from_everywhere(client, ana.email)
    hashes.clear()
    sign_in(client, ana.email)
    assert hashes == []


def test_it_leads_on_to_the_page_that_was_asked_for(client, ana, mailoutbox):
    ready(ana)
    sign_in(tried_from_everywhere(client, ana.email), ana.email, next="/account/", remember="on")
    page = client.post(f"{CODE_PAGE}?next=/account/", {"code": code_in(mailoutbox[0])}, follow=True)
    assert page.redirect_chain[-1] == ("/account/", 302)
    assert not client.session.get_expire_at_browser_close()


def test_nobody_learns_by_it_who_has_an_account(client, ana, mailoutbox):
    ready(ana)
    known = sign_in(tried_from_everywhere(client, ana.email), ana.email, WRONG)
    client.post(reverse("account_logout"))
    unknown = sign_in(tried_from_everywhere(client, "nobody@kvarner.example"), "nobody@kvarner.example", WRONG)
    assert known.redirect_chain == unknown.redirect_chain
    assert words(known).replace(ana.email, "…") == words(unknown).replace("nobody@kvarner.example", "…")
    assert [message.to for message in mailoutbox] == [[ana.email], ["nobody@kvarner.example"]]
    assert mailoutbox[1].subject == "You have no account with this e-mail"


def test_one_mailbox_is_not_flooded(client, ana, mailoutbox):
    ready(ana)
    tried_from_everywhere(client, ana.email)
    for number in range(63):
        client.cookies.clear()
        page = sign_in(from_address(client, 100 + number), ana.email, WRONG)
    assert len(mailoutbox) == 60
    assert "too many attempts in a short time" in words(page)


def test_nobody_at_one_address_keeps_her_from_getting_a_code(client, ana, mailoutbox):
    ready(ana)
    mallory = from_address(Client(), 100)
    for _time in range(5):
        mallory.cookies.clear()
        mallory.post(reverse("account_request_login_code"), {"email": ana.email})
    assert len(mailoutbox) == 3
    her_own = from_address(client, 200)
    page = her_own.post(reverse("account_request_login_code"), {"email": ana.email}, follow=True)
    assert "A code is on its way." in words(page)
    page = her_own.post(CODE_PAGE, {"code": code_in(mailoutbox[-1])}, follow=True)
    assert signed_in(page)


def test_wrong_passwords_and_codes_asked_for_at_one_address_together_do_not_either(client, ana, mailoutbox):
    ready(ana)
    mallory = Client()
    tried_from_everywhere(mallory, ana.email)
    for _time in range(5):
        mallory.cookies.clear()
        from_address(mallory, 100).post(reverse("account_request_login_code"), {"email": ana.email})
    page = sign_in(from_address(client, 200), ana.email)
    page = client.post(CODE_PAGE, {"code": code_in(mailoutbox[-1])}, follow=True)
    assert signed_in(page)


def test_who_is_signed_in_gets_a_code_to_confirm_whatever_strangers_ask_for(client, ana, mailoutbox):
    client.force_login(ana)
    mallory = from_address(Client(), 100)
    for _time in range(5):
        mallory.cookies.clear()
        mallory.post(reverse("account_request_login_code"), {"email": ana.email})
    mailoutbox.clear()
    page = client.post(reverse("account_reauthenticate_by_code"), {"action": "send"}, follow=True)
    assert f"A code is on its way to {ana.email}." in words(page)
    assert code_in(mailoutbox[-1])


def test_the_code_opens_no_account_with_a_second_step(client, ana_signed_in, mailoutbox):
    secret, _codes = turn_on(client)
    client.post(reverse("account_logout"))
    mailoutbox.clear()
    sign_in(tried_from_everywhere(client, ana_signed_in.email), ana_signed_in.email)
    page = client.post(CODE_PAGE, {"code": code_in(mailoutbox[-1])}, follow=True)
    assert page.redirect_chain == [(reverse("mfa_authenticate"), 302)]
    page = client.post(reverse("mfa_authenticate"), {"code": code(secret)}, follow=True)
    assert page.context["user"] == ana_signed_in


def test_a_new_password_ends_it(client, ana, mailoutbox):
    ready(ana)
    tried_from_everywhere(client, ana.email)
    client.post(reverse("account_reset_password"), {"email": ana.email})
    [path] = re.findall(r"http://testserver(/\S+)", mailoutbox[-1].body)
    form = client.get(path, follow=True).redirect_chain[-1][0]
    client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert signed_in(sign_in(client, ana.email, NEW_PASSWORD))


def test_many_accounts_cannot_be_tried_from_one_address(client):
    for number in range(60):
        assert "do not match" in words(sign_in(client, f"nobody{number}@kvarner.example", WRONG))
    assert "wait five minutes" in words(sign_in(client, "nobody@kvarner.example", WRONG))


def test_a_whole_ipv6_network_is_one_address(client, ana):
    ready(ana)
    for number in range(5):
        client.defaults["REMOTE_ADDR"] = f"2001:db8::{number + 1}"
        sign_in(client, ana.email, WRONG)
    client.defaults["REMOTE_ADDR"] = "2001:db8::ffff"
    assert "wait five minutes" in words(sign_in(client, ana.email))
    client.defaults["REMOTE_ADDR"] = "2001:db8:0:1::1"
    assert signed_in(sign_in(client, ana.email))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "is_stopped"),
    [
        # Without a proxy the header is whatever the visitor writes into it.
        (0, "203.0.113.{0}", True),
        # One proxy that replaces the header, and one that appends to it: only what it wrote itself counts.
        (1, "198.51.100.1", True),
        (1, "203.0.113.{0}, 198.51.100.1", True),
        (1, "203.0.113.{0}", False),
        (2, "203.0.113.{0}, 198.51.100.1, 192.0.2.1", True),
    ],
)
def test_the_address_of_a_visitor_cannot_be_forged(client, ana, settings, proxies, forwarded, is_stopped):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    ready(ana)
    for number in range(5):
        sign_in(client, ana.email, WRONG, headers={"X-Forwarded-For": forwarded.format(number)})
    page = sign_in(client, ana.email, headers={"X-Forwarded-For": forwarded.format(99)})
    assert ("wait five minutes" in words(page)) == is_stopped


def test_counts_that_are_over_are_forgotten_by_run_due(ana):
    cache.clear()
    cache.set("over", 1, timeout=-1)
    cache.set("counts", 1, timeout=60)
    [part] = [part for part in due.parts() if part.name == "sign-in"]
    assert part.run() == 1
    assert (part.run(), cache.get("counts")) == (0, 1)


@pytest.mark.django_db(transaction=True)
def test_many_attempts_at_once_are_not_more(ana):
    ready(ana)

    def attempt():
        return words(sign_in(Client(), ana.email, WRONG))

    pages = at_once(*[attempt] * 8)
    assert sum("do not match" in page for page in pages) <= 5
    assert all("do not match" in page or "wait five minutes" in page for page in pages)
