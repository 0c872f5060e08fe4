"""Addresses with letters that a database takes for others, such as "ı": the mailbox is at another domain, not hers."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.accounts.people.actions import account_at, is_taken, opens
from tests.accounts.doors import ready

pytestmark = pytest.mark.django_db

# PostgreSQL makes "ı" and "ſ" the capitals "I" and "S".
LOOKALIKES = ["silvija@adrıa.example", "ſilvija@adria.example"]


@pytest.fixture
def silvija():
    return ready(User.objects.create_user("silvija@adria.example", name="Silvija"))


@pytest.mark.parametrize("lookalike", LOOKALIKES)
def test_it_is_nobodys(silvija, lookalike):
    assert account_at(lookalike) is None
    assert not is_taken(lookalike)
    User.objects.update(last_login="2026-01-01T00:00Z")
    silvija.refresh_from_db()
    assert not opens(lookalike, silvija)
    with pytest.raises(User.DoesNotExist):
        User.objects.get_by_natural_key(lookalike)


@pytest.mark.parametrize("lookalike", LOOKALIKES)
@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("account_login", {"way": "code"}),
        ("account_request_login_code", {}),
        ("account_reset_password", {}),
    ],
)
def test_neither_codes_nor_links_go_there(client, silvija, mailoutbox, page, data, lookalike):
    client.post(reverse(page), {"email": lookalike, "login": lookalike, **data})
    # No mailbox is asked for whose name has such a letter; one at a domain with it may be somebody's.
    told = ["You have no account with this e-mail"] if lookalike.startswith("s") else []
    assert [message.subject for message in mailoutbox] == told
    assert silvija.email not in [address for message in mailoutbox for address in message.to]


def test_capitals_are_the_same_address(client, silvija, mailoutbox):
    assert account_at("Silvija@ADRIA.example") == silvija
    assert is_taken("Silvija@ADRIA.example")
    assert User.objects.get_by_natural_key("Silvija@ADRIA.example") == silvija
    client.post(reverse("account_request_login_code"), {"email": "SILVIJA@adria.example"})
    assert mailoutbox[0].to == [silvija.email]
