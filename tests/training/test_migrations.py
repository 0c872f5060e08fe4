"""What only a migration does: assignments of earlier days get the organisation in which they were given."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from kip_site.accounts.models import Membership, Role
from training.models import Assignment

migration = import_module("training.migrations.0004_assignment_organisation")

ANA, MARCO, DORA = 1, 2, 3
KVARNER, RHONE, ATELIER = 10, 20, 30


@pytest.mark.parametrize(
    ("assigned_by", "confirmed_by", "theirs", "organisations", "expected"),
    [
        pytest.param(MARCO, None, {MARCO: {KVARNER}}, {KVARNER}, KVARNER, id="the one that they share"),
        pytest.param(MARCO, None, {MARCO: {KVARNER}}, {KVARNER, RHONE}, KVARNER, id="she is in another one, too"),
        pytest.param(MARCO, None, {MARCO: {KVARNER, ATELIER}}, {KVARNER}, KVARNER, id="he is in another one, too"),
        pytest.param(MARCO, None, {MARCO: {KVARNER, RHONE}}, {KVARNER, RHONE}, None, id="two that they share"),
        pytest.param(MARCO, None, {MARCO: {RHONE}}, {KVARNER}, None, id="none that they share"),
        pytest.param(MARCO, None, {}, {KVARNER}, None, id="he has left"),
        pytest.param(MARCO, None, {MARCO: {KVARNER}}, set(), None, id="she has left"),
        pytest.param(MARCO, DORA, {DORA: {KVARNER}}, {KVARNER}, None, id="he is elsewhere, another confirmed it"),
        pytest.param(None, None, {MARCO: {KVARNER}}, {KVARNER}, None, id="the account is deleted"),
        pytest.param(None, DORA, {DORA: {KVARNER}}, {KVARNER}, KVARNER, id="the account is deleted, it is confirmed"),
        pytest.param(ANA, None, {MARCO: {KVARNER}}, {KVARNER}, None, id="her own choice"),
        pytest.param(ANA, MARCO, {MARCO: {KVARNER}}, {KVARNER}, KVARNER, id="her own choice, confirmed"),
        pytest.param(ANA, MARCO, {MARCO: {KVARNER, RHONE}}, {KVARNER, RHONE}, None, id="her own, by somebody of both"),
        pytest.param(ANA, None, {ANA: {KVARNER}}, {KVARNER}, None, id="her own choice, and she is a trainer"),
    ],
)
def test_the_organisation_is_the_only_one_that_can_be_meant(assigned_by, confirmed_by, theirs, organisations, expected):
    found = migration.organisation_of(ANA, assigned_by, confirmed_by, {**theirs, ANA: organisations})
    assert found == expected


@pytest.mark.django_db
def test_nobody_sees_more_than_before_and_guesses_are_taken_back(
    ana, luka, marco, dora, hugo, kvarner, rhone, agreements, meetings
):
    """Ana is in both organisations; Dora is a trainer of both; every row has the older one, as was usual."""
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    Membership.objects.create(user=dora, organisation=rhone, role=Role.TRAINER)

    def assigned(person, by, module, **fields):
        return Assignment.objects.create(
            person=person, module=module, assigned_by=by, **{"organisation": kvarner, **fields}
        ).pk

    of_marco = assigned(ana, marco, agreements)
    of_hugo = assigned(ana, hugo, meetings, completed_at=timezone.now())
    of_dora = assigned(ana, dora, meetings)
    lukas = assigned(luka, dora, agreements, organisation=None)
    own = assigned(luka, luka, meetings)
    own_of_old = assigned(
        ana, ana, agreements, organisation=None, completed_at=timezone.now(), confirmed_at=timezone.now(),
        confirmed_by=hugo,
    )  # fmt: skip
    migration.give_organisations(apps, None)
    assert dict(Assignment.objects.values_list("pk", "organisation__slug")) == {
        of_marco: "kvarner",
        of_hugo: "rhone",
        of_dora: None,
        lukas: "kvarner",
        own: None,
        own_of_old: "rhone",
    }
