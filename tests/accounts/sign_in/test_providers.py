"""Signing in with an account at another site, by OpenID Connect: the whole flow, with a provider that answers."""

import os
import subprocess
import sys

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from kip_site.accounts.models import Invitation, User
from tests.accounts.doors import PASSWORD, confirm_by_code, link_in, ready, sign_in, signed_in, words
from tests.invalid import assert_refused
from tests.words import in_one_line

from .oidc_provider import SARA

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/oidc/oidc/login/"


def come_back(client, provider, **query):
    """Press the button, sign in over there, and follow the way back."""
    answer = client.post(LOGIN, query_params={"process": "login", **query})
    assert answer.status_code == 302
    return client.get(provider.authorise(answer["Location"]), follow=True)


def test_the_sign_in_page_offers_the_provider_by_its_name(client, provider):
    html = in_one_line(client.get(reverse("account_login")))
    assert (
        '<button class="button button-quiet" type="submit" form="provider-1">Sign in with Guidance Services</button>'
        in html
    )
    assert '<form id="provider-1" method="post" action="/accounts/oidc/oidc/login/?process=login">' in html


def test_without_a_provider_the_page_offers_none(client):
    assert "provider-" not in client.get(reverse("account_login")).content.decode()


def test_somebody_new_gets_an_account_with_name_and_confirmed_e_mail(client, provider, mailoutbox):
    page = come_back(client, provider)
    assert signed_in(page)
    assert page.redirect_chain[-1] == ("/", 302)
    sara = User.objects.get()
    assert (sara.name, sara.email, sara.has_usable_password()) == ("Sara Conti", "sara@guidance.example", False)
    assert EmailAddress.objects.get().verified
    assert SocialAccount.objects.get().uid == "1234"
    assert mailoutbox == []


def test_somebody_invited_comes_to_the_invitation_and_is_no_member_before_she_joins(
    client, provider, kvarner, settings
):
    settings.SIGN_UP_OPEN = False
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@guidance.example", roles=["trainer"])
    address = reverse("invitation", args=[invitation.token])
    client.get(address)
    page = come_back(client, provider)
    assert page.redirect_chain[-1] == (address, 302)
    assert "Join Kvarner Guidance Centre?" in words(page)
    assert not User.objects.get().memberships.exists()
    client.post(address, {"answer": "join"})
    assert User.objects.get().roles == {"trainer"}


def test_she_comes_back_to_the_same_account(client, provider):
    come_back(client, provider)
    client.post(reverse("account_logout"))
    page = come_back(client, provider, next="/account/")
    assert signed_in(page)
    assert page.redirect_chain[-1] == ("/account/", 302)
    assert User.objects.count() == 1


def test_an_address_that_the_provider_has_not_confirmed_is_confirmed_by_a_link(client, provider, mailoutbox):
    provider.person = {**SARA, "email_verified": False}
    page = come_back(client, provider)
    assert not signed_in(page)
    assert "A link is on its way to you." in words(page)
    client.post(link_in(mailoutbox[0]))
    client.post(reverse("account_logout"))
    assert signed_in(come_back(client, provider))


def test_somebody_without_an_address_there_is_asked_for_it(client, provider, mailoutbox):
    provider.person = {"sub": "1234", "name": "Sara Conti"}
    page = come_back(client, provider)
    assert "One last step" in words(page)
    assert 'value="Sara Conti"' in page.content.decode()
    page = client.post(reverse("socialaccount_signup"), {"name": "Sara Conti", "email": ""})
    assert assert_refused(page) == ["id_email"]
    assert "Enter your e-mail." in words(page)
    client.post(reverse("socialaccount_signup"), {"name": "Sara C.", "email": "sara@guidance.example"})
    assert [message.to for message in mailoutbox] == [["sara@guidance.example"]]
    assert User.objects.get().name == "Sara C."


def test_an_account_over_there_does_not_open_somebody_elses_here(client, provider, ana, mailoutbox):
    ready(ana)
    provider.person = {**SARA, "email": ana.email}
    page = come_back(client, provider)
    assert not signed_in(page)
    assert not SocialAccount.objects.exists()
    assert [message.subject for message in mailoutbox] == ["You have an account already"]


