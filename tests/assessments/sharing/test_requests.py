"""Somebody gets a role: the owners are asked whether she sees their profiles, too; nothing moves by itself."""

from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Assessment, Grant, GrantRequest
from assessments.sharing import actions
from kip_site.accounts.invitations.actions import join
from kip_site.accounts.models import Invitation, Membership, Role
from kip_site.accounts.organisation.actions import change_roles, leave, remove
from kip_site.refusals import Refused
from tests.assessed import LEVELS_OF_ANA, choosing, shown, submitted
from tests.at_once import at_once
from tests.words import words


def sees(person, assessment):
    return Assessment.objects.visible_to(person).filter(pk=assessment.pk).exists()


def make_trainer(person, organisation, by):
    change_roles(person, organisation, [Role.ORG_ADMIN, Role.TRAINER], by)


@pytest.fixture
def asked(anas_shared, petra, kvarner):
    """Petra, who administers Kvarner, has made herself a trainer."""
    make_trainer(petra, kvarner, petra)
    return GrantRequest.objects.get()


def page_of(request):
    return reverse("assessments:grant_request", args=[request.pk])


# --- The attack ---------------------------------------------------------------------------------


def test_an_administrator_who_makes_herself_trainer_sees_nothing_and_the_owner_is_asked(
    anas_shared, ana, petra, kvarner, mailoutbox
):
    make_trainer(petra, kvarner, petra)
    assert not sees(petra, anas_shared)
    (mail,) = mailoutbox
    assert mail.to == [ana.email]
    assert mail.subject == "Show Petra Novak your profile, too?"
    assert "Show it to Petra Novak too" in mail.body
    assert page_of(GrantRequest.objects.get()) in mail.body


def test_an_invited_trainer_sees_nothing_and_the_owner_is_asked_once_for_both_roles(
    anas_shared, ana, kvarner, claire, mailoutbox
):
    claire.emailaddress_set.create(email=claire.email, verified=True, primary=True)
    invitation = Invitation.objects.create(organisation=kvarner, email=claire.email, roles=["trainer", "manager"])
    join(claire, invitation)
    assert not sees(claire, anas_shared)
    assert [mail.to for mail in mailoutbox] == [[ana.email]]
    assert GrantRequest.objects.get().person == ana


def test_who_shares_nothing_with_this_role_is_not_asked(anas, ana, luka, marco, ivana, petra, kvarner, mailoutbox):
    shown(anas, managers=True)
    make_trainer(petra, kvarner, petra)
    assert not GrantRequest.objects.exists()
    assert mailoutbox == []


def test_who_shares_in_another_organisation_is_not_asked(anas_shared, ana, rhone, claire, hugo, mailoutbox):
    ana.memberships.create(organisation=rhone, role=Role.PRACTITIONER)
    change_roles(claire, rhone, [Role.TRAINER], hugo)
    assert not GrantRequest.objects.exists()


def test_a_successor_is_asked_for_when_the_trainer_has_left_before(anas_shared, marco, petra, kvarner, mailoutbox):
    remove(marco, kvarner, petra)
    make_trainer(petra, kvarner, petra)
    assert not sees(petra, anas_shared)
    actions.agree(GrantRequest.objects.get(), [anas_shared.pk])
    assert sees(petra, anas_shared)


def test_a_second_role_does_not_ask_again_while_the_question_is_open(asked, petra, kvarner, mailoutbox):
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER, Role.MANAGER], petra)
    assert GrantRequest.objects.get() == asked


# --- The answer ---------------------------------------------------------------------------------


def test_she_shows_it_too(signed_in, ana, asked, anas_shared, petra, marco):
    client = signed_in(ana)
    page = client.get(page_of(asked))
    assert "Show it to Petra Novak too" in words(page)
    assert f'name="profile" value="{anas_shared.pk}"' in page.content.decode()
    response = client.post(page_of(asked), {"answer": "show", "profile": [anas_shared.pk]}, follow=True)
    assert "Petra Novak sees this profile from now on." in words(response)
    assert sees(petra, anas_shared)
    assert sees(marco, anas_shared)
    assert "There is nothing to decide any more" in words(client.get(page_of(asked)))


def test_she_says_no(signed_in, ana, asked, anas_shared, petra, marco):
    client = signed_in(ana)
    response = client.post(page_of(asked), {"answer": "no"}, follow=True)
    assert "Petra Novak does not see your profiles." in words(response)
    assert not sees(petra, anas_shared)
    assert sees(marco, anas_shared)
    client.post(page_of(asked), {"answer": "show"})
    assert not sees(petra, anas_shared)


def test_another_answer_decides_nothing(signed_in, ana, asked):
    response = signed_in(ana).post(page_of(asked), {"answer": "perhaps"})
    assert response.status_code == 422
    assert GrantRequest.objects.open().exists()


def test_only_what_is_shared_with_that_role_is_shown(ana, asked, essential, anas_shared, petra):
    private = submitted(ana, essential, LEVELS_OF_ANA)
    for_managers = submitted(ana, essential, LEVELS_OF_ANA, managers=True)
    assert list(actions.offered_by(asked)) == [anas_shared]
    actions.agree(asked, [anas_shared.pk])
    assert sees(petra, anas_shared)
    assert not sees(petra, private)
    assert not sees(petra, for_managers)


