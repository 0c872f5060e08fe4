"""Where passkeys are offered, and to which name they belong. With a real device: tests/browser/test_signing_in.py."""

import json

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from kip_site.accounts.sign_in.passkeys import address_by_name, site_of
from tests.accounts.doors import words

LOGIN = reverse("account_login")


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("kip.example", "kip.example"),
        ("kip.example:8443", "kip.example"),
        ("www.kip.example", "kip.example"),
        ("notkip.example", "notkip.example"),
        ("example", "example"),
        ("localhost:8000", "localhost"),
        ("127.0.0.1:8000", None),
        ("192.168.1.20", None),
        ("[::1]:8000", None),
    ],
)
def test_a_passkey_belongs_to_the_name_of_the_site(host, site, settings):
    settings.SITE_URL = "https://kip.example"
    settings.ALLOWED_HOSTS = ["*"]
    assert site_of(RequestFactory().get("/", headers={"host": host})) == site


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1:8000", "http://localhost:8000/accounts/2fa/?a=1"),
        ("[::1]", "http://localhost/accounts/2fa/?a=1"),
        ("192.168.1.20:8000", None),
        ("kip.example", None),
    ],
)
def test_only_of_her_own_machine_another_name_is_known(host, address, settings):
    settings.ALLOWED_HOSTS = ["*"]
    assert address_by_name(RequestFactory().get("/accounts/2fa/?a=1", headers={"host": host})) == address


@pytest.mark.django_db
def test_an_address_that_is_a_number_has_no_passkeys(ana_signed_in, client):
    """Chromium refuses them there: "This is an invalid domain"."""
    host = {"host": "127.0.0.1:8000"}
    assert "passkey" not in Client().get(LOGIN, headers=host).content.decode()
    for name in ("mfa_index", "mfa_list_webauthn", "mfa_add_webauthn"):
        page = client.get(reverse(name), headers=host)
        assert f'href="http://localhost:8000{reverse(name)}"' in page.content.decode()
        assert "you opened this one by a number" in words(page)
        assert "webauthn.js" not in page.content.decode()
        assert f'href="{reverse("mfa_add_webauthn")}"' not in page.content.decode()


@pytest.mark.django_db
def test_the_browser_asks_for_a_finger_a_face_or_a_pin():
    """Only so does a passkey count as both steps."""
    options = Client().get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    asked = json.loads(options.content)["request_options"]["publicKey"]
    assert (asked["userVerification"], asked["rpId"]) == ("required", "testserver")


@pytest.mark.django_db
@pytest.mark.parametrize("credential", ["", "x", "{}", '{"response": {"userHandle": "MQ"}}', "[]", "null"])
def test_what_no_passkey_signed_opens_nothing_and_keeps_the_way(credential, client, ana):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    page = client.post(reverse("mfa_login_webauthn"), {"credential": credential, "next": "/account/"}, follow=True)
    assert page.redirect_chain == [(f"{LOGIN}?next=%2Faccount%2F", 302)]
    assert "passkey" in words(page).lower().split("sign in")[1]
    assert not page.context["user"].is_authenticated


@pytest.mark.django_db
@pytest.mark.parametrize("credential", ["", "x", "{}", "[]"])
def test_what_no_device_made_is_no_passkey(credential, client, ana_signed_in):
    client.get(reverse("mfa_add_webauthn"))
    page = client.post(reverse("mfa_add_webauthn"), {"name": "Mine", "credential": credential})
    assert page.status_code == 422
    assert "There is a problem" in words(page)
    assert not ana_signed_in.authenticator_set.exists()
