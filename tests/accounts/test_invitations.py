"""From the link of an invitation to a member."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in, user_signed_up
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from django.urls import reverse

from kip_site.accounts.adapters import SocialAccountAdapter
from kip_site.accounts.models import Invitation, Membership, Role, User

from .confirmed import confirm

pytestmark = pytest.mark.django_db

SARA = "sara@kvarner.example"
SIGN_UP = {"name": "Sara Conti", "password1": "seven quiet partners"}


@pytest.fixture
def invitation(kvarner, petra):
    return Invitation.objects.create(
        organisation=kvarner, email=SARA, roles=[Role.PRACTITIONER, Role.TRAINER], invited_by=petra
    )


def link(invitation):
    return reverse("invitation", args=[invitation.token])


def roles_of(email):
    return set(Membership.objects.filter(user__email=email).values_list("organisation__slug", "role"))


def test_she_signs_up_confirms_and_is_a_member(client, invitation, mailoutbox):
    page = client.get(link(invitation), follow=True)
    assert page.redirect_chain == [(f"/accounts/signup/?email={SARA.replace('@', '%40')}&next=%2F", 302)]
    assert f'value="{SARA}"' in page.content.decode()

    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    assert roles_of(SARA) == set()  # nothing before the address is confirmed

    address = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mailoutbox[-1].body)[1]
    page = client.post(address, follow=True)
    assert roles_of(SARA) == {("kvarner", "practitioner"), ("kvarner", "trainer")}
    assert "Welcome: you are a member of Kvarner Guidance Centre now." in page.content.decode()
    assert not Invitation.objects.exists()


def test_the_link_alone_gives_nothing(client, invitation, claire):
    client.force_login(claire)
    page = client.get(link(invitation))
    assert "This invitation is for another address" in page.content.decode()
    assert "claire@rhone.example" in page.content.decode()
    assert Invitation.objects.exists()
    assert roles_of(claire.email) == {("rhone", "practitioner")}


def test_somebody_who_has_an_account_but_never_confirmed_is_led_to_sign_in(client, invitation):
    User.objects.create_user(SARA.title(), "seven quiet partners", name="Sara Conti")
    assert client.get(link(invitation)).url == "/accounts/login/?next=%2F"


@pytest.mark.parametrize("token", ["x" * 43, "%00", "withdrawn"])
def test_a_link_that_leads_nowhere_says_what_to_do(client, invitation, token):
    response = client.get(f"/invitation/{token}/")
    assert response.status_code == 404
    assert "This invitation is closed" in response.content.decode()
    assert "Go to sign in" in response.content.decode()


def test_a_link_that_leads_nowhere_sends_a_member_home(client, petra):
    client.force_login(petra)
    assert "Go to the home page" in client.get("/invitation/used/").content.decode()


# --- Where people may not sign up by themselves


@pytest.fixture
def closed(settings):
    settings.SIGN_UP_OPEN = False


def test_sign_up_is_closed_to_those_without_the_link(client, closed, invitation):
    assert "by invitation" in client.get(reverse("account_signup"), {"email": SARA}).content.decode()
    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    assert not User.objects.filter(email=SARA).exists()


def test_the_link_opens_sign_up_for_its_address(client, closed, invitation):
    client.get(link(invitation))
    client.post(reverse("account_signup"), {"email": SARA.upper(), **SIGN_UP})
    assert EmailAddress.objects.filter(email=SARA, verified=False).exists()


def test_the_link_opens_sign_up_for_no_other_address(client, closed, invitation):
    client.get(link(invitation))
    page = client.post(reverse("account_signup"), {"email": "other@rhone.example", **SIGN_UP})
    assert f"Your invitation is for {SARA}. Use that address." in page.content.decode()
    assert not User.objects.filter(email="other@rhone.example").exists()


def test_where_sign_up_is_open_the_link_binds_nobody(client, invitation):
    client.get(link(invitation))
    client.post(reverse("account_signup"), {"email": "other@rhone.example", **SIGN_UP})
    assert User.objects.filter(email="other@rhone.example").exists()


def test_a_withdrawn_invitation_closes_sign_up_again(client, closed, invitation):
    client.get(link(invitation))
    invitation.delete()
    assert "by invitation" in client.get(reverse("account_signup")).content.decode()


@pytest.mark.parametrize(
    ("email", "verified", "is_open"), [(SARA, True, True), (SARA, False, False), ("x@y.example", True, False)]
)
def test_a_provider_gets_in_whom_it_confirms(rf, closed, invitation, email, verified, is_open):
    arrival = SocialLogin(user=User(), email_addresses=[EmailAddress(email=email, verified=verified)])
    assert SocialAccountAdapter().is_open_for_signup(rf.get("/"), arrival) is is_open


# --- When the address is confirmed already


def arriving(user):
    request = RequestFactory().get("/")
    request.session = {}
    request.user = user
    request._messages = FallbackStorage(request)
    return request


@pytest.mark.parametrize("signal", [user_signed_up, user_logged_in])
def test_somebody_whose_address_a_provider_confirmed_is_a_member_on_arrival(signal, invitation):
    sara = User.objects.create(email=SARA, name="Sara Conti")
    confirm(sara)
    request = arriving(AnonymousUser())
    signal.send(User, request=request, user=sara)
    assert roles_of(SARA) == {("kvarner", "practitioner"), ("kvarner", "trainer")}
    assert [str(message) for message in get_messages(request)] == [
        "Welcome: you are a member of Kvarner Guidance Centre now."
    ]


def test_an_admin_who_confirms_an_address_for_her_is_not_welcomed(client, elodie, invitation):
    sara = User.objects.create(email=SARA, name="Sara Conti")
    request = arriving(elodie)
    confirm(sara)
    user_signed_up.send(User, request=request, user=sara)
    assert roles_of(SARA)
    assert list(get_messages(request)) == []
