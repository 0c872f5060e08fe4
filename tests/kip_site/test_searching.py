"""One search, wherever people search: accents, case and letters that a keyboard lacks make no difference."""

import pytest
from django.urls import reverse

from kip_site.accounts.models import Membership, Role, User
from kip_site.searching import folded, matches
from tests.assessed import submitted


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ana Šarić", "ana saric"),
        ("Ana S\u030cric\u0301", "ana sric"),
        ("Đurđa", "durda"),
        ("Łukasz", "lukasz"),
        ("Élodie", "elodie"),
        ("Søren Ærø", "soren aero"),
        ("Straße, STRASSE, STRAẞE", "strasse, strasse, strasse"),
        ("Cœur, Þór, Guðrún, Ħamrun", "coeur, thor, gudrun, hamrun"),
        ("İstanbul, Işık, IŞIK", "istanbul, isik, isik"),
        ("ﬁn Ǆ № ™", "fin dz no tm"),
        ("ΟΔΟΣ, οδός", "οδοσ, οδοσ"),
        ("Жан-Поль", "жан-поль"),
        ("", ""),
    ],
)
def test_letters_lose_their_case_and_their_marks(text, plain):
    assert folded(text) == plain
    assert folded(plain) == plain


@pytest.mark.parametrize(
    ("words", "found"),
    [("saric ana", True), ("  ", True), ("ŠAR", True), ("ana perić", False), ("saricana", False)],
)
def test_every_word_has_to_be_there_in_whatever_order(words, found):
    assert matches(words, "Ana Šarić") is found


NAMES = ["Ivo Tokmadžić", "Jörg Straße", "Łukasz Øster"]


@pytest.fixture
def named(kvarner, marco, essential):
    """People of Kvarner with these names, who share a profile with their trainers."""
    for number, name in enumerate(NAMES):
        person = User.objects.create(email=f"p{number}@kvarner.example", name=name)
        Membership.objects.create(user=person, organisation=kvarner, role=Role.PRACTITIONER)
        submitted(person, essential, {"A1": 2}, trainers=True)


@pytest.fixture
def names_on(client, named, petra, marco):
    """{page: the names that stand there} for what is searched on the pages of people: `names_on("lukasz")`."""

    def names_on(searched):
        client.force_login(petra)
        members = client.get(reverse("organisation"), {"q": searched}).context["people"]
        client.force_login(marco)
        shared = client.get(reverse("assessments:people"), {"name": searched}).context["shared"]
        return {"organisation": [member.name for member in members], "people": [entry.name for entry in shared]}

    return names_on


@pytest.mark.parametrize(
    ("searched", "name"),
    [
        ("lukasz", "Łukasz Øster"),
        ("oster LUKASZ", "Łukasz Øster"),
        ("tokmadzic", "Ivo Tokmadžić"),
        ("TOKMADŽIĆ", "Ivo Tokmadžić"),
        ("strasse", "Jörg Straße"),
        ("Straße", "Jörg Straße"),
    ],
)
def test_a_name_is_found_on_every_page_of_people(names_on, searched, name):
    assert names_on(searched) == {"organisation": [name], "people": [name]}