def test_a_profile_that_the_page_has_not_named_is_not_shown(
    signed_in, ana, asked, essential, anas_shared, petra, kvarner
):
    """The page was open while Petra became a manager, too: her managers see another profile, with other comments."""
    for_managers = submitted(ana, essential, LEVELS_OF_ANA, managers=True)
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER, Role.MANAGER], petra)
    client = signed_in(ana)
    old_window = {"answer": "show", "profile": [anas_shared.pk]}
    for sent in (old_window, {"answer": "show"}, {"answer": "show", "profile": ["x", anas_shared.pk]}):
        response = client.post(page_of(asked), sent, follow=True)
        assert "There is more to show now than this page has named." in words(response)
        assert not sees(petra, anas_shared)
        assert not sees(petra, for_managers)
    client.post(page_of(asked), {"answer": "show", "profile": [anas_shared.pk, for_managers.pk]})
    assert sees(petra, for_managers)


def test_what_is_taken_back_in_the_meantime_is_not_shown(asked, anas_shared, petra):
    Grant.objects.update(withdrawn_at=timezone.now())
    with pytest.raises(Refused):
        actions.agree(asked, [anas_shared.pk])
    assert not sees(petra, anas_shared)


def test_a_role_that_is_gone_again_takes_its_question_along(asked, petra, kvarner):
    change_roles(petra, kvarner, [Role.ORG_ADMIN], petra)
    assert not GrantRequest.objects.open().exists()


def test_a_question_is_forgotten_when_she_shows_it_on_the_page_of_the_profile(
    signed_in, ana, asked, anas_shared, petra
):
    """Home would go on to ask whether somebody may see what she sees already, and a “No” would not be true."""
    client = signed_in(ana)
    address = reverse("assessments:sharing", args=[anas_shared.pk])
    client.post(address, choosing(client.get(address), audience="both"))
    assert sees(petra, anas_shared)
    assert not GrantRequest.objects.open().exists()
    assert "Show Petra Novak your profile?" not in words(client.get("/"))


def test_a_question_is_forgotten_when_she_shares_nothing_any_more(asked, anas_shared):
    shown(anas_shared)
    assert not GrantRequest.objects.open().exists()


def test_a_question_stays_while_another_profile_is_shared(ana, asked, essential, anas_shared):
    submitted(ana, essential, LEVELS_OF_ANA, trainers=False)
    assert GrantRequest.objects.open().get() == asked


def test_a_question_is_forgotten_when_she_leaves(asked, ana, petra, kvarner):
    leave(ana, kvarner)
    assert not GrantRequest.objects.open().exists()


def test_a_question_is_forgotten_when_the_role_that_it_is_about_is_gone(anas, ana, marco, ivana, petra, kvarner):
    shown(anas, managers=True)
    change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.MANAGER, Role.TRAINER], petra)
    assert GrantRequest.objects.open().exists()
    make_trainer(petra, kvarner, petra)
    assert not GrantRequest.objects.open().exists()


def test_home_does_not_ask_about_somebody_whose_account_is_closed(signed_in, ana, asked, petra):
    petra.is_active = False
    petra.save()
    assert "Show Petra Novak your profile?" not in words(signed_in(ana).get("/"))


@pytest.mark.parametrize("who", ["luka", "marco", "petra", "elodie", "hugo"])
def test_nobody_else_finds_the_question(who, request, signed_in, asked):
    client = signed_in(request.getfixturevalue(who))
    assert client.get(page_of(asked)).status_code == 404
    assert client.post(page_of(asked), {"answer": "show"}).status_code == 404


def test_home_says_that_a_question_waits(signed_in, ana, asked):
    page = signed_in(ana).get("/")
    assert "Show Petra Novak your profile?" in words(page)
    assert page_of(asked) in page.content.decode()


def take_back(ana, anas_shared):
    shown(anas_shared)


def choose_again(ana, anas_shared):
    shown(anas_shared, trainers=True)


def leave_for_ever(ana, anas_shared):
    Membership.objects.filter(user=ana).delete()


@pytest.mark.parametrize("act", [take_back, choose_again, leave_for_ever])
def test_home_asks_no_more_once_there_is_nothing_to_decide(signed_in, ana, asked, anas_shared, act):
    act(ana, anas_shared)
    client = signed_in(ana)
    assert "Show Petra Novak your profile?" not in words(client.get("/"))
    # The link of the e-mail still says what became of it.
    assert "There is nothing to decide any more" in words(client.get(page_of(asked)))


@pytest.mark.django_db(transaction=True)
def test_two_windows_that_answer_at_once_are_answered_once(asked, anas_shared, petra):
    def agree(request):
        actions.agree(request, [anas_shared.pk])

    def answer(act):
        try:
            act(GrantRequest.objects.get())
        except Refused:
            return False
        return True

    assert sorted(at_once(partial(answer, agree), partial(answer, actions.decline))) == [False, True]
    assert sees(petra, anas_shared) == GrantRequest.objects.get().is_accepted
