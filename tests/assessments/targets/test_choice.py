"""What a profile is compared with: its person chooses a target, at any time."""

import pytest
from django.urls import reverse

from assessments.models import TargetProfile
from tests.words import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def test_ana_changes_her_target_after_submitting(as_ana, anas, kip):
    officer = TargetProfile.objects.create(revision=kip, key="officer", title="Partnership officer")
    address = reverse("assessments:target", args=[anas.pk])
    assert "Partnership officer" in words(as_ana.get(address))
    assert as_ana.post(address, {"target": officer.pk}).url == reverse("assessments:profile", args=[anas.pk])
    anas.refresh_from_db()
    assert anas.target == officer
    as_ana.post(address, {"target": "none"})
    anas.refresh_from_db()
    assert anas.target is None


@pytest.mark.parametrize("sent", [{}, {"target": ""}, {"target": "7777777"}, {"target": "x"}])
def test_a_target_that_is_not_offered_changes_nothing(as_ana, anas, counsellor, sent):
    response = as_ana.post(reverse("assessments:target", args=[anas.pk]), sent)
    assert response.status_code == 422
    assert "Nothing has changed" in words(response)
    anas.refresh_from_db()
    assert anas.target == counsellor


def test_the_target_of_another_organisation_is_not_offered(as_ana, anas, kip, rhone, counsellor):
    theirs = TargetProfile.objects.create(revision=kip, organisation=rhone, key="theirs", title="Rhône officer")
    address = reverse("assessments:target", args=[anas.pk])
    assert "Rhône officer" not in as_ana.get(address).content.decode()
    assert as_ana.post(address, {"target": theirs.pk}).status_code == 422


def test_nobody_but_ana_changes_her_target(client, anas_shared, marco, ivana, luka, hugo):
    for person, status in ((marco, 403), (ivana, 403), (luka, 403), (hugo, 404)):
        client.force_login(person)
        address = reverse("assessments:target", args=[anas_shared.pk])
        assert client.get(address).status_code == status
        assert client.post(address, {"target": "none"}).status_code == status
    anas_shared.refresh_from_db()
    assert anas_shared.target is not None
