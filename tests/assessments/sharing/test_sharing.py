"""Who may see a profile: the page on which its person chooses, and what the choice does."""

import pytest
from django.urls import reverse

from assessments.models import Assessment
from assessments.sharing.actions import share
from kip_site.refusals import Refused

# --- The page -----------------------------------------------------------------------------------


def test_sharing_shows_the_choice_of_now_and_changes_it(signed_in, ana, anas_shared, marco):
    address = reverse("assessments:sharing", args=[anas_shared.pk])
    client = signed_in(ana)
    assert 'value="both" id="id_audience_3" checked' in client.get(address).content.decode().replace("required ", "")
    response = client.post(address, {"audience": "managers"}, follow=True)
    assert "your managers see this profile, and nobody else" in response.content.decode()
    anas_shared.refresh_from_db()
    assert (anas_shared.shared_with_trainers, anas_shared.shared_with_managers) == (False, True)
    assert not Assessment.objects.visible_to(marco).filter(pk=anas_shared.pk).exists()


def test_an_unknown_choice_is_refused_and_changes_nothing(signed_in, ana, anas_shared):
    response = signed_in(ana).post(reverse("assessments:sharing", args=[anas_shared.pk]), {"audience": "everyone"})
    assert response.status_code == 422
    anas_shared.refresh_from_db()
    assert anas_shared.shared_with_trainers


def test_a_draft_has_no_sharing_yet(signed_in, ana, draft):
    response = signed_in(ana).get(reverse("assessments:sharing", args=[draft.pk]), follow=True)
    assert "Nobody else sees an assessment before it is submitted." in response.content.decode()


def test_somebody_who_left_the_organisation_is_not_named_any_more(signed_in, ana, marco, anas):
    marco.memberships.all().delete()
    page = signed_in(ana).get(reverse("assessments:sharing", args=[anas.pk])).content.decode()
    assert "Marco Bellini" not in page


# --- The action ---------------------------------------------------------------------------------


def test_sharing_is_in_force_at_once_and_withdrawn_at_once(anas, marco, ivana, hugo):
    share(anas, with_trainers=True, with_managers=False)
    assert Assessment.objects.visible_to(marco).filter(pk=anas.pk).exists()
    assert not Assessment.objects.visible_to(ivana).filter(pk=anas.pk).exists()
    assert not Assessment.objects.visible_to(hugo).filter(pk=anas.pk).exists()
    share(anas, with_trainers=False, with_managers=False)
    assert not Assessment.objects.visible_to(marco).filter(pk=anas.pk).exists()


def test_a_draft_cannot_be_shared(draft):
    with pytest.raises(Refused):
        share(draft.assessment, with_trainers=True, with_managers=True)
    draft.assessment.refresh_from_db()
    assert not draft.assessment.shared_with_trainers
