"""Somebody sends a form after her session has ended."""

import pytest
from django.urls import reverse

from tests.accounts.doors import PASSWORD, ready, sign_in, words

pytestmark = pytest.mark.django_db

NOT_SAVED = "You are not signed in any more, so what you sent was not saved. Sign in, and send it again."
PAGE = "/organisation/?organisation=kvarner"


def send(client, page, path="/organisation/invitations/1/withdraw/", **headers):
    return client.post(path, headers={**({"referer": page} if page else {}), **headers})


def test_she_is_told_and_comes_back_to_the_page_of_the_form(client, ana):
    ready(ana)
    answer = send(client, f"http://testserver{PAGE}")
    assert answer["Location"] == f"{reverse('account_login')}?next=/organisation/%3Forganisation%3Dkvarner"
    assert NOT_SAVED in words(client.get(answer["Location"]))
    assert sign_in(client, ana.email, PASSWORD, next=PAGE).redirect_chain[0] == (PAGE, 302)


@pytest.mark.parametrize(
    "page", ["", "https://evil.example/", "//evil.example/", "http:evil.example", "junk\\x", "http://["]
)
def test_the_page_before_is_one_of_this_site_or_the_home_page(client, page):
    assert send(client, page)["Location"] == f"{reverse('account_login')}?next=/"


def test_a_page_that_is_asked_for_needs_no_such_words(client):
    answer = client.get(reverse("account"))
    assert answer["Location"] == f"{reverse('account_login')}?next=/account/"
    assert NOT_SAVED not in words(client.get(answer["Location"]))


def test_the_script_that_keeps_answers_says_it_itself(client):
    answer = send(client, "http://testserver/assessments/1/rate/A/", **{"x-requested-with": "XMLHttpRequest"})
    assert NOT_SAVED not in words(client.get(answer["Location"]))
