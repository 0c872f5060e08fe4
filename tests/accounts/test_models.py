"""People, organisations and roles: the verbs that every other part reads by."""

import pytest
from django.db import IntegrityError, transaction

from kip_site.accounts.models import Membership, Organisation, Role, User

pytestmark = pytest.mark.django_db


class TestLedBy:
    def test_a_trainer_leads_the_people_of_her_organisation_and_not_herself(self, ana, luka, marco, claire):
        assert set(User.objects.led_by(marco, Role.TRAINER)) == {ana, luka}

    def test_a_trainer_leads_nobody_as_manager(self, ana, marco):
        assert not User.objects.led_by(marco, Role.MANAGER).exists()

    def test_a_practitioner_leads_nobody(self, ana, luka):
        assert not User.objects.led_by(ana, Role.TRAINER).exists()

    def test_a_role_in_one_organisation_leads_nobody_in_another(self, dora, ana, claire, hugo):
        assert set(User.objects.led_by(dora, Role.TRAINER)) == {ana}

    def test_somebody_with_several_roles_is_led_once(self, marco, ana, kvarner):
        Membership.objects.create(user=ana, organisation=kvarner, role=Role.MANAGER)
        assert list(User.objects.led_by(marco, Role.TRAINER)) == [ana]

    def test_a_platform_admin_leads_nobody(self, elodie, ana):
        assert not User.objects.led_by(elodie, Role.TRAINER).exists()


class TestColleagues:
    def test_they_are_the_people_of_the_same_organisation_and_oneself(self, ana, luka, marco, claire, elodie):
        assert set(User.objects.colleagues_of(ana)) == {ana, luka, marco}

    def test_somebody_of_two_organisations_has_colleagues_in_both_who_are_not_each_others(self, dora, ana, claire):
        assert set(User.objects.colleagues_of(dora)) == {dora, ana, claire}
        assert set(User.objects.colleagues_of(ana)) == {ana, dora}

    def test_somebody_in_no_organisation_has_oneself(self, elodie, ana):
        assert set(User.objects.colleagues_of(elodie)) == {elodie}


class TestOrganisations:
    def test_one_is_of_its_members(self, dora, ana, kvarner, rhone):
        assert set(Organisation.objects.of(ana)) == {kvarner}
        assert set(Organisation.objects.of(dora)) == {kvarner, rhone}

    def test_a_role_is_held_in_its_own_organisation_alone(self, dora, kvarner):
        assert set(Organisation.objects.with_role(dora, Role.TRAINER)) == {kvarner}


class TestUser:
    def test_addresses_are_kept_in_small_letters(self):
        user = User.objects.create_superuser("Ana@KVARNER.example", "seven quiet partners", name="Ana")
        assert user.email == "ana@kvarner.example"
        assert User.objects.get_by_natural_key("ANA@kvarner.example") == user

    def test_an_address_has_one_account_whatever_its_case(self, ana):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.bulk_create([User(email="ANA@kvarner.example", name="Somebody")])

    @pytest.mark.parametrize(
        ("name", "initials"),
        [("Ana Šarić", "AŠ"), ("ana šarić", "AŠ"), ("Ana", "A"), ("Ana Marija Šarić Perić", "AP"), ("", "A")],
    )
    def test_initials(self, name, initials):
        assert User(email="ana@kvarner.example", name=name).initials == initials

    def test_who_has_no_name_yet_is_called_by_the_address(self):
        assert str(User(email="ana@kvarner.example")) == "ana@kvarner.example"

    def test_roles_are_asked_for_once(self, ana, kvarner, django_assert_num_queries):
        Membership.objects.create(user=ana, organisation=kvarner, role=Role.TRAINER)
        with django_assert_num_queries(1):  # the memberships
            assert ana.roles == {"practitioner", "trainer"}
            assert ana.roles == {"practitioner", "trainer"}

    def test_only_an_active_superuser_is_a_platform_admin(self, elodie, ana, hugo):
        assert elodie.is_platform_admin
        assert not ana.is_platform_admin
        assert not hugo.is_platform_admin
        elodie.is_active = False
        assert not elodie.is_platform_admin


class TestMembership:
    def test_a_role_is_given_once_in_an_organisation(self, ana, kvarner):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=ana, organisation=kvarner, role=Role.PRACTITIONER)

    def test_the_database_knows_the_roles(self, ana, kvarner):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=ana, organisation=kvarner, role="king")

    def test_it_is_found_again_by_its_natural_key(self, ana):
        membership = ana.memberships.get()
        assert Membership.objects.get_by_natural_key(*membership.natural_key()) == membership


def test_a_name_is_one_line_so_that_e_mails_say_nothing_else_in_it(ana, petra):
    """Whoever invites or assigns is named in e-mails to others."""
    petra.name = "Petra\n\nYour account is locked. Open http://evil.example\u2028now"
    petra.save()
    assert petra.name == "Petra Your account is locked. Open http://evil.example now"
    ana.name = "Ana \t Perić "
    ana.save(update_fields=["name"])
    ana.refresh_from_db()
    assert ana.name == "Ana Perić"
