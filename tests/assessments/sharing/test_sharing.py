"""Who may see a profile: the page on which its person chooses, and what the choice does."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Grant
from assessments.sharing.actions import share, share_as_before
from kip_site.accounts.models import Membership, Organisation, Role
from kip_site.accounts.organisation.actions import change_roles, leave, remove
from kip_site.refusals import Refused
from tests.assessed import choosing, roles_shown, shown
from tests.personas import person_at
from tests.words import words


def sees(person, assessment):
    return Assessment.objects.visible_to(person).filter(pk=assessment.pk).exists()


@pytest.fixture
def ana_at_rhone(ana, rhone):
    """Ana is a practitioner of a second organisation, too, in which Hugo is trainer, manager and administrator."""
    return Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)


# --- The page -----------------------------------------------------------------------------------


def test_sharing_shows_the_choice_of_now_and_changes_it(signed_in, ana, anas_shared, marco, ivana):
    address = reverse("assessments:sharing", args=[anas_shared.pk])
    client = signed_in(ana)
    assert 'value="both" id="id_audience_3" checked' in client.get(address).content.decode().replace("required ", "")
    response = client.post(address, choosing(client.get(address), audience="managers"), follow=True)
    assert "Besides you, this profile is seen by Ivana Kovač (manager)." in response.content.decode()
    assert roles_shown(anas_shared) == {"manager"}
    assert not sees(marco, anas_shared)


def test_a_choice_without_the_page_counts_for_those_who_hold_the_role(signed_in, ana, anas, marco):
    address = reverse("assessments:sharing", args=[anas.pk])
    assert signed_in(ana).post(address, {"audience": "trainers"}).status_code == 302
    assert sees(marco, anas)


def test_an_unknown_choice_is_refused_and_changes_nothing(signed_in, ana, anas_shared):
    response = signed_in(ana).post(reverse("assessments:sharing", args=[anas_shared.pk]), {"audience": "everyone"})
    assert response.status_code == 422
    assert roles_shown(anas_shared) == {"trainer", "manager"}


def test_a_draft_has_no_sharing_yet(signed_in, ana, draft):
    response = signed_in(ana).get(reverse("assessments:sharing", args=[draft.pk]), follow=True)
    assert "Nobody else sees an assessment before it is submitted." in response.content.decode()


def test_somebody_who_left_the_organisation_is_not_named_any_more(signed_in, ana, marco, anas):
    marco.memberships.all().delete()
    page = signed_in(ana).get(reverse("assessments:sharing", args=[anas.pk])).content.decode()
    assert "Marco Bellini" not in page


def test_whose_account_is_closed_is_named_on_no_page(signed_in, ana, marco, ivana, anas_shared):
    marco.is_active = False
    marco.save()
    client = signed_in(ana)
    for address in (
        reverse("assessments:profile", args=[anas_shared.pk]),
        reverse("assessments:sharing", args=[anas_shared.pk]),
        reverse("assessments:history"),
        "/",
    ):
        page = client.get(address).content.decode()
        assert "Ivana Kovač" in page, address
        assert "Marco Bellini" not in page, address


def test_each_organisation_has_a_choice_of_its_own(signed_in, ana, anas, marco, hugo, kvarner, rhone, ana_at_rhone):
    address = reverse("assessments:sharing", args=[anas.pk])
    client = signed_in(ana)
    shown_page = client.get(address)
    page = shown_page.content.decode()
    assert "Who may see this profile at Kvarner Guidance Centre" in page
    assert f"Who may see this profile at {rhone}" in page
    names = {organisation: f"audience-{organisation.pk}" for organisation in (kvarner, rhone)}

    def choice(at_kvarner, at_rhone):
        return choosing(shown_page, **{names[kvarner]: at_kvarner, names[rhone]: at_rhone})

    assert client.post(address, choosing(shown_page, **{names[kvarner]: "trainers"})).status_code == 422
    assert client.post(address, choice("trainers", "nobody")).status_code == 302
    assert sees(marco, anas)
    assert not sees(hugo, anas)
    assert client.post(address, choice("nobody", "managers")).status_code == 302
    assert not sees(marco, anas)
    assert sees(hugo, anas)


def test_a_reader_is_named_once_in_each_organisation(signed_in, ana, anas, marco, hugo, kvarner, rhone, ana_at_rhone):
    """Hugo is both trainer and manager at the Rhône."""
    share(anas, {kvarner.pk: [Role.TRAINER], rhone.pk: [Role.TRAINER, Role.MANAGER]})
    client = signed_in(ana)
    assert (
        "Besides you, this profile is seen at Kvarner Guidance Centre by Marco Bellini (trainer); "
        f"at {rhone} by Hugo Martin (trainer and manager)."
    ) in words(client.get(reverse("assessments:profile", args=[anas.pk])))
    for address in (reverse("assessments:history"), "/"):
        assert "Hugo Martin (trainer and manager), Marco Bellini (trainer)" in words(client.get(address)), address


def test_whoever_is_in_no_organisation_reads_that_nobody_could_see_it(signed_in, ana, anas):
    ana.memberships.all().delete()
    address = reverse("assessments:sharing", args=[anas.pk])
    assert "You are a member of no organisation" in signed_in(ana).get(address).content.decode()
    assert signed_in(ana).post(address, {}).status_code == 302


def test_an_old_window_shows_it_to_nobody_who_is_new_in_the_role(signed_in, ana, anas_shared, petra, kvarner, ivana):
    """Ana takes it back from her managers, while Petra, who administers Kvarner, makes herself a trainer."""
    address = reverse("assessments:sharing", args=[anas_shared.pk])
    client = signed_in(ana)
    sent = choosing(client.get(address), audience="trainers")
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER], petra)
    response = client.post(address, sent)
    assert response.status_code == 422
    assert "Petra Novak would see it now, too" in response.content.decode()
    assert not sees(petra, anas_shared)
    assert client.post(address, choosing(response, audience="trainers")).status_code == 302
    assert sees(petra, anas_shared)
    assert not sees(ivana, anas_shared)


def test_an_old_window_shows_nothing_to_another_organisation(signed_in, ana, anas, marco, hugo, kvarner, rhone):
    """With one organisation the page does not name it: it was Kvarner, and is the Rhône now."""
    address = reverse("assessments:sharing", args=[anas.pk])
    client = signed_in(ana)
    sent = choosing(client.get(address), audience="trainers")
    leave(ana, kvarner)
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    assert client.post(address, sent).status_code == 422
    assert not sees(hugo, anas)


# --- The action ---------------------------------------------------------------------------------


def test_sharing_is_in_force_at_once_and_withdrawn_at_once(anas, marco, ivana, hugo, kvarner):
    share(anas, {kvarner.pk: [Role.TRAINER]})
    assert sees(marco, anas)
    assert not sees(ivana, anas)
    assert not sees(hugo, anas)
    share(anas, {})
    assert not sees(marco, anas)


def test_a_draft_cannot_be_shared(draft, marco, kvarner):
    with pytest.raises(Refused):
        share(draft.assessment, {kvarner.pk: [Role.TRAINER]})
    assert not Grant.objects.exists()


def test_sharing_writes_a_row_for_each_person_who_holds_the_role_then(anas, ana, marco, ivana, kvarner):
    vera = person_at("vera@kvarner.example", "Vera Novak", kvarner, Role.TRAINER, Role.MANAGER)
    closed = person_at("closed@kvarner.example", "Closed Account", kvarner, Role.TRAINER)
    closed.is_active = False
    closed.save()
    Membership.objects.create(user=ana, organisation=kvarner, role=Role.TRAINER)
    share(anas, {kvarner.pk: [Role.TRAINER]})
    rows = Grant.objects.values_list("assessment", "recipient", "organisation", "role", "until", "withdrawn_at")
    assert set(rows) == {
        (anas.pk, marco.pk, kvarner.pk, "trainer", None, None),
        (anas.pk, vera.pk, kvarner.pk, "trainer", None, None),
    }


def test_an_organisation_of_which_she_is_no_member_is_ignored(anas, hugo, rhone):
    share(anas, {rhone.pk: [Role.TRAINER]})
    assert not Grant.objects.exists()


def test_saving_the_same_choice_again_keeps_the_grants_with_their_date(anas, marco, kvarner):
    share(anas, {kvarner.pk: [Role.TRAINER]})
    before = Grant.objects.get()
    share(anas, {kvarner.pk: [Role.TRAINER]})
    assert Grant.objects.get().given_at == before.given_at


def test_what_is_withdrawn_stays_as_a_record(anas, marco, kvarner):
    share(anas, {kvarner.pk: [Role.TRAINER]})
    share(anas, {})
    assert Grant.objects.get().withdrawn_at is not None
    share(anas, {kvarner.pk: [Role.TRAINER]})
    assert Grant.objects.count() == 2
    assert sees(marco, anas)


def test_a_grant_ends_after_its_last_day(anas, marco, kvarner):
    share(anas, {kvarner.pk: [Role.TRAINER]})
    today = timezone.localdate()
    Grant.objects.update(until=today)
    assert sees(marco, anas)
    Grant.objects.update(until=today - timedelta(days=1))
    assert not sees(marco, anas)
    share(anas, {kvarner.pk: [Role.TRAINER]})
    assert sees(marco, anas)


# --- Two organisations --------------------------------------------------------------------------


def test_who_leads_her_elsewhere_does_not_see_what_is_shared_here(anas_shared, ana_at_rhone, hugo):
    assert not sees(hugo, anas_shared)


def test_a_role_in_another_organisation_does_not_count(anas, ana_at_rhone, rhone, kvarner, marco):
    """Marco has the role in one organisation, and the profile was shown to him in another."""
    Membership.objects.create(user=marco, organisation=rhone, role=Role.TRAINER)
    share(anas, {rhone.pk: [Role.TRAINER]})
    assert sees(marco, anas)
    Membership.objects.filter(user=marco, organisation=rhone).delete()
    assert not sees(marco, anas)
    assert marco.memberships.filter(organisation=kvarner, role=Role.TRAINER).exists()


# --- Roles come and go --------------------------------------------------------------------------


def test_who_loses_the_role_sees_nothing_any_more_and_nothing_again_with_the_role(anas_shared, marco, petra, kvarner):
    change_roles(marco, kvarner, [Role.PRACTITIONER], petra)
    assert not sees(marco, anas_shared)
    change_roles(marco, kvarner, [Role.TRAINER], petra)
    assert not sees(marco, anas_shared)


def test_who_comes_back_to_the_organisation_does_not_show_there_what_was_shown_before(
    anas_shared, ana, marco, petra, kvarner
):
    remove(ana, kvarner, petra)
    assert not sees(marco, anas_shared)
    Membership.objects.create(user=ana, organisation=kvarner, role=Role.PRACTITIONER)
    assert not sees(marco, anas_shared)


def test_another_role_in_the_same_organisation_does_not_end_what_she_shares(anas_shared, ana, marco, petra, kvarner):
    change_roles(ana, kvarner, [Role.MANAGER], petra)
    assert sees(marco, anas_shared)


def test_an_organisation_that_is_deleted_takes_its_grants_along(anas_shared, marco, kvarner):
    Organisation.objects.filter(pk=kvarner.pk).delete()
    assert not sees(marco, anas_shared)


def test_a_new_trainer_is_named_as_not_seeing_it_until_it_is_saved_again(signed_in, ana, anas_shared, kvarner):
    vera = person_at("vera@kvarner.example", "Vera Novak", kvarner, Role.TRAINER)
    address = reverse("assessments:sharing", args=[anas_shared.pk])
    client = signed_in(ana)
    assert "New in this role since you shared it, and not seeing it: Vera Novak." in client.get(
        address
    ).content.decode().replace("\n", " ").replace("      ", "")
    assert not sees(vera, anas_shared)
    client.post(address, choosing(client.get(address), audience="both"))
    assert sees(vera, anas_shared)


def test_an_update_is_shown_to_those_who_saw_the_earlier_one_and_to_nobody_new(anas_shared, marco, ivana, kvarner):
    vera = person_at("vera@kvarner.example", "Vera Novak", kvarner, Role.TRAINER)
    later = Assessment.objects.create(person=anas_shared.person, form=anas_shared.form, submitted_at=timezone.now())
    share_as_before(later, anas_shared)
    assert roles_shown(later) == {"trainer", "manager"}
    assert sees(marco, later)
    assert sees(ivana, later)
    assert not sees(vera, later)
    shown(anas_shared)
    assert sees(marco, later)
