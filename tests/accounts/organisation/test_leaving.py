"""A member leaves an organisation by their own act."""

import contextlib
import threading
from functools import partial

import pytest
from django.db import connection
from django.urls import reverse

from assessments.models import Assessment
from kip_site.accounts.models import Invitation, Membership, Organisation, Role
from kip_site.accounts.organisation import actions
from kip_site.refusals import Refused
from tests.accounts.members import roles_of
from tests.at_once import at_once
from tests.words import words

pytestmark = pytest.mark.django_db

PAGE = "/organisation/kvarner/leave/"


@pytest.fixture
def as_ana(client, ana):
    client.force_login(ana)
    return client


def test_the_account_leads_there_from_each_organisation(as_ana, ana, rhone):
    for role in (Role.TRAINER, Role.PRACTITIONER):
        Membership.objects.create(user=ana, organisation=rhone, role=role)
    page = as_ana.get(reverse("account"))
    assert "Kvarner Guidance Centre Practitioner Leave Kvarner Guidance Centre" in words(page)
    assert "Maison des métiers du Rhône Practitioner, Trainer Leave Maison des métiers du Rhône" in words(page)
    assert f'href="{PAGE}"' in page.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_account_asks_the_same_however_many_organisations(number, as_ana, ana, django_assert_num_queries):
    for n in range(number - 1):
        place = Organisation.objects.create(slug=f"o{n}", name=f"Organisation {n}")
        Membership.objects.create(user=ana, organisation=place, role=Role.TRAINER)
    # The session, the user, the user again for the form, where they are a member, the second step, sign-in providers,
    # the roles to navigate.
    with django_assert_num_queries(7):
        as_ana.get(reverse("account"))


def test_the_page_says_first_what_happens_and_changes_nothing(as_ana, ana, kvarner):
    page = as_ana.get(PAGE)
    text = words(page)
    assert "Leave Kvarner Guidance Centre?" in text
    assert text.index("Its trainers and managers no longer see what you share") < text.index("Stay a member")
    assert "Its trainers no longer see how far you are with modules." in text
    assert "Your account, your ratings, your profiles and your modules stay" in text
    assert "what its people share with you" not in text
    assert page.content.decode().count('class="button"') == 1
    assert roles_of(ana, kvarner) == {"practitioner"}


def test_trainers_read_that_they_see_no_more_either(client, marco, ana, kvarner):
    client.force_login(marco)
    assert "You no longer see what its people share with you there." in words(client.get(PAGE))


def test_she_leaves_and_nobody_there_sees_what_she_shares(
    as_ana, ana, marco, ivana, petra, rhone, kvarner, anas_shared
):
    Membership.objects.create(user=ana, organisation=rhone, role=Role.PRACTITIONER)
    assert Assessment.objects.shared_with(marco).get() == anas_shared
    page = as_ana.post(PAGE, follow=True)
    assert page.redirect_chain == [("/account/", 302)]
    assert "You are no longer a member of Kvarner Guidance Centre." in words(page)
    assert roles_of(ana, kvarner) == set()
    assert roles_of(ana, rhone) == {"practitioner"}
    for person in (marco, ivana):
        assert not Assessment.objects.shared_with(person).exists()
    profile = reverse("assessments:profile", args=[anas_shared.pk])
    assert as_ana.get(profile).status_code == 200
    as_ana.force_login(marco)
    assert as_ana.get(profile).status_code == 404


def test_a_second_window_says_that_there_is_nothing_to_leave(as_ana, kvarner, petra):
    as_ana.post(PAGE)
    assert as_ana.post(PAGE).status_code == 404


def test_the_last_administrator_is_told_why_not_and_what_to_do(as_petra, petra, ana, marco, kvarner):
    page = as_petra.get(PAGE)
    text = words(page)
    assert "You are its only administrator, and 2 other people are members." in text
    assert "Make one of them organisation administrator, then come back to leave." in text
    assert 'class="button" href="/organisation/?organisation=kvarner"' in page.content.decode()
    assert "Leave Kvarner Guidance Centre</button>" not in page.content.decode()
    page = as_petra.post(PAGE, follow=True)
    assert "Nothing was changed: you are the only administrator of Kvarner Guidance Centre." in words(page)
    assert roles_of(petra, kvarner) == {"org-admin"}


def test_one_of_two_administrators_leaves(as_petra, petra, luka, kvarner):
    Membership.objects.create(user=luka, organisation=kvarner, role=Role.ORG_ADMIN)
    as_petra.post(PAGE)
    assert roles_of(petra, kvarner) == set()


def test_a_second_administrator_who_cannot_sign_in_is_none(petra, luka, ana, kvarner):
    Membership.objects.create(user=luka, organisation=kvarner, role=Role.ORG_ADMIN)
    luka.is_active = False
    luka.save()
    with pytest.raises(Refused, match="only administrator"):
        actions.leave(petra, kvarner)


def test_the_last_member_leaves_and_invitations_go(as_petra, petra, kvarner, rhone):
    for place in (kvarner, rhone):
        Invitation.objects.create(organisation=place, email="sara@kvarner.example", roles=["trainer"])
    assert "You are its last member: open invitations to it are withdrawn" in words(as_petra.get(PAGE))
    as_petra.post(PAGE)
    assert roles_of(petra, kvarner) == set()
    assert Invitation.objects.get().organisation == rhone


def test_while_others_are_there_invitations_stay(as_ana, ana, petra, kvarner):
    Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=["trainer"])
    as_ana.post(PAGE)
    assert Invitation.objects.exists()


@pytest.mark.parametrize("who", ["claire", "hugo", "elodie"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_strangers_find_nothing_to_leave(method, who, request, client, kvarner):
    client.force_login(request.getfixturevalue(who))
    assert getattr(client, method)(PAGE).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_leave_at_once_one_stays(petra, luka, ana, kvarner):
    """Each is held before the roles go, until the other waits for it or has gone past the check, too."""
    Membership.objects.create(user=luka, organisation=kvarner, role=Role.ORG_ADMIN)
    checked = threading.Barrier(2)

    def leave(person):
        def pause(execute, sql, params, many, context):
            if sql.startswith("DELETE"):
                with contextlib.suppress(threading.BrokenBarrierError):
                    checked.wait(timeout=1)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(pause):
            actions.leave(person, kvarner)

    outcomes = at_once(partial(leave, petra), partial(leave, luka), refused=Refused)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert Membership.objects.filter(organisation=kvarner, role=Role.ORG_ADMIN).count() == 1
