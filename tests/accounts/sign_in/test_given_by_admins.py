"""A platform admin has given Ana's account another address, perhaps his own. It opens nothing of hers by itself."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from kip_site.accounts.people.actions import change_address
from tests.accounts.doors import PASSWORD, link_in, ready, sign_in, signed_in, words

from .oidc_provider import SARA

pytestmark = pytest.mark.django_db

GIVEN = "mallory@kip.example"


@pytest.fixture
def given(ana, elodie, mailoutbox):
    """Ana, who has signed in with a password before, and whose account has the address now."""
    ready(ana)
    sign_in(Client(), ana.email)
    change_address(ana, GIVEN, elodie)
    mailoutbox.clear()
    cache.clear()
    return ana


@pytest.fixture
def reader():
    """The browser of whoever reads the mailbox of the given address."""
    return Client()


def assert_still_hers(ana, reader):
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert not signed_in(reader.get(reverse("account"), follow=True))
    assert not EmailAddress.objects.filter(user=ana, verified=True).exists()


@pytest.mark.parametrize("password", ["", "the password of mallory"])
def test_signing_up_with_it_sends_no_link_that_opens_the_account(given, reader, mailoutbox, password):
    reader.post(reverse("account_signup"), {"name": "Mallory", "email": GIVEN, "password1": password})
    assert [message.subject for message in mailoutbox] == ["You have an account already"]
    assert "confirm-email" not in mailoutbox[0].body
    assert_still_hers(given, reader)


def test_a_provider_that_verified_it_does_not_open_the_account(given, reader, provider, mailoutbox):
    provider.person = {**SARA, "email": GIVEN}
    answer = reader.post("/accounts/oidc/oidc/login/", query_params={"process": "login"})
    reader.get(provider.authorise(answer["Location"]), follow=True)
    assert_still_hers(given, reader)
    assert not given.socialaccount_set.exists()


@pytest.mark.parametrize("page", ["account_request_login_code", "account_reset_password"])
def test_neither_a_code_nor_a_link_for_a_new_password_is_sent_to_it(given, reader, mailoutbox, page):
    reader.post(reverse(page), {"email": GIVEN})
    assert [message.subject for message in mailoutbox] == ["You have no account with this e-mail"]


def test_the_link_that_she_is_sent_with_her_password_works_only_where_she_has_typed_it(given, reader, mailoutbox):
    ana = Client()
    sign_in(ana, GIVEN)
    link = link_in(mailoutbox[0])
    for page in (reader.get(link), reader.post(link)):
        assert page.status_code == 403
        assert "Sign in first" in words(page)
        assert "Ana" not in words(page)
    assert_still_hers(given, reader)
    ana.post(link)
    assert signed_in(sign_in(ana, GIVEN))


def test_on_another_device_she_signs_in_first(given, mailoutbox):
    sign_in(Client(), GIVEN)
    phone = Client()
    assert "Sign in first" in words(phone.get(link_in(mailoutbox[0])))
    sign_in(phone, GIVEN)
    phone.post(link_in(mailoutbox[0]))
    assert signed_in(sign_in(phone, GIVEN))
