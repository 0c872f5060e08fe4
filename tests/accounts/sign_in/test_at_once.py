"""Sign-up, and changes of addresses, that are sent twice at the same moment: a double click, or two people."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.accounts.sign_in import forms
from kip_site.accounts.sign_in.adapters import SocialAccountAdapter
from tests.accounts.doors import PASSWORD, link_in, ready, sign_in, signed_in, words
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SARA = {"name": "Sara Conti", "email": "sara@kvarner.example", "password1": PASSWORD}


@pytest.fixture
def together(monkeypatch):
    """`together(cls, name)`: two threads wait for each other once after this method, so that both find nothing yet."""

    def together(cls, name, met=None):
        met, has_met, method = met or threading.Barrier(2), threading.local(), getattr(cls, name)

        def meeting(*arguments, **named):
            found = method(*arguments, **named)
            if not getattr(has_met, "yes", False):
                has_met.yes = True
                met.wait(timeout=20)
            return found

        monkeypatch.setattr(cls, name, meeting)

    return together


def come_back(provider):
    browser = Client()
    answer = browser.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    return browser, browser.get(provider.authorise(answer["Location"]), follow=True)


def sign_up(**changes):
    browser = Client()
    return browser, browser.post(reverse("account_signup"), SARA | changes, follow=True)


@pytest.mark.parametrize("second", ["sara@kvarner.example", "SARA@Kvarner.example"])
def test_a_double_click_on_sign_up_makes_one_account(together, mailoutbox, second):
    together(forms.SignsUpOnce, "validate_unique_email")
    answers = at_once(sign_up, lambda: sign_up(email=second))
    for _browser, page in answers:
        assert page.redirect_chain == [(reverse("account_email_verification_sent"), 302)]
        assert b"A link is on its way to you." in b" ".join(page.content.split())
    assert User.objects.get().name == "Sara Conti"
    # Whichever browser got the answer that is shown: the one e-mail opens the account, with the password.
    [message] = mailoutbox
    assert message.subject == "Confirm your e-mail"


@pytest.mark.parametrize("which", [0, 1])
def test_whichever_answer_arrives_the_password_is_hers(together, mailoutbox, which):
    together(forms.SignsUpOnce, "validate_unique_email")
    browser, _page = at_once(sign_up, sign_up)[which]
    page = browser.get(link_in(mailoutbox[0]))
    assert "another browser" not in words(page)
    browser.post(link_in(mailoutbox[0]))
    assert signed_in(sign_in(browser, SARA["email"]))


def test_a_double_click_on_confirm_confirms_once(mailoutbox):
    browser, _page = sign_up()
    link = link_in(mailoutbox[0])
    other = Client()
    other.cookies = browser.cookies
    answers = at_once(lambda: browser.post(link), lambda: other.post(link))
    assert [answer["Location"] for answer in answers if answer.status_code == 302]
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert signed_in(sign_in(Client(), SARA["email"]))


def test_a_double_click_on_change_e_mail_asks_once_and_the_link_works(ana, mailoutbox):
    ready(ana)
    browsers = [Client(), Client()]
    for browser in browsers:
        sign_in(browser, ana.email)
        browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    new = {"email": "ana@adria.example", "action_add": ""}
    answers = at_once(*[lambda browser=browser: browser.post(reverse("account_email"), new) for browser in browsers])
    assert [answer.status_code for answer in answers] == [302, 302]
    [message] = mailoutbox
    browsers[0].post(link_in(message))
    ana.refresh_from_db()
    assert ana.email == "ana@adria.example"
    assert EmailAddress.objects.get().verified


def test_two_people_who_change_to_one_address_at_once_do_not_both_get_it(ana, luka, mailoutbox):
    browsers = []
    for person in (ana, luka):
        browsers.append(Client())
        sign_in(browsers[-1], ready(person).email)
        browsers[-1].post(reverse("account_reauthenticate"), {"password": PASSWORD})
        browsers[-1].post(reverse("account_email"), {"email": f"new{person.pk}@adria.example", "action_add": ""})
    # Both asked for the same address; the cooldown of e-mails to one address is not what this is about.
    EmailAddress.objects.filter(verified=False).update(email="both@adria.example")
    links = [link_in(message) for message in mailoutbox]
    answers = at_once(lambda: browsers[0].post(links[0]), lambda: browsers[1].post(links[1]))
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    [loser] = [answer for answer in answers if answer.status_code == 200]
    assert "This e-mail belongs to another account" in words(loser)
    assert User.objects.filter(email="both@adria.example").count() == 1


def test_two_windows_at_a_provider_make_one_account(provider, together):
    together(SocialAccountAdapter, "pre_social_login")
    answers = at_once(lambda: come_back(provider), lambda: come_back(provider))
    assert [page.status_code for _browser, page in answers] == [200, 200]
    # The other is at the page of signing in, or told by e-mail that there is an account.
    assert any("_auth_user_id" in browser.session for browser, _page in answers)
    assert User.objects.get().email == "sara@guidance.example"


def test_a_provider_and_sign_up_make_one_account(provider, together, mailoutbox):
    # Both get as far as saving before either has: the one by its form, the other by its adapter.
    met = threading.Barrier(2)
    together(forms.SignsUpOnce, "validate_unique_email", met)
    together(SocialAccountAdapter, "is_auto_signup_allowed", met)
    provider.person = {**provider.person, "email_verified": False}

    answers = at_once(lambda: come_back(provider), lambda: sign_up(email="sara@guidance.example"))
    for _browser, page in answers:
        assert page.redirect_chain[-1] == (reverse("account_email_verification_sent"), 302)
    assert User.objects.count() == 1
    assert [message.subject for message in mailoutbox] == ["Confirm your e-mail"]