def test_where_sign_up_is_closed_the_provider_makes_no_accounts(client, provider, settings):
    settings.SIGN_UP_OPEN = False
    page = come_back(client, provider)
    assert "Accounts are by invitation" in words(page)
    assert not User.objects.exists()


def test_who_stops_over_there_is_told_that_nothing_has_changed(client, provider):
    answer = client.post(LOGIN)
    back = provider.authorise(answer["Location"]).replace("code=", "error=access_denied&was=")
    page = client.get(back, follow=True)
    assert "You did not sign in" in words(page)


def test_an_answer_that_nobody_asked_for_is_refused(client, provider):
    page = client.get("/accounts/oidc/oidc/login/callback/?code=code-0&state=invented")
    assert page.status_code == 401
    assert "Signing in did not work" in words(page)
    assert not User.objects.exists()


@pytest.mark.logs_errors
def test_a_provider_out_of_reach_is_told_in_words(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    page = client.post(LOGIN)
    assert page.status_code == 503
    assert "Signing in did not work" in words(page)


@pytest.mark.logs_errors
def test_a_provider_that_fails_on_the_way_back_is_told_in_words(client, provider, settings):
    back = provider.authorise(client.post(LOGIN)["Location"])
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    page = client.get(back)
    assert page.status_code == 503
    assert "Signing in did not work" in words(page)


def test_following_the_address_alone_asks_before_it_leaves_the_site(client, provider):
    page = client.get(LOGIN)
    assert page.status_code == 200
    assert "Sign in with Guidance Services" in words(page)
    assert "Continue to Guidance Services" in words(page)


def test_somebody_with_an_account_connects_and_disconnects_another(client, provider, ana, mailoutbox):
    ready(ana)
    sign_in(client, ana.email)
    assert "Connect accounts" in words(client.get(reverse("account")))
    page = client.get(reverse("socialaccount_connections"))
    assert "No account is connected" in words(page)

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.post(LOGIN, query_params={"process": "connect"})
    page = client.get(provider.authorise(answer["Location"]), follow=True)
    assert words(page).count("The account is connected. You can sign in with it.") == 1
    assert SocialAccount.objects.get().user == ana
    assert mailoutbox[-1].subject == "Another way to sign in was added"
    html = page.content.decode()
    assert "<legend>Accounts that open yours</legend>" in html

    account = SocialAccount.objects.get()
    page = client.post(reverse("socialaccount_connections"), {"account": account.pk}, follow=True)
    assert "The account is disconnected. It opens yours no longer." in words(page)
    assert mailoutbox[-1].subject == "A way to sign in was removed"
    assert not SocialAccount.objects.exists()


def test_who_disconnects_the_last_account_signs_in_with_a_code(client, provider, mailoutbox):
    come_back(client, provider)
    confirm_by_code(client, mailoutbox)
    account = SocialAccount.objects.get()
    page = client.post(reverse("socialaccount_connections"), {"account": account.pk}, follow=True)
    assert "The account is disconnected." in words(page)
    client.post(reverse("account_logout"))
    client.post(reverse("account_request_login_code"), {"email": SARA["email"]})
    assert mailoutbox[-1].subject == "Your code to sign in"


def test_the_environment_alone_configures_it(checkout):
    program = (
        "from django.conf import settings; settings.STORAGES['staticfiles']['BACKEND'] ="
        " 'django.contrib.staticfiles.storage.StaticFilesStorage';"
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "from django.test import Client; print(Client().get('/accounts/login/').content.decode())"
    )
    result = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", program],
        cwd=checkout,
        env={
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "for-this-test",
            "ALLOWED_HOSTS": "testserver",
            "HTTPS": "0",
            "DATABASE_URL": "sqlite://:memory:",
            "OIDC_CLIENT_ID": "kip",
            "OIDC_CLIENT_SECRET": "known-to-both",
            "OIDC_SERVER_URL": "https://login.guidance.example/realms/kip",
            "OIDC_NAME": "Guidance Services",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    assert "Sign in with Guidance Services" in result.stdout
