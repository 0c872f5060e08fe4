"""Pages that cannot be shown say what happened, what is safe and what to do."""

import pytest
from django.test import Client

from tests.accounts.doors import words

pytestmark = pytest.mark.django_db


def is_in_our_look(page):
    html = page.content.decode()
    assert html.count("<h1") == 1
    assert '<div class="problem">' in html
    assert "Go to your home page" in html
    assert "Nothing you saved" in html


def test_a_request_for_another_host_is_refused(client):
    page = client.get("/", headers={"host": "evil.example"})
    assert page.status_code == 400
    assert "This request could not be read" in words(page)
    assert "Error 400" in words(page)
    is_in_our_look(page)


def test_a_member_without_the_right_may_not_open_a_page(client, ana):
    client.force_login(ana)
    page = client.get("/frameworks/manage/")
    assert page.status_code == 403
    assert "You may not open this page" in words(page)
    assert "Ana Šarić" in words(page)
    is_in_our_look(page)


def test_a_form_without_its_token_is_refused(ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    page = client.post("/account/", {"name": "Somebody"})
    assert page.status_code == 403
    assert "This page was open for too long" in words(page)
    is_in_our_look(page)
    ana.refresh_from_db()
    assert ana.name == "Ana Šarić"


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_a_page_that_is_not_here(client, ana, is_signed_in):
    if is_signed_in:
        client.force_login(ana)
    page = client.get("/nowhere/")
    assert page.status_code == 404
    assert "This page is not here" in words(page)
    assert "please tell us its subject. Error 404, " in words(page)
    assert ("Ana Šarić" in words(page)) is is_signed_in
    is_in_our_look(page)


def test_an_address_that_invites_mischief_is_shown_nowhere(client):
    page = client.get("/<script>alert(1)</script>/")
    assert page.status_code == 404
    assert "alert(1)" not in page.content.decode()


@pytest.mark.parametrize(
    ("method", "address", "fields"),
    [
        ("get", "/frameworks/%00/", {}),
        ("get", "/invitation/a%00/", {}),
        ("get", "/organisation/", {"organisation": "\0"}),
        ("post", "/training/plan/add/", {"module": "a\0b"}),
        ("post", "/account/", {"name": "Ana\0"}),
    ],
)
def test_a_null_character_is_refused_before_anything_is_looked_up_by_it(method, address, fields, client, ana):
    client.force_login(ana)
    page = getattr(client, method)(address, fields)
    assert page.status_code == 400
    assert "This request could not be read" in words(page)
    is_in_our_look(page)
    ana.refresh_from_db()
    assert ana.name == "Ana Šarić"
