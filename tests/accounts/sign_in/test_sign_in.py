"""Signing in and out."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from kip_site.accounts.models import User
from tests.accounts.doors import NEW_PASSWORD, PASSWORD, ready, sign_in, signed_in, words

pytestmark = pytest.mark.django_db

TWO_WEEKS = 14 * 24 * 3600


def test_she_signs_in_with_e_mail_and_password(client, ana):
    ready(ana)
    page = sign_in(client, ana.email)
    assert signed_in(page)
    assert page.redirect_chain == [("/", 302)]


def test_the_case_of_an_e_mail_does_not_matter(client):
    ready(User.objects.create_user("Ana@Kvarner.example", name="Ana Šarić"))
    assert signed_in(sign_in(client, "ANA@kvarner.Example"))


def test_a_wrong_password_says_what_to_do(client, ana):
    ready(ana)
    page = sign_in(client, ana.email, "not this one")
    assert not signed_in(page)
    html = page.content.decode()
    assert "That e-mail and password do not match. Check both and try again, or set a new password." in words(page)
    assert f'<a href="{reverse("account_reset_password")}">set a new password</a>' in html
    assert 'role="alert" tabindex="-1" autofocus' in html
    assert "Enter your password again." in html
    assert f'value="{ana.email}"' in html
    assert "not this one" not in html


def test_a_wrong_password_and_an_unknown_e_mail_look_the_same(client, ana):
    ready(ana)
    wrong = words(sign_in(client, ana.email, "not this one"))
    unknown = words(sign_in(client, "nobody@kvarner.example", "not this one"))
    assert wrong == unknown


def test_each_empty_field_says_so_beside_it_and_in_the_summary(client):
    page = client.post(reverse("account_login"), {"login": "", "password": ""})
    html = page.content.decode()
    faults = "E-mail: Enter your e-mail. Password: Enter your password."
    assert f"Nothing has changed yet. Please look at: {faults}" in words(page)
    assert '<a href="#id_login">E-mail: Enter your e-mail.</a>' in html
    assert '<div id="id_login_error"><p class="error-text">Enter your e-mail.</p></div>' in html
    assert '<div id="id_password_error"><p class="error-text">Enter your password.</p></div>' in html
    assert "This field is required" not in html


def test_somebody_whose_account_is_closed_is_told_so(client, ana):
    ready(ana)
    User.objects.filter(pk=ana.pk).update(is_active=False)
    page = sign_in(client, ana.email)
    assert not signed_in(page)
    assert "This account is closed" in words(page)


def test_an_address_that_asks_too_often_gets_a_page_that_says_so(client):
    for _attempt in range(120):
        client.post(reverse("account_login"))
    page = client.post(reverse("account_login"))
    assert page.status_code == 429
    assert "That was too often in a short time" in words(page)
    assert "Error 429" in words(page)


def test_she_stays_signed_in_for_weeks_only_if_she_asks_for_it(client, ana):
    ready(ana)
    sign_in(client, ana.email)
    assert client.session.get_expire_at_browser_close()
    client.post(reverse("account_logout"))
    sign_in(client, ana.email, remember="on")
    assert not client.session.get_expire_at_browser_close()
    assert client.session.get_expiry_age() >= TWO_WEEKS


def test_passwords_are_kept_as_argon2(ana):
    ready(ana)
    assert ana.password.startswith("argon2$argon2id$")


def test_a_password_of_an_older_kind_is_hashed_anew_at_sign_in(client, ana):
    ready(ana)
    User.objects.filter(pk=ana.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    sign_in(client, ana.email)
    ana.refresh_from_db()
    assert ana.password.startswith("argon2$argon2id$")


def test_it_leads_on_to_the_page_that_was_asked_for(client, ana):
    ready(ana)
    page = client.get(reverse("account"), follow=True)
    assert page.redirect_chain == [("/accounts/login/?next=/account/", 302)]
    assert '<input type="hidden" name="next" value="/account/">' in page.content.decode()
    page = sign_in(client, ana.email, next=reverse("account"))
    assert page.redirect_chain == [("/account/", 302)]


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)", "http:///evil.example/"],
)
def test_it_leads_to_no_other_site(client, ana, elsewhere):
    ready(ana)
    page = sign_in(client, ana.email, next=elsewhere)
    assert page.redirect_chain[0] == ("/", 302)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/"])
def test_signing_out_leads_to_no_other_site(client, ana, elsewhere):
    client.force_login(ana)
    answer = client.post(reverse("account_logout"), {"next": elsewhere})
    assert answer["Location"] == "/"


def test_only_a_sent_form_signs_out(client, ana):
    client.force_login(ana)
    page = client.get(reverse("account_logout"))
    assert "Sign out?" in words(page)
    assert "_auth_user_id" in client.session
    page = client.post(reverse("account_logout"), follow=True)
    assert "_auth_user_id" not in client.session
    assert words(page).count("You are signed out.") == 1
    assert "You are signed out." not in words(client.get(reverse("account_login")))


def test_somebody_signed_in_is_led_past_the_sign_in_page(client, ana):
    client.force_login(ana)
    assert client.get(reverse("account_login"))["Location"] == "/"


def test_signing_in_and_back_out_leaves_no_session_behind(client, ana):
    ready(ana)
    sign_in(client, ana.email)
    before = client.session.session_key
    client.post(reverse("account_logout"))
    sign_in(client, ana.email)
    assert client.session.session_key != before


def test_a_form_that_was_open_for_too_long_is_refused_in_words(ana):
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("account_login"), {"login": ana.email, "password": NEW_PASSWORD})
    assert page.status_code == 403
    assert "This page was open for too long" in words(page)
