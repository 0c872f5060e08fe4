"""404 to strangers, 403 to members without the right."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from kip_site.accounts import access
from kip_site.accounts.models import Invitation, Membership, Role

pytestmark = pytest.mark.django_db


class TestPersonLedBy:
    def test_a_trainer_reaches_her_people(self, marco, ana):
        assert access.person_led_by(marco, Role.TRAINER, ana.pk) == ana

    def test_a_colleague_is_refused(self, luka, ana):
        with pytest.raises(PermissionDenied):
            access.person_led_by(luka, Role.TRAINER, ana.pk)

    def test_a_trainer_is_refused_what_only_a_manager_may(self, marco, ana):
        with pytest.raises(PermissionDenied):
            access.person_led_by(marco, Role.MANAGER, ana.pk)

    def test_a_stranger_does_not_learn_that_the_person_exists(self, hugo, ana):
        with pytest.raises(Http404):
            access.person_led_by(hugo, Role.TRAINER, ana.pk)

    def test_a_person_who_does_not_exist_looks_the_same(self, hugo):
        with pytest.raises(Http404):
            access.person_led_by(hugo, Role.TRAINER, 0)

    def test_a_trainer_of_one_organisation_is_a_mere_colleague_in_another(self, dora, ana, claire):
        assert access.person_led_by(dora, Role.TRAINER, ana.pk) == ana
        with pytest.raises(PermissionDenied):
            access.person_led_by(dora, Role.TRAINER, claire.pk)

    def test_nobody_leads_oneself(self, marco):
        with pytest.raises(PermissionDenied):
            access.person_led_by(marco, Role.TRAINER, marco.pk)

    def test_a_platform_admin_is_a_stranger_to_people(self, elodie, ana):
        with pytest.raises(Http404):
            access.person_led_by(elodie, Role.TRAINER, ana.pk)


class TestOrganisationLedBy:
    def test_its_administrator_reaches_it(self, petra, kvarner):
        assert access.organisation_led_by(petra, Role.ORG_ADMIN, "kvarner") == kvarner

    def test_its_other_members_are_refused(self, ana):
        with pytest.raises(PermissionDenied):
            access.organisation_led_by(ana, Role.ORG_ADMIN, "kvarner")

    def test_a_stranger_does_not_learn_that_it_exists(self, hugo, kvarner):
        with pytest.raises(Http404):
            access.organisation_led_by(hugo, Role.ORG_ADMIN, "kvarner")

    def test_a_role_in_one_leads_nothing_in_another(self, dora, hugo):
        with pytest.raises(PermissionDenied):
            access.organisation_led_by(dora, Role.TRAINER, "rhone")


class TestOrganisationsLedBy:
    def test_all_of_them_and_the_one_that_is_named(self, hugo, kvarner, rhone):
        Membership.objects.create(user=hugo, organisation=kvarner, role=Role.ORG_ADMIN)
        assert access.organisations_led_by(hugo, Role.ORG_ADMIN, "rhone") == ([kvarner, rhone], rhone)

    def test_without_a_name_the_first(self, petra, kvarner):
        assert access.organisations_led_by(petra, Role.ORG_ADMIN) == ([kvarner], kvarner)

    @pytest.mark.parametrize("slug", [None, "kvarner"])
    def test_who_administers_none_of_her_own_is_refused(self, ana, slug):
        with pytest.raises(PermissionDenied):
            access.organisations_led_by(ana, Role.ORG_ADMIN, slug)

    @pytest.mark.parametrize("who", ["ana", "petra"])
    def test_nobody_learns_of_another_organisation(self, who, request, rhone):
        with pytest.raises(Http404):
            access.organisations_led_by(request.getfixturevalue(who), Role.ORG_ADMIN, "rhone")


class TestVisibleOrRefuse:
    @pytest.fixture
    def invitation(self, kvarner):
        return Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER])

    def test_who_may_see_it_gets_it(self, petra, invitation):
        assert access.visible_or_refuse(Invitation.objects, petra, pk=invitation.pk) == invitation

    def test_a_member_without_the_right_is_refused(self, ana, invitation):
        with pytest.raises(PermissionDenied):
            access.visible_or_refuse(Invitation.objects, ana, pk=invitation.pk)

    def test_a_stranger_does_not_learn_that_it_exists(self, hugo, invitation):
        with pytest.raises(Http404):
            access.visible_or_refuse(Invitation.objects, hugo, pk=invitation.pk)

    def test_what_does_not_exist_looks_the_same(self, petra, invitation):
        with pytest.raises(Http404):
            access.visible_or_refuse(Invitation.objects, petra, pk=invitation.pk + 1)


class TestRoles:
    def test_each_role_is_itself_alone(self, ana, marco, ivana, petra, hugo):
        asked = [access.is_trainer, access.is_manager, access.is_org_admin]
        assert {
            person.name.split()[0]: [ask(person) for ask in asked] for person in (ana, marco, ivana, petra, hugo)
        } == {
            "Ana": [False, False, False],
            "Marco": [True, False, False],
            "Ivana": [False, True, False],
            "Petra": [False, False, True],
            "Hugo": [True, True, True],
        }

    def test_to_lead_people_is_to_train_or_to_manage_them(self, ana, marco, ivana, petra, elodie):
        leading = [access.leads_people(person) for person in (ana, marco, ivana, petra, elodie)]
        assert leading == [False, True, True, False, False]

    def test_a_page_for_trainers_lets_in_no_manager(self, marco, ivana):
        request = RequestFactory().get("/")
        page = access.trainers_only(lambda request: HttpResponse("in"))
        request.user = marco
        assert page(request).content == b"in"
        request.user = ivana
        with pytest.raises(PermissionDenied):
            page(request)

    def test_a_page_for_platform_admins_lets_in_nobody_else(self, elodie, hugo):
        @access.platform_admin_required
        def page(request):
            return HttpResponse("in")

        request = RequestFactory().get("/")
        request.user = elodie
        assert page(request).content == b"in"
        request.user = hugo
        with pytest.raises(PermissionDenied):
            page(request)
