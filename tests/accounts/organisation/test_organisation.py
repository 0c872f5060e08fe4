"""The pages of an organisation's administrators."""

import pytest
from django.urls import reverse
from django.utils import timezone

from kip_site.accounts.models import Invitation, Membership, Organisation, Role, User
from tests.accounts.members import roles_of
from tests.words import said

pytestmark = pytest.mark.django_db


def invited(organisation, email="sara@kvarner.example"):
    return Invitation.objects.create(organisation=organisation, email=email, roles=[Role.PRACTITIONER])


# --- Who may come here


def addresses(organisation, person, invitation):
    return {
        "organisation": f"{reverse('organisation')}?organisation={organisation.slug}",
        "invite": reverse("organisation_invite", args=[organisation.slug]),
        "person": reverse("organisation_person", args=[organisation.slug, person.pk]),
        "remove": reverse("organisation_remove", args=[organisation.slug, person.pk]),
        "send": reverse("invitation_send", args=[invitation.pk]),
        "withdraw": reverse("invitation_withdraw", args=[invitation.pk]),
    }


PAGES = ["organisation", "invite", "person", "remove", "send", "withdraw"]


def ask(client, page, address):
    data = {"addresses": "new@kvarner.example", "roles": ["manager"]}
    return client.get(address) if page == "organisation" else client.post(address, data)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    ("who", "expected"), [("ana", 403), ("marco", 403), ("ivana", 403), ("hugo", 404), ("claire", 404), ("elodie", 404)]
)
def test_only_its_administrators_come_in(who, expected, page, request, client, kvarner, ana, petra):
    client.force_login(request.getfixturevalue(who))
    address = addresses(kvarner, ana, invited(kvarner))[page]
    before = (Membership.objects.count(), Invitation.objects.count())
    assert ask(client, page, address).status_code == expected
    assert (Membership.objects.count(), Invitation.objects.count()) == before
    assert roles_of(ana, kvarner) == {"practitioner"}


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(page, client, kvarner, ana):
    address = addresses(kvarner, ana, invited(kvarner))[page]
    response = ask(client, page, address)
    assert response.status_code == 302
    assert response.url.startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["ana", "marco", "ivana", "claire", "elodie"])
def test_who_administers_nothing_has_no_organisation_page(who, request, client):
    client.force_login(request.getfixturevalue(who))
    assert client.get(reverse("organisation")).status_code == 403


@pytest.mark.parametrize("page", ["person", "remove"])
def test_people_of_other_organisations_are_not_there(page, as_petra, kvarner, claire):
    address = addresses(kvarner, claire, invited(kvarner))[page]
    assert as_petra.post(address, {"roles": ["manager"]}).status_code == 404


@pytest.mark.parametrize("page", ["remove", "send", "withdraw"])
def test_a_link_alone_changes_nothing(page, as_petra, kvarner, ana):
    assert as_petra.get(addresses(kvarner, ana, invited(kvarner))[page]).status_code == 405


# --- The list


def test_the_page_lists_people_with_roles_and_open_invitations(as_petra, kvarner, ana, claire):
    invited(kvarner)
    page = as_petra.get(reverse("organisation")).content.decode()
    for text in ("Kvarner Guidance Centre", "Ana Šarić", "ana@kvarner.example", "Practitioner", "sara@kvarner.example"):
        assert text in page
    assert "Claire Morel" not in page
    assert page.count('class="button"') == 1


def test_somebody_with_two_organisations_chooses(as_petra, kvarner, rhone, petra, claire):
    Membership.objects.create(user=petra, organisation=rhone, role=Role.ORG_ADMIN)
    page = as_petra.get(reverse("organisation")).content.decode()
    assert "Claire Morel" not in page
    assert "?organisation=rhone" in page
    assert "Claire Morel" in as_petra.get(reverse("organisation"), {"organisation": "rhone"}).content.decode()


def test_the_first_of_two_organisations_is_the_same_on_every_database(as_petra, kvarner, petra):
    other = Organisation.objects.create(slug="ecoute", name="Écoute et conseil")
    Membership.objects.create(user=petra, organisation=other, role=Role.ORG_ADMIN)
    assert as_petra.get(reverse("organisation")).context["organisation"] == other


