"""Mallory signs up with the address of Vera, or asks to change his to hers. Whatever Vera does, he never gets in."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import Membership, Organisation, Role, User
from tests.accounts.doors import NEW_PASSWORD, PASSWORD, code_in, link_in, ready, sign_in, signed_in, words

from .oidc_provider import SARA

pytestmark = pytest.mark.django_db

VERA = "vera@adria.example"
MALLORYS = "the password of mallory"
CODE_PAGE = "/accounts/login/code/confirm/"


def sign_up(browser, **changes):
    data = {"name": "Vera Rossi", "email": VERA, "password1": PASSWORD}
    return browser.post(reverse("account_signup"), data | changes, follow=True)


@pytest.fixture
def mallory(mailoutbox):
    """Mallory's browser, in which he has signed up with Vera's address."""
    browser = Client()
    sign_up(browser, name="Mallory", password1=MALLORYS)
    return browser


@pytest.fixture
def vera():
    """Vera's browser."""
    return Client()


def assert_shut_out(mallory):
    """Neither his password nor anything left in his browser opens the account."""
    assert "_auth_user_id" not in mallory.session
    assert not signed_in(sign_in(Client(), VERA, MALLORYS))
    assert not signed_in(sign_in(mallory, VERA, MALLORYS))
    assert not signed_in(mallory.get(reverse("account"), follow=True))


def test_she_opens_the_link_in_her_mailbox(mallory, vera, mailoutbox):
    link = link_in(mailoutbox[0])
    page = words(vera.get(link))
    assert (
        "begun in another browser, in the name of Mallory. A password that was chosen there will no longer work" in page
    )
    page = words(vera.post(link, follow=True))
    assert "Your e-mail is confirmed." in page
    assert "what was set to sign in with it, in the name of Mallory, does not work any more." in page
    assert not User.objects.get().has_usable_password()
    assert_shut_out(mallory)


def test_who_signed_up_herself_in_this_browser_keeps_her_password(vera, mailoutbox):
    sign_up(vera)
    link = link_in(mailoutbox[0])
    assert "another browser" not in words(vera.get(link))
    assert "another browser" not in words(vera.post(link, follow=True))
    assert signed_in(sign_in(vera, VERA))


def test_what_she_types_herself_later_counts(mallory, vera, mailoutbox):
    sign_up(vera)
    # She is sent no second e-mail within three minutes; the first is as good.
    assert len(mailoutbox) == 1
    link = link_in(mailoutbox[0])
    assert "another browser" not in words(vera.get(link))
    vera.post(link)
    assert User.objects.get().name == "Vera Rossi"
    assert_shut_out(mallory)
    assert signed_in(sign_in(vera, VERA))


def test_who_signs_up_again_much_later_gets_the_link_again(mallory, vera, mailoutbox, forgotten):
    sign_up(vera, password1="")
    assert [message.subject for message in mailoutbox] == ["Confirm your e-mail"] * 2
    vera.post(link_in(mailoutbox[1]))
    assert not User.objects.get().has_usable_password()
    assert_shut_out(mallory)


@pytest.fixture
def forgotten(mallory):
    """Three minutes after Mallory signed up."""
    cache.clear()


def test_she_signs_in_with_a_code(mallory, vera, mailoutbox):
    vera.post(reverse("account_request_login_code"), {"email": VERA})
    page = vera.post(CODE_PAGE, {"code": code_in(mailoutbox[-1])}, follow=True)
    assert signed_in(page)
    assert "in the name of Mallory, does not work any more." in words(page)
    assert signed_in(vera.get(reverse("account")))
    assert_shut_out(mallory)


def test_she_sets_a_new_password(mallory, vera, mailoutbox):
    vera.post(reverse("account_reset_password"), {"email": VERA})
    form = vera.get(link_in(mailoutbox[-1]), follow=True).redirect_chain[-1][0]
    vera.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert signed_in(sign_in(vera, VERA, NEW_PASSWORD))
    assert_shut_out(mallory)


def test_she_comes_from_her_provider(mallory, vera, provider):
    provider.person = {**SARA, "email": VERA}
    answer = vera.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    page = vera.get(provider.authorise(answer["Location"]), follow=True)
    assert signed_in(page)
    assert User.objects.get() == SocialAccount.objects.get().user
    assert_shut_out(mallory)


def test_an_account_at_a_provider_opens_it_no_more(vera, provider, mailoutbox):
    mallory = Client()
    provider.person = {**SARA, "sub": "mallory", "email": VERA, "email_verified": False}
    answer = mallory.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    mallory.get(provider.authorise(answer["Location"]), follow=True)
    vera.post(link_in(mailoutbox[0]))
    assert not SocialAccount.objects.exists()
    answer = mallory.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    assert not signed_in(mallory.get(provider.authorise(answer["Location"]), follow=True))
    assert_shut_out(mallory)


