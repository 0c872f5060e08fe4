"""Ana is in two organisations, and so is her trainer: each shows only what belongs to it."""

import re

import pytest
from django.urls import reverse

from assessments.confirmations.actions import confirm_levels
from assessments.models import Assessment
from assessments.profile import page, pdf
from assessments.sharing.actions import share
from assessments.sharing.audience import organisations_showing
from kip_site.accounts.access import NotAllowed
from kip_site.accounts.models import Membership, Role
from tests.assessed import confirmed
from tests.words import words


@pytest.fixture
def shared_with_both(ana, anas, marco, hugo, kvarner, rhone):
    """Ana shows her profile to her trainers in two organisations; Marco is one of them in both."""
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    Membership.objects.create(user=marco, organisation=rhone, role=Role.TRAINER)
    share(anas, {kvarner.pk: [Role.TRAINER], rhone.pk: [Role.TRAINER]})
    return Assessment.objects.for_profile().get(pk=anas.pk)


def rating(assessment, code):
    return assessment.ratings.get(statement__code=code).pk


def confirmed_codes(reader, assessment):
    found = page.build(assessment, organisations_showing(assessment, reader)).confirmed
    return {code for each in found for code in each.codes}


def test_what_is_confirmed_in_one_is_not_shown_in_the_other(shared_with_both, ana, marco, hugo, kvarner, rhone):
    confirm_levels(marco, shared_with_both, kvarner, [rating(shared_with_both, "A1")], [])
    confirm_levels(marco, shared_with_both, rhone, [rating(shared_with_both, "A2")], [])
    assert confirmed_codes(hugo, shared_with_both) == {"A2"}
    assert confirmed_codes(marco, shared_with_both) == {"A1", "A2"}
    assert confirmed_codes(ana, shared_with_both) == {"A1", "A2"}


def test_what_has_no_organisation_is_shown_to_its_person_alone(shared_with_both, ana, marco, hugo):
    confirmed(shared_with_both, marco, ["A1"])
    shared_with_both.confirmations.update(organisation=None)
    assert confirmed_codes(ana, shared_with_both) == {"A1"}
    for reader in (marco, hugo):
        assert confirmed_codes(reader, shared_with_both) == set()


def test_nobody_confirms_in_an_organisation_in_which_it_is_not_shown_to_her(shared_with_both, hugo, kvarner):
    with pytest.raises(NotAllowed):
        confirm_levels(hugo, shared_with_both, kvarner, [rating(shared_with_both, "A1")], [])


def test_who_trains_in_both_chooses_for_which_she_confirms(signed_in, shared_with_both, marco, kvarner, rhone):
    address = reverse("assessments:confirmations", args=[shared_with_both.pk])
    client = signed_in(marco)
    shown = words(client.get(address))
    assert f"You confirm for {kvarner}" in shown
    assert f"Confirm for {rhone} instead" in shown
    client.post(f"{address}?organisation=rhone", {"confirm": [rating(shared_with_both, "A1")]})
    assert shared_with_both.confirmations.get().organisation == rhone
    assert 'value="{}" checked'.format(rating(shared_with_both, "A1")) not in client.get(address).content.decode()
    assert client.get(f"{address}?organisation=nowhere").status_code == 404


@pytest.mark.parametrize(("later", "given"), [(["kvarner", "rhone"], "rhone"), (["kvarner"], None)])
def test_what_a_window_confirms_is_given_in_the_organisation_that_it_was_opened_for(
    signed_in, shared_with_both, marco, kvarner, rhone, later, given
):
    """Ana showed him her profile at the Rhône alone; then also, or only, at Kvarner, which comes first by name."""
    organisations = {"kvarner": kvarner, "rhone": rhone}
    share(shared_with_both, {rhone.pk: [Role.TRAINER]})
    client = signed_in(marco)
    address = reverse("assessments:confirmations", args=[shared_with_both.pk])
    page = client.get(address).content.decode()
    sent = {"confirm": [rating(shared_with_both, "A1")]}
    if hidden := re.search(r'name="organisation" value="([^"]+)"', page):
        sent["organisation"] = hidden[1]
    share(shared_with_both, {organisations[slug].pk: [Role.TRAINER] for slug in later})
    response = client.post(address, sent)
    assert response.status_code == (302 if given else 404)
    assert [one.organisation.slug for one in shared_with_both.confirmations.all()] == ([given] if given else [])


