"""From the link of an invitation to a member: by the person's own act, and by no other."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment
from kip_site.accounts.invitations import actions
from kip_site.accounts.models import Invitation, Membership, Role, User
from kip_site.accounts.sign_in.adapters import SocialAccountAdapter
from kip_site.refusals import Refused
from tests.accounts.confirmed import confirm
from tests.accounts.doors import PASSWORD, code_in, link_in, ready, sign_in, signed_in
from tests.invalid import assert_refused
from tests.words import words

pytestmark = pytest.mark.django_db

SARA = "sara@kvarner.example"
SIGN_UP = {"name": "Sara Conti", "password1": PASSWORD}


@pytest.fixture
def invitation(kvarner, petra):
    """For Sara, who has no account."""
    return Invitation.objects.create(
        organisation=kvarner, email=SARA, roles=[Role.PRACTITIONER, Role.TRAINER], invited_by=petra
    )


@pytest.fixture
def for_claire(kvarner, petra, claire):
    """For Claire, who works for another organisation."""
    confirm(claire)
    return Invitation.objects.create(organisation=kvarner, email=claire.email, roles=["manager"], invited_by=petra)


@pytest.fixture
def as_claire(client, claire):
    client.force_login(claire)
    return client


def link(invitation):
    return reverse("invitation", args=[invitation.token])


def answer(client, invitation, answer="join", **fields):
    return client.post(link(invitation), {"answer": answer, **fields}, follow=True)


def roles_of(email):
    return set(Membership.objects.filter(user__email=email).values_list("organisation__slug", "role"))


# --- The way there


def test_she_joins_in_one_step_and_is_signed_in(client, invitation):
    page = client.get(link(invitation))
    assert "Join Kvarner Guidance Centre?" in words(page)
    assert "You get an account for sara@kvarner.example as you join." in words(page)
    assert not User.objects.filter(email=SARA).exists()  # nothing before she decides

    page = answer(client, invitation, name="Sara Conti")
    assert page.redirect_chain == [("/", 302)]
    assert "Welcome: you are a member of Kvarner Guidance Centre now." in words(page)
    sara = User.objects.get(email=SARA)
    assert page.context["user"] == sara
    assert (sara.name, sara.has_usable_password(), sara.is_active, sara.is_staff) == ("Sara Conti", False, True, False)
    address = EmailAddress.objects.get(user=sara)
    assert (address.email, address.verified, address.primary) == (SARA, True, True)
    assert roles_of(SARA) == {("kvarner", "practitioner"), ("kvarner", "trainer")}
    assert not Invitation.objects.exists()
    assert client.session.get_expire_at_browser_close()


def test_she_may_choose_a_password(client, invitation):
    answer(client, invitation, name="Sara Conti", password=PASSWORD)
    assert signed_in(sign_in(Client(), SARA))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"name": " "}, "Enter your name."),
        ({"name": "Sara", "password": "short"}, "at least 12 characters"),
        ({"name": "Sara", "password": "sara@kvarner.example"}, "too similar to the e-mail"),
    ],
)
def test_what_is_missing_is_told_and_nothing_has_happened(data, told, client, invitation):
    page = client.post(link(invitation), {"answer": "join", **data})
    assert page.status_code == 422
    assert told in words(page)
    assert "short" not in re.findall(r'value="([^"]*)"', page.content.decode())
    assert not User.objects.filter(email=SARA).exists()
    assert Invitation.objects.exists()


def test_without_an_account_she_declines_and_gets_none(client, invitation):
    page = answer(client, invitation, "decline")
    assert page.redirect_chain == [(reverse("account_login"), 302)]
    assert "You have declined the invitation of Kvarner Guidance Centre." in words(page)
    assert not User.objects.filter(email=SARA).exists()
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("data", [{}, {"answer": "yes"}])
def test_without_an_account_another_answer_shows_the_page_again(data, client, invitation):
    page = client.post(link(invitation), data)
    assert page.status_code == 422
    assert "Nothing was decided: choose whether you join or decline." in words(page)
    assert Invitation.objects.exists()


@pytest.mark.parametrize("second", ["join", "decline"])
def test_of_two_windows_the_second_reads_that_she_has_joined(second, client, invitation):
    answer(client, invitation, name="Sara Conti")
    page = answer(client, invitation, second, name="Sara Conti")
    assert page.status_code == 404
    assert "You are a member of: Kvarner Guidance Centre." in words(page)
    stranger = answer(Client(), invitation, second, name="Sara Conti")
    assert "If you have just joined, your account is ready" in words(stranger)
    assert "Kvarner" not in words(stranger)
    assert User.objects.filter(email=SARA).count() == 1


def test_an_account_that_somebody_else_made_becomes_hers(client, invitation):
    planted = User.objects.create_user(SARA, PASSWORD, name="Not Sara")
    confirm(planted, verified=False)
    confirm(planted, "not.sara@evil.example", verified=False)
    SocialAccount.objects.create(user=planted, provider="oidc", uid="theirs")
    answer(client, invitation, name="Sara Conti")
    sara = User.objects.get(email=SARA)
    assert (sara, sara.name) == (planted, "Sara Conti")
    assert not signed_in(sign_in(Client(), SARA, PASSWORD))
    assert [address.email for address in EmailAddress.objects.filter(user=sara)] == [SARA]
    assert not SocialAccount.objects.exists()
    assert roles_of(SARA) == {("kvarner", "practitioner"), ("kvarner", "trainer")}


@pytest.mark.parametrize("used", [{"last_login": timezone.now()}, {"is_staff": True}, {"is_superuser": True}])
def test_an_account_that_is_in_use_is_opened_by_signing_in_alone(used, client, invitation):
    User.objects.create_user(SARA, PASSWORD, name="Sara Conti", **used)
    for page in (client.get(link(invitation)), client.post(link(invitation), {"answer": "join", "name": "X"})):
        assert page.url == "/accounts/login/"
    assert User.objects.get(email=SARA).check_password(PASSWORD)
    assert Invitation.objects.exists()


def test_a_closed_account_is_not_opened_by_an_invitation(client, invitation):
    User.objects.create_user(SARA, PASSWORD, name="Sara Conti", is_active=False)
    for choice in ("join", "decline"):
        page = answer(client, invitation, choice, name="Sara Conti")
        assert "This account is closed" in words(page)
        assert not signed_in(page)
    assert not Membership.objects.filter(user__email=SARA).exists()
    assert Invitation.objects.exists()


def test_an_address_that_somebody_has_confirmed_is_an_account(client, kvarner, petra, claire):
    """Also if they sign in with another."""
    confirm(claire, "Claire@home.example")
    found = Invitation.objects.create(organisation=kvarner, email="claire@home.example", roles=["trainer"])
    assert client.get(link(found)).url == "/accounts/login/"
    with pytest.raises(Refused, match="Sign in to join"):
        actions.join_with_new_account(found, "Claire", "")
    assert not User.objects.filter(email="claire@home.example").exists()
    assert Invitation.objects.exists()


def test_on_another_device_her_home_page_leads_her_there(client, invitation, mailoutbox):
    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    client.post(link_in(mailoutbox[-1]))
    page = sign_in(client, SARA)
    assert page.redirect_chain == [("/", 302)]
    assert f'<a class="button" href="{link(invitation)}">' in page.content.decode()


def test_somebody_with_an_account_is_led_through_sign_in(client, for_claire, claire):
    claire.emailaddress_set.all().delete()
    ready(claire)
    page = client.get(link(for_claire), follow=True)
    assert page.redirect_chain == [("/accounts/login/", 302)]
    assert "Kvarner Guidance Centre invites you. Sign in as claire@rhone.example to answer." in words(page)
    assert f'value="{claire.email}"' in page.content.decode()
    page = sign_in(client, claire.email)
    assert page.redirect_chain == [(link(for_claire), 302)]


def test_a_code_leads_her_to_the_page_to_join(client, for_claire, claire, mailoutbox):
    client.get(link(for_claire))
    client.post(reverse("account_login"), {"login": claire.email, "way": "code"})
    page = client.post(reverse("account_confirm_login_code"), {"code": code_in(mailoutbox[-1])}, follow=True)
    assert page.redirect_chain == [(link(for_claire), 302)]


def test_the_way_through_sign_in_leads_home_once_the_invitation_is_closed(client, for_claire, claire):
    claire.emailaddress_set.all().delete()
    ready(claire)
    client.get(link(for_claire))
    for_claire.delete()
    assert sign_in(client, claire.email).redirect_chain == [("/", 302)]


def test_an_answer_after_signing_out_leads_to_sign_in_and_changes_nothing(client, for_claire, claire):
    assert answer(client, for_claire).redirect_chain == [("/accounts/login/", 302)]
    assert roles_of(claire.email) == {("rhone", "practitioner")}
    assert Invitation.objects.exists()


# --- The page


def test_the_page_says_who_asks_for_what_and_gives_nothing(as_claire, for_claire, claire):
    page = as_claire.get(link(for_claire))
    text = words(page)
    for said in (
        "Join Kvarner Guidance Centre?",
        "Petra Novak invites you, at claire@rhone.example.",
        "Manager sees the profiles that people share with their managers",
        "Nothing that you have shared before is shown there.",
    ):
        assert said in text
    assert "Trainer sees" not in text
    assert page.content.decode().count('class="button"') == 1
    assert roles_of(claire.email) == {("rhone", "practitioner")}


def test_an_invitation_outlives_the_account_of_who_sent_it(as_claire, for_claire, petra):
    petra.delete()
    assert "You are invited, at claire@rhone.example." in words(as_claire.get(link(for_claire)))
    assert "You are invited to Kvarner Guidance Centre" in words(as_claire.get("/"))


@pytest.fixture
def for_ana(anas_shared, ana, rhone, hugo):
    """For Ana, who shares a profile at Kvarner, from the other organisation."""
    confirm(ana)
    return Invitation.objects.create(organisation=rhone, email=ana.email, roles=["practitioner"], invited_by=hugo)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_five_things(number, client, for_ana, ana, anas_shared, django_assert_num_queries):
    for _each in range(number - 1):
        anas_shared.pk = None
        anas_shared.save()
    client.force_login(ana)
    # The session, the user, the invitation, whether it waits for her, the roles for the navigation.
    with django_assert_num_queries(5):
        client.get(link(for_ana))


def test_joining_shows_nothing_that_was_shared_before(client, for_ana, ana, hugo, anas_shared):
    client.force_login(ana)
    page = client.get(link(for_ana))
    assert "Nothing that you have shared before is shown there." in words(page)
    answer(client, for_ana)
    assert not Assessment.objects.shared_with(hugo).exists()
    assert not Assessment.objects.visible_to(hugo).exists()


# --- The answer


def test_who_declines_is_no_member_and_is_not_asked_again(as_claire, for_claire, claire):
    page = answer(as_claire, for_claire, "decline")
    assert "You have declined the invitation of Kvarner Guidance Centre." in words(page)
    assert link(for_claire) not in page.content.decode()
    assert roles_of(claire.email) == {("rhone", "practitioner")}
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("data", [{}, {"answer": "yes"}, {"answer": ""}])
def test_another_answer_than_the_two_shows_the_page_again(data, as_claire, for_claire, claire):
    page = as_claire.post(link(for_claire), data)
    assert assert_refused(page) == []
    assert "Nothing was decided: choose whether you join or decline." in words(page)
    assert "Join Kvarner Guidance Centre?" in words(page)
    assert roles_of(claire.email) == {("rhone", "practitioner")}
    assert Invitation.objects.exists()


@pytest.mark.parametrize("second", ["join", "decline"])
def test_in_a_second_window_she_reads_that_she_has_joined(second, as_claire, for_claire, claire):
    answer(as_claire, for_claire)
    page = answer(as_claire, for_claire, second)
    assert page.status_code == 404
    assert "This invitation is closed" in words(page)
    assert "You are a member of: Kvarner Guidance Centre, Maison des métiers du Rhône." in words(page)
    assert roles_of(claire.email) == {("rhone", "practitioner"), ("kvarner", "manager")}


def test_in_a_second_window_she_cannot_join_what_she_has_declined(as_claire, for_claire, claire):
    answer(as_claire, for_claire, "decline")
    page = answer(as_claire, for_claire)
    assert page.status_code == 404
    assert "You are a member of: Maison des métiers du Rhône." in words(page)
    assert roles_of(claire.email) == {("rhone", "practitioner")}


def test_what_was_withdrawn_cannot_be_joined(as_claire, for_claire, claire):
    for_claire.delete()
    assert "This invitation is closed" in words(answer(as_claire, for_claire))
    assert roles_of(claire.email) == {("rhone", "practitioner")}


@pytest.mark.parametrize("choice", [None, "join", "decline"])
@pytest.mark.parametrize("who", ["claire", "hugo", "petra", "elodie"])
def test_nobody_answers_for_somebody_else(choice, who, request, client, invitation):
    person = request.getfixturevalue(who)
    confirm(person)
    client.force_login(person)
    page = answer(client, invitation, choice) if choice else client.get(link(invitation))
    assert page.status_code == 403
    assert "This invitation is for another address" in words(page)
    assert person.email in words(page)
    assert Invitation.objects.exists()
    assert not Membership.objects.filter(role__in=invitation.roles, organisation=invitation.organisation).exists()


@pytest.mark.parametrize("choice", [None, "join", "decline"])
def test_her_own_address_has_to_be_confirmed_first(choice, as_claire, for_claire, claire):
    EmailAddress.objects.update(verified=False)
    page = answer(as_claire, for_claire, choice) if choice else as_claire.get(link(for_claire))
    assert page.status_code == 403
    assert "Confirm your e-mail first" in words(page)
    assert roles_of(claire.email) == {("rhone", "practitioner")}
    assert Invitation.objects.exists()


@pytest.mark.parametrize("token", ["x" * 43, "withdrawn"])
def test_a_link_that_leads_nowhere_says_what_to_do(client, invitation, token):
    response = client.get(f"/invitation/{token}/")
    assert response.status_code == 404
    assert "This invitation is closed" in response.content.decode()
    assert "Go to sign in" in response.content.decode()


def test_a_link_that_leads_nowhere_sends_a_member_home(client, elodie):
    client.force_login(elodie)
    page = client.get("/invitation/used/")
    assert "Go to your home page" in words(page)
    assert "You are a member of no organisation." in words(page)


# --- Where people may not sign up by themselves


@pytest.fixture
def closed(settings):
    settings.SIGN_UP_OPEN = False


def test_sign_up_is_closed_to_those_without_the_link(client, closed, invitation):
    assert "by invitation" in client.get(reverse("account_signup"), {"email": SARA}).content.decode()
    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    assert not User.objects.filter(email=SARA).exists()


def test_the_link_needs_no_sign_up(client, closed, invitation):
    assert signed_in(answer(client, invitation, name="Sara Conti"))


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