def crowd(organisation, number):
    people = [User(email=f"p{n:03}@crowd.example", name=f"Person {n:03}") for n in range(number)]
    User.objects.bulk_create(people)
    Membership.objects.bulk_create(
        Membership(user=person, organisation=organisation, role=Role.PRACTITIONER) for person in people
    )


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_database_six_things(number, as_petra, kvarner, petra, django_assert_num_queries):
    crowd(kvarner, number)
    for n in range(number):
        Invitation.objects.create(
            organisation=kvarner,
            email=f"{n}@new.example",
            roles=["trainer"],
            invited_by=petra,
            sent_at=timezone.now(),
        )
    # The session, the user, the organisations led, the members, the invitations, the roles for the navigation.
    with django_assert_num_queries(6):
        as_petra.get(reverse("organisation"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_of_a_person_asks_seven_things(number, as_petra, kvarner, ana, django_assert_num_queries):
    crowd(kvarner, number)
    # The session, the user, the organisation, the person, the roles held, whether the person administers, the roles
    # for the navigation.
    with django_assert_num_queries(7):
        as_petra.get(reverse("organisation_person", args=["kvarner", ana.pk]))


def test_with_many_people_one_searches(as_petra, kvarner, ana):
    assert 'type="search"' not in as_petra.get(reverse("organisation")).content.decode()
    crowd(kvarner, 8)
    assert 'type="search"' in as_petra.get(reverse("organisation")).content.decode()
    page = as_petra.get(reverse("organisation"), {"q": "saric"}).content.decode()
    assert "1 person found for “saric”" in page
    assert "Ana Šarić" in page
    assert "Person 003" not in page
    assert "0 people found" in as_petra.get(reverse("organisation"), {"q": "nobody"}).content.decode()


def test_very_many_people_stand_on_several_pages(as_petra, kvarner):
    crowd(kvarner, 60)
    first = as_petra.get(reverse("organisation"), {"organisation": "kvarner"}).content.decode()
    assert "Page 1 of 2" in first
    assert "Person 049" in first
    assert "Person 050" not in first
    assert "?organisation=kvarner&amp;page=2" in first
    assert "Person 050" in as_petra.get(reverse("organisation"), {"page": "2"}).content.decode()
    assert as_petra.get(reverse("organisation"), {"page": "nonsense"}).status_code == 200


# --- Roles


def test_roles_hold_from_the_next_request(as_petra, client, kvarner, ana):
    page = as_petra.get(reverse("organisation_person", args=["kvarner", ana.pk])).content.decode()
    assert page.count(" checked") == 1
    response = as_petra.post(
        reverse("organisation_person", args=["kvarner", ana.pk]), {"roles": ["practitioner", "org-admin"]}
    )
    assert said(response) == ["The roles of Ana Šarić are changed."]
    assert response.url == "/organisation/?organisation=kvarner"
    client.force_login(ana)
    assert client.get(reverse("organisation")).status_code == 200


def test_somebody_without_a_role_would_be_no_member(as_petra, kvarner, ana):
    response = as_petra.post(reverse("organisation_person", args=["kvarner", ana.pk]), {})
    assert response.context["form"].errors == {"roles": ["Choose at least one role."]}
    assert roles_of(ana, kvarner) == {"practitioner"}


def test_the_last_administrator_is_told_why_not(as_petra, kvarner, petra):
    address = reverse("organisation_person", args=["kvarner", petra.pk])
    page = as_petra.get(address).content.decode()
    assert "is the only administrator" in page
    assert "Remove this person" not in page
    response = as_petra.post(address, {"roles": ["practitioner"]})
    assert "Nothing was changed" in response.context["form"].errors["roles"][0]
    response = as_petra.post(reverse("organisation_remove", args=["kvarner", petra.pk]))
    assert "Nothing was changed" in said(response)[0]
    assert roles_of(petra, kvarner) == {"org-admin"}


def test_who_gives_the_office_away_comes_home(as_petra, kvarner, petra, luka):
    Membership.objects.create(user=luka, organisation=kvarner, role=Role.ORG_ADMIN)
    response = as_petra.post(reverse("organisation_person", args=["kvarner", petra.pk]), {"roles": ["practitioner"]})
    assert response.url == "/"
    assert roles_of(petra, kvarner) == {"practitioner"}


def test_removing_says_first_what_stays_and_takes_memberships_alone(as_petra, kvarner, ana):
    page = as_petra.get(reverse("organisation_person", args=["kvarner", ana.pk])).content.decode()
    assert page.index("the ratings") < page.index("Remove this person")
    response = as_petra.post(reverse("organisation_remove", args=["kvarner", ana.pk]))
    assert said(response) == ["Ana Šarić is no longer a member of Kvarner Guidance Centre."]
    assert roles_of(ana, kvarner) == set()
    assert User.objects.filter(pk=ana.pk, is_active=True).exists()


def test_an_organisation_may_be_called_invitations(client, petra):
    """Its addresses stand beside those of single invitations."""
    odd = Organisation.objects.create(slug="invitations", name="Invitations")
    Membership.objects.create(user=petra, organisation=odd, role=Role.ORG_ADMIN)
    client.force_login(petra)
    assert client.get(reverse("organisation_invite", args=["invitations"])).status_code == 200


def test_what_belongs_to_a_member_is_not_changed(as_petra, kvarner, ana):
    """Neither name nor e-mail, by which the account could be taken over, nor what she may do elsewhere."""
    before = User.objects.filter(pk=ana.pk).values().get()
    theirs = {
        "name": "Nobody",
        "email": "petra@kvarner.example",
        "password": "x",
        "is_active": "",
        "is_superuser": "on",
    }
    address = reverse("organisation_person", args=[kvarner.slug, ana.pk])
    assert as_petra.post(address, {**theirs, "roles": [Role.MANAGER]}).status_code == 302
    assert User.objects.filter(pk=ana.pk).values().get() == before
    assert roles_of(ana, kvarner) == {Role.MANAGER}


def test_nobody_is_invited_as_more_than_there_is(as_petra, kvarner):
    address = reverse("organisation_invite", args=[kvarner.slug])
    data = {"addresses": "sara@kvarner.example", "roles": ["superuser"], "organisation": "rhone"}
    assert as_petra.post(address, data).status_code == 422
    assert not Invitation.objects.exists()