def test_who_shows_the_password_in_this_browser_keeps_it(client, mailoutbox):
    User.objects.create_superuser("elodie@kip.example", PASSWORD, name="Élodie")
    sign_in(client, "elodie@kip.example")
    client.post(link_in(mailoutbox[0]))
    assert signed_in(sign_in(client, "elodie@kip.example"))


def test_somebody_else_who_is_signed_in_here_is_signed_out(mallory, client, ana, mailoutbox):
    client.force_login(ana)
    client.post(link_in(mailoutbox[0]))
    assert "_auth_user_id" not in client.session
    assert_shut_out(mallory)


# --- A change of address -------------------------------------------------------------------------


@pytest.fixture
def change(ana, mailoutbox):
    """Ana's browser, in which she has asked to change her address to Vera's."""
    browser = Client()
    ready(ana)
    sign_in(browser, ana.email)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), {"email": VERA, "action_add": ""})
    return browser


def test_the_e_mail_says_whose_account_it_is(change, mailoutbox):
    [message] = mailoutbox
    assert message.to == [VERA]
    for text in (message.body, message.alternatives[0].content):
        assert (
            "The account of Ana Šarić, with the address ana@kvarner.example, is to be changed to this address." in text
        )


def test_the_page_says_so_too_and_asks_to_sign_in_there(change, vera, client, luka, ana, mailoutbox):
    link = link_in(mailoutbox[0])
    for answer in (vera.get(link), vera.post(link)):
        assert answer["Location"].startswith(f"{reverse('account_login')}?next=/accounts/confirm-email/")
    client.force_login(luka)
    for page in (client.get(link), client.post(link)):
        assert page.status_code == 403
        assert "It changes the address of the account of Ana Šarić from ana@kvarner.example to vera@adria" in words(
            page
        )
        assert "you are signed in as luka@kvarner.example" in words(page)
        assert signed_in(page)
    ana.refresh_from_db()
    assert ana.email == "ana@kvarner.example"
    page = words(change.get(link))
    assert "sign in to the account of Ana Šarić with vera@adria.example instead of ana@kvarner.example?" in page
    change.post(link)
    ana.refresh_from_db()
    assert ana.email == VERA


def test_she_gets_neither_codes_nor_passwords_of_that_account(change, vera, ana, mailoutbox):
    for page in ("account_request_login_code", "account_reset_password"):
        vera.cookies.clear()
        vera.post(reverse(page), {"email": VERA})
        assert mailoutbox[-1].subject == "You have no account with this e-mail"
    assert EmailAddress.objects.get(email=VERA).user == ana
    assert not EmailAddress.objects.get(email=VERA).verified


def test_she_makes_an_account_of_her_own_and_the_change_is_off(change, vera, ana, mailoutbox, forgotten_change):
    sign_up(vera)
    vera.post(link_in(mailoutbox[-1]))
    assert signed_in(sign_in(vera, VERA))
    assert "This e-mail belongs to another account" in words(change.post(link_in(mailoutbox[0])))
    ana.refresh_from_db()
    assert ana.email == "ana@kvarner.example"


@pytest.fixture
def forgotten_change(change):
    """Three minutes after Ana asked for the change."""
    cache.clear()


def test_her_provider_makes_an_account_of_her_own_too(change, vera, ana, provider):
    provider.person = {**SARA, "email": VERA}
    answer = vera.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    assert signed_in(vera.get(provider.authorise(answer["Location"]), follow=True))
    assert EmailAddress.objects.get(email=VERA, verified=True).user.email == VERA


def test_an_account_that_nobody_confirmed_does_not_hold_the_address(mallory, ana, mailoutbox, forgotten, change):
    change.post(link_in(mailoutbox[-1]))
    ana.refresh_from_db()
    assert ana.email == VERA
    assert list(User.objects.all()) == [ana]


def test_an_account_with_a_membership_holds_it(ana, mailoutbox, kvarner):
    held = User.objects.create_user(VERA, name="Vera")
    Membership.objects.create(user=held, organisation=kvarner, role=Role.PRACTITIONER)
    browser = Client()
    ready(ana)
    sign_in(browser, ana.email)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    browser.post(reverse("account_email"), {"email": VERA, "action_add": ""})
    page = browser.post(link_in(mailoutbox[-1]))
    assert "This e-mail belongs to another account" in words(page)
    assert (User.objects.count(), Organisation.objects.count()) == (2, 1)


def test_she_asks_again_for_the_same_change(change, ana, mailoutbox):
    page = change.post(reverse("account_email"), {"email": VERA, "action_add": ""}, follow=True)
    assert f"The change to {VERA} takes effect when you open the link" in words(page)
    change.post(link_in(mailoutbox[0]))
    ana.refresh_from_db()
    assert ana.email == VERA
