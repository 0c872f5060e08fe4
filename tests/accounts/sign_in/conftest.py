"""Ana, signed in as the pages of her account require it; how often passwords are hashed."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.urls import reverse

from tests.accounts.doors import PASSWORD, ready, sign_in

from . import oidc_provider


@pytest.fixture
def hashes(monkeypatch):
    """A list that gets an entry whenever a password is hashed, to store it or to check it."""
    done = []

    def counted(hash_password):
        def run(hasher, *arguments):
            done.append(hash_password.__name__)
            return hash_password(hasher, *arguments)

        return run

    for name in ("encode", "verify"):
        monkeypatch.setattr(Argon2PasswordHasher, name, counted(getattr(Argon2PasswordHasher, name)))
    return done


@pytest.fixture
def ana_signed_in(client, ana):
    """Ana, signed in and reauthenticated with her password, as the pages of her account require it."""
    ready(ana)
    sign_in(client, ana.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return ana


@pytest.fixture(scope="module")
def listening():
    with oidc_provider.running() as provider:
        yield provider


@pytest.fixture
def provider(listening, settings):
    """The provider is configured, and Sara is signed in there."""
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": "Guidance Services",
                    "client_id": oidc_provider.CLIENT_ID,
                    "secret": oidc_provider.SECRET,
                    "settings": {"server_url": listening.address},
                }
            ],
        }
    }
    listening.person = oidc_provider.SARA
    return listening
