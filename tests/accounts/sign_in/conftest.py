"""Ana, signed in as the pages of her account require it."""

import pytest
from django.urls import reverse

from tests.accounts.doors import PASSWORD, ready, sign_in


@pytest.fixture
def ana_signed_in(client, ana):
    """Ana, signed in and reauthenticated with her password, as the pages of her account require it."""
    ready(ana)
    sign_in(client, ana.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return ana
