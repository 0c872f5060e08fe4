"""The people who share with a trainer or manager: listed by name, searched, never ranked."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from kip_site.accounts.models import Membership, Role, User
from tests.assessed import LEVELS_OF_ANA, SUBMITTED, shown, submitted

pytestmark = pytest.mark.django_db


def people(client, person, **query):
    client.force_login(person)
    return client.get(reverse("assessments:people"), query)


def names(response):
    return [entry.name for entry in response.context["shared"]]


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def colleague(name, organisation, *roles):
    user = User.objects.create(email=f"{name.split()[0].lower()}@kvarner.example", name=name)
    for role in roles or (Role.PRACTITIONER,):
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.mark.parametrize("who", ["ana", "luka", "petra", "elodie", "claire"])
def test_who_leads_nobody_is_refused(client, request, who):
    assert people(client, request.getfixturevalue(who)).status_code == 403


def test_marco_sees_who_shares_and_how_many_do_not(client, marco, luka, anas_shared):
    response = people(client, marco)
    assert names(response) == ["Ana Šarić"]
    page = text_of(response)
    assert "One other person has not shared a profile with you; people decide themselves." in page
    assert "Luka" not in page
    assert "22 of 24 rated, one does not apply" in page
    assert "2.2" not in page
    assert reverse("assessments:profile_pdf", args=[anas_shared.pk]) in response.content.decode()


def test_those_who_do_not_share_are_counted_and_not_named(client, marco, kvarner, luka, anas_shared):
    colleague("Maja Jurić", kvarner)
    colleague("Stjepan Horvat", kvarner)
    colleague("Tea Admin", kvarner, Role.ORG_ADMIN)
    assert "3 others have not shared a profile with you" in text_of(people(client, marco))


def test_everybody_shares(client, marco, anas_shared):
    assert "Each of your people shares a profile with you." in text_of(people(client, marco))


def test_nobody_shares_yet(client, marco, anas):
    page = text_of(people(client, marco))
    assert "Nobody has shared a profile yet" in page
    assert "Ana" not in page


def test_a_trainer_sees_what_is_for_trainers_and_a_manager_what_is_for_managers(client, marco, ivana, anas):
    shown(anas, managers=True)
    assert names(people(client, marco)) == []
    assert names(people(client, ivana)) == ["Ana Šarić"]


def test_another_organisation_sees_nobody(client, hugo, anas_shared):
    assert names(people(client, hugo)) == []


def test_the_newest_shared_profile_is_listed(client, ana, marco, anas_shared, essential):
    submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED + timedelta(days=10))
    older = submitted(ana, essential, LEVELS_OF_ANA, on=SUBMITTED - timedelta(days=10), trainers=True)
    assert [entry.pk for entry in people(client, marco).context["shared"]] == [anas_shared.pk]
    shown(anas_shared, managers=True)
    assert [entry.pk for entry in people(client, marco).context["shared"]] == [older.pk]


def test_people_stand_in_the_order_of_their_names_as_people_spell(client, marco, kvarner, essential):
    for name in ("Zvonko Anić", "Čedo Babić", "cvita Babić", "Đuro Kos", "Davor Kos", "Élise Roux", "Edo Kos"):
        submitted(colleague(name, kvarner), essential, {"A1": 2}, trainers=True)
    assert names(people(client, marco)) == [
        "Čedo Babić",
        "cvita Babić",
        "Davor Kos",
        "Đuro Kos",
        "Edo Kos",
        "Élise Roux",
        "Zvonko Anić",
    ]


@pytest.mark.parametrize("wanted", ["šarić", "SARIC", "ana sar", "  Ana  "])
def test_a_name_is_found_whatever_its_case_and_marks(client, marco, kvarner, essential, anas_shared, wanted):
    submitted(colleague("Luka Perić", kvarner), essential, {"A1": 2}, trainers=True)
    assert names(people(client, marco, name=wanted)) == ["Ana Šarić"]


def test_a_search_that_finds_nobody_says_so(client, marco, anas_shared):
    page = text_of(people(client, marco, name="<b>Zoran"))
    assert "Nobody who shares with you is called “&lt;b&gt;Zoran”." in page
    assert "Show everybody" in page


@pytest.mark.parametrize("how_many", [1, 3])
def test_the_list_takes_the_same_queries_however_many_share(
    client, marco, kvarner, essential, how_many, django_assert_num_queries
):
    for number in range(how_many):
        submitted(colleague(f"P{number} Anić", kvarner), essential, LEVELS_OF_ANA, trainers=True)
    client.force_login(marco)
    # Session, user, roles; the newest shared assessments, the competences of their forms, what these ask, their
    # scales; how many do not share; what he confirmed.
    with django_assert_num_queries(10):
        client.get(reverse("assessments:people"))
