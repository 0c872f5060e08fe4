"""The list of an organisation's people."""

import pytest

from kip_site.accounts.models import Membership, Role
from kip_site.accounts.people.page import found, members_of


def names(members):
    return [member.name for member in members]


def test_people_stand_by_name_with_all_their_roles(kvarner, marco, ana, claire):
    Membership.objects.create(user=ana, organisation=kvarner, role=Role.MANAGER)
    members = members_of(kvarner)
    assert names(members) == ["Ana Šarić", "Marco Bellini"]
    assert members[0].roles == (Role.PRACTITIONER, Role.MANAGER)
    assert members[0].role_labels == ["Practitioner", "Manager"]


def test_accents_do_not_change_the_order(kvarner, ana, luka):
    ana.name, luka.name = "Žana", "Čedo"
    ana.save()
    luka.save()
    petra = luka.__class__.objects.create(email="zora@kvarner.example", name="Zora")
    Membership.objects.create(user=petra, organisation=kvarner, role=Role.PRACTITIONER)
    assert names(members_of(kvarner)) == ["Čedo", "Žana", "Zora"]


def test_a_role_elsewhere_does_not_show(kvarner, rhone, ana):
    Membership.objects.create(user=ana, organisation=rhone, role=Role.TRAINER)
    assert members_of(kvarner)[0].roles == (Role.PRACTITIONER,)


@pytest.mark.parametrize("words", ["saric", "ŠARIĆ", "ana šar", "kvarner šarić", "ANA@kvarner"])
def test_she_is_found_by_any_part_of_name_or_e_mail(words, kvarner, ana, luka):
    assert names(found(members_of(kvarner), words)) == ["Ana Šarić"]


def test_no_words_find_everyone_and_strange_words_nobody(kvarner, ana, luka):
    assert len(found(members_of(kvarner), "  ")) == 2
    assert found(members_of(kvarner), "ana perić") == []
