"""From the link of an invitation to a member: by the person's own act, and by no other."""

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialLogin
from django.urls import reverse

from assessments.models import Assessment
from kip_site.accounts.models import Invitation, Membership, Role, User
from kip_site.accounts.sign_in.adapters import SocialAccountAdapter
from tests.accounts.confirmed import confirm
from tests.accounts.doors import PASSWORD, link_in, ready, sign_in
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


def answer(client, invitation, answer="join"):
    return client.post(link(invitation), {"answer": answer}, follow=True)


def roles_of(email):
    return set(Membership.objects.filter(user__email=email).values_list("organisation__slug", "role"))


# --- The way there


def test_she_signs_up_confirms_signs_in_and_joins(client, invitation, mailoutbox):
    page = client.get(link(invitation), follow=True)
    assert page.redirect_chain == [(f"/accounts/signup/?email={SARA.replace('@', '%40')}", 302)]
    assert f'value="{SARA}"' in page.content.decode()

    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    client.post(link_in(mailoutbox[-1]))
    page = sign_in(client, SARA)
    assert page.redirect_chain == [(link(invitation), 302)]
    assert "Join Kvarner Guidance Centre?" in words(page)
    assert roles_of(SARA) == set()  # nothing before she decides

    page = answer(client, invitation)
    assert roles_of(SARA) == {("kvarner", "practitioner"), ("kvarner", "trainer")}
    assert "Welcome: you are a member of Kvarner Guidance Centre now." in words(page)
    assert not Invitation.objects.exists()


def test_on_another_device_her_home_page_leads_her_there(client, invitation, mailoutbox):
    client.post(reverse("account_signup"), {"email": SARA, **SIGN_UP})
    client.post(link_in(mailoutbox[-1]))
    page = sign_in(client, SARA)
    assert page.redirect_chain == [("/", 302)]
    assert f'<a class="button" href="{link(invitation)}">' in page.content.decode()


def test_somebody_with_an_account_is_led_through_sign_in(client, for_claire, claire):
    claire.emailaddress_set.all().delete()
    ready(claire)
    assert client.get(link(for_claire)).url == "/accounts/login/"
    page = sign_in(client, claire.email)
    assert page.redirect_chain == [(link(for_claire), 302)]


def test_somebody_who_has_an_account_but_never_confirmed_is_led_to_sign_in(client, invitation):
    User.objects.create_user(SARA.title(), PASSWORD, name="Sara Conti")
    assert client.get(link(invitation)).url == "/accounts/login/"


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
        "Its trainers and managers will be among those you share a profile with",
        "Nothing: nobody but you sees a profile of yours.",
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