def test_who_takes_back_in_one_keeps_what_she_confirmed_in_the_other(shared_with_both, marco, kvarner, rhone):
    wanted = [rating(shared_with_both, "A1")]
    confirm_levels(marco, shared_with_both, kvarner, wanted, [])
    confirm_levels(marco, shared_with_both, rhone, wanted, [])
    confirm_levels(marco, shared_with_both, kvarner, [], wanted)
    assert shared_with_both.confirmations.get().organisation == rhone


def test_the_list_of_people_counts_what_was_confirmed_where_it_is_shown(
    signed_in, shared_with_both, marco, kvarner, rhone
):
    confirm_levels(marco, shared_with_both, kvarner, [rating(shared_with_both, "A1")], [])
    share(shared_with_both, {rhone.pk: [Role.TRAINER]})
    ((_entry, mine),) = signed_in(marco).get(reverse("assessments:people")).context["rows"]
    assert mine.standing == 0


def test_the_pdf_of_a_reader_names_her_organisation_and_has_what_belongs_to_it(
    shared_with_both, marco, hugo, kvarner, rhone
):
    confirm_levels(marco, shared_with_both, kvarner, [rating(shared_with_both, "A1")], [])
    organisations = organisations_showing(shared_with_both, hugo)
    shown = page.with_record(page.build(shared_with_both, organisations), shared_with_both, organisations, hugo)
    assert shown.organisation == rhone.name
    assert shown.confirmed == ()
    assert pdf.issue(shared_with_both, hugo)[0] != pdf.issue(shared_with_both)[0]


def test_a_target_of_one_organisation_is_not_shown_in_the_other(
    signed_in, shared_with_both, counsellor, kvarner, ana, marco, hugo
):
    counsellor.organisation = kvarner
    counsellor.save()
    address = reverse("assessments:profile", args=[shared_with_both.pk])
    for reader, is_shown in ((ana, True), (marco, True), (hugo, False)):
        client = signed_in(reader)
        assert (counsellor.title in words(client.get(address))) is is_shown, reader
        if reader != ana:
            assert (counsellor.title in words(client.get(reverse("assessments:people")))) is is_shown, reader


def test_a_target_of_an_organisation_by_which_she_does_not_see_the_profile_is_not_listed(
    signed_in, anas, counsellor, ana, marco, hugo, kvarner, rhone
):
    """Hugo is Ana's colleague at Kvarner, too, but sees her profile as her trainer at the Rhône."""
    counsellor.organisation = kvarner
    counsellor.save()
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    Membership.objects.create(user=hugo, organisation=kvarner, role=Role.PRACTITIONER)
    share(anas, {rhone.pk: [Role.TRAINER]})
    client = signed_in(hugo)
    assert counsellor.title not in words(client.get(reverse("assessments:profile", args=[anas.pk])))
    assert counsellor.title not in words(client.get(reverse("assessments:people")))


def test_evidence_is_read_by_those_to_whom_the_profile_is_shown(signed_in, anas, ana, hugo, rhone, kvarner, marco):
    evidence = anas.ratings.first().evidence.create(url="https://kvarner.example/", name="Ours")
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    share(anas, {kvarner.pk: [Role.TRAINER]})
    address = reverse("assessments:evidence", args=[evidence.pk])
    assert signed_in(hugo).get(address).status_code == 403
    assert signed_in(marco).get(address).status_code != 403
