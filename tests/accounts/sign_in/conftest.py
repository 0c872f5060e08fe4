"""Ana, as far as the pages of her account ask her to show who she is."""

import pytest
from django.urls import reverse

from tests.accounts.doors import PASSWORD, ready, sign_in


@pytest.fixture
def ana_signed_in(client, ana):
    """Ana, who has just typed her password once more, as the pages ask that guard her account."""
    ready(ana)
    sign_in(client, ana.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return ana
