"""Addresses with invisible characters, in capitals or with foreign letters: every entrance reads them the same way."""

from importlib import import_module
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from kip_site.accounts.invitations import actions as invitations
from kip_site.accounts.models import Invitation, Role, User
from kip_site.accounts.people.actions import account_at, is_taken
from kip_site.accounts.sign_in.adapters import SocialAccountAdapter
from tests.accounts.doors import PASSWORD, link_in, ready, sign_in, signed_in
from tests.words import words

pytestmark = pytest.mark.django_db

SARA = "sara@kvarner.example"
STRANGE = [
    *(f"{sign}sa{sign}ra@kvar{sign}ner.example{sign}" for sign in "\u200b\u200e\u200f\u2060\ufeff\u00ad"),
    "\u00a0Sara@KVARNER.example\u00a0",
    "sara@ｋvarner.example",
]
NO_ROLES = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
strange = pytest.mark.parametrize("typed", STRANGE)


@pytest.fixture
def sara():
    return ready(User.objects.create_user(SARA, name="Sara Conti"))


@strange
def test_signing_up_makes_the_account_of_the_plain_address(typed, client, mailoutbox):
    data = {"email": typed, "name": "Sara Conti", "password1": PASSWORD}
    assert client.post(reverse("account_signup"), data).status_code == 302
    assert User.objects.get().email == EmailAddress.objects.get().email == SARA
    client.post(link_in(mailoutbox[-1]))
    assert EmailAddress.objects.get().verified


@strange
def test_signing_up_twice_makes_no_second_account(typed, client, sara):
    data = {"email": typed, "name": "Sara Conti", "password1": PASSWORD}
    assert client.post(reverse("account_signup"), data).status_code == 302
    assert User.objects.get() == sara


@strange
def test_the_password_opens_the_account(typed, client, sara):
    assert signed_in(sign_in(client, typed))


@strange
@pytest.mark.parametrize("page", ["account_login", "account_request_login_code", "account_reset_password"])
def test_codes_and_links_go_to_the_account(page, typed, client, sara, mailoutbox):
    assert client.post(reverse(page), {"login": typed, "email": typed, "way": "code"}).status_code == 302
    assert [message.to for message in mailoutbox] == [[SARA]]
    assert "no account" not in mailoutbox[0].subject


@strange
def test_an_address_is_changed_to_the_plain_one(typed, client, ana):
    ready(ana)
    sign_in(client, ana.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert client.post(reverse("account_email"), {"email": typed, "action_add": ""}).status_code == 302
    assert EmailAddress.objects.filter(user=ana, verified=False).get().email == SARA


@strange
def test_invitations_reach_the_account(typed, sara, kvarner, petra):
    [made] = invitations.invite(kvarner, [typed, SARA], [Role.TRAINER], petra)
    assert made.email == SARA
    assert made.mail.person_id == sara.pk
    invitations.join(sara, made)
    assert sara.memberships.get().role == Role.TRAINER


def test_what_a_provider_tells_is_read_the_same_way(rf, sara):
    typed = "Sara@kvar\u200bner.example"
    found = [EmailAddress(email=typed, verified=True), EmailAddress(email=SARA, primary=True)]
    login = SocialLogin(user=User(email=typed), account=SocialAccount(provider="oidc", uid="1"), email_addresses=found)
    SocialAccountAdapter().pre_social_login(rf.get("/"), login)
    assert login.user.email == SARA
    assert [(one.email, one.verified, one.primary) for one in login.email_addresses] == [(SARA, True, True)]


@strange
def test_the_administration_takes_it(typed, client, elodie, ana, kvarner):
    client.force_login(elodie)
    page = client.post(
        reverse("admin:accounts_user_add"), {"name": "Sara Conti", "email": typed, "is_active": "on", **NO_ROLES}
    )
    assert page.status_code == 302
    sara = User.objects.get(email=SARA)
    assert EmailAddress.objects.get(user=sara).email == SARA
    client.post(reverse("admin:accounts_user_address", args=[ana.pk]), {"email": f"b{typed}".replace("@", "\u200b@")})
    client.post(reverse("admin:accounts_invitation_add"), {"organisation": kvarner.pk, "email": typed})
    assert Invitation.objects.get().email == SARA
    again = client.post(reverse("admin:accounts_user_address", args=[ana.pk]), {"email": typed})
    assert "There is already an account with this e-mail." in words(again)


@strange
def test_code_and_commands_find_and_store_the_plain_address(typed, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email=typed, name="Sara", stdout=StringIO())
    sara = User.objects.get_by_natural_key(typed)
    assert sara.email == SARA
    assert account_at(typed) == User.objects.get(email=typed) == User.objects.get(email__in=[typed]) == sara
    assert is_taken(typed)
    User.objects.bulk_create([User(email=typed.replace("example", "test"), name="Bulk")])
    assert User.objects.filter(email="sara@kvarner.test").exists()


@pytest.mark.parametrize("page", ["account_login", "account_request_login_code", "account_reset_password"])
@pytest.mark.parametrize(
    "typed", ["\u200b", "č@x.example", "a@\u200b", "a@☃.example", "@\ufeff", "a" * 300 + "@č.test"]
)
def test_what_is_no_address_is_told(page, typed, client, mailoutbox):
    answer = client.post(reverse(page), {"login": typed, "email": typed, "way": "code"})
    assert answer.status_code == 422
    assert mailoutbox == []


# --- Those of earlier days


def stored(model, row, address):
    """Store an address as it is, past the field that would normalise it."""
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {model._meta.db_table} SET email = %s WHERE id = %s", [address, row.pk])


def migrate():
    class Editor:
        connection = connection

    Editor.connection = connection
    migration = import_module("kip_site.accounts.migrations.0005_addresses")
    migration.normalise(apps, Editor)


def test_rows_of_earlier_days_get_todays_form(sara, kvarner, petra, client):
    old = "sara@kvar\u200bner.example"
    stored(User, sara, old)
    stored(EmailAddress, EmailAddress.objects.get(user=sara), old)
    [alone] = invitations.invite(kvarner, ["mia@žito.example"], [Role.TRAINER], petra)
    stored(Invitation, alone, "mia@žito.example")
    migrate()
    assert signed_in(sign_in(client, SARA))
    assert EmailAddress.objects.get(user=sara).email == SARA
    assert Invitation.objects.get().email == "mia@xn--ito-b3a.example"


def test_an_invitation_that_is_there_twice_stays_once(kvarner, petra):
    plain, other = invitations.invite(kvarner, [SARA, "b@kvarner.example"], [Role.TRAINER], petra)
    stored(Invitation, other, "sara@kvar\u200bner.example")
    migrate()
    assert Invitation.objects.get() == plain


def test_two_accounts_are_never_merged(sara):
    other = ready(User.objects.create_user("b@kvarner.example", name="Other"))
    old = "sara@kvar\u200bner.example"
    stored(User, other, old)
    stored(EmailAddress, EmailAddress.objects.get(user=other), old)
    migrate()
    other.refresh_from_db()
    assert other.email == EmailAddress.objects.get(user=other).email == old
    assert account_at(SARA) == sara
