"""A known address takes as long as an unknown one: the same is done for both. `make benchmark` measures the time."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import User
from kip_site.mail.models import Mail
from tests.accounts.doors import PASSWORD, ready, sign_in

pytestmark = pytest.mark.django_db

UNKNOWN = "nobody@kvarner.example"


@pytest.fixture
def work(client, hashes):
    """`work(do, email)`: how many passwords it hashes and how many e-mails it queues."""

    def work(do, email):
        client.cookies.clear()
        hashes.clear()
        mails = Mail.objects.count()
        do(client, email)
        return len(hashes), Mail.objects.count() - mails

    return work


def sign_up(client, email, password=PASSWORD):
    return client.post(reverse("account_signup"), {"name": "Ana", "email": email, "password1": password})


@pytest.fixture(params=["with a password", "without", "unconfirmed"])
def known(request, ana, client):
    """The address of somebody who has an account."""
    if request.param == "unconfirmed":
        User.objects.create_user("begun@kvarner.example", PASSWORD, name="Ana")
        return "begun@kvarner.example"
    ready(ana)
    if request.param == "without":
        ana.set_unusable_password()
        ana.save()
    return ana.email


def test_signing_up(work, known):
    assert work(sign_up, known) == work(sign_up, "new@kvarner.example") == (1, 1)


def test_signing_up_without_a_password(work, known):
    def without(client, email):
        return sign_up(client, email, "")

    assert work(without, known) == work(without, "new@kvarner.example") == (0, 1)


def test_a_wrong_password(work, known):
    def wrong(client, email):
        return sign_in(client, email, "not this one")

    assert work(wrong, known) == work(wrong, UNKNOWN) == (1, 0)


@pytest.mark.parametrize("page", ["account_reset_password", "account_request_login_code"])
def test_asking_for_a_link_or_a_code(work, known, page):
    def ask(client, email):
        return client.post(reverse(page), {"email": email})

    assert work(ask, known) == work(ask, UNKNOWN) == (0, 1)
