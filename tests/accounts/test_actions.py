"""What an organisation administrator does, and what the last one cannot."""

import contextlib
import threading

import pytest
from django.db import connection

from kip_site.accounts import actions
from kip_site.accounts.models import Invitation, Membership, Role, User

from .confirmed import confirm

pytestmark = pytest.mark.django_db


def roles_of(person, organisation):
    return set(Membership.objects.filter(user=person, organisation=organisation).values_list("role", flat=True))


class BrokenServer:
    """A mail server that nobody answers at."""

    def __init__(self, *args, **kwargs):
        pass

    def open(self):
        raise ConnectionRefusedError("nobody answers")


# --- Inviting


def test_somebody_with_a_confirmed_address_is_added_at_once_and_told(
    kvarner, petra, claire, mailoutbox, django_capture_on_commit_callbacks
):
    confirm(claire)
    with django_capture_on_commit_callbacks(execute=True):
        invited = actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    assert (invited.added, invited.invitations, invited.unsent) == ([claire], [], [])
    assert roles_of(claire, kvarner) == {Role.TRAINER}
    (letter,) = mailoutbox
    assert letter.to == ["claire@rhone.example"]
    assert letter.subject == "You are a member of Kvarner Guidance Centre now"
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert "Petra Novak made you a member" in text
        assert "Trainer" in text
        assert "http://testserver/" in text


def test_an_account_whose_address_is_not_confirmed_gets_nothing_but_an_invitation(kvarner, petra, claire):
    confirm(claire, verified=False)
    invited = actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    assert [one.email for one in invited.invitations] == [claire.email]
    assert roles_of(claire, kvarner) == set()


def test_everybody_else_gets_a_link(kvarner, petra, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER, Role.TRAINER], petra)
    invitation = Invitation.objects.get()
    assert invitation.sent_at is not None
    (letter,) = mailoutbox
    assert letter.to == ["sara@kvarner.example"]
    assert letter.subject == "Join Kvarner Guidance Centre on the KIP competence platform"
    for text in (letter.body, letter.alternatives[0].content):
        assert "Petra Novak invites you" in text
        assert "Practitioner, Trainer" in text
        assert f"http://testserver/invitation/{invitation.token}/" in text


def test_the_name_of_an_organisation_cannot_break_the_e_mail(
    kvarner, petra, mailoutbox, django_capture_on_commit_callbacks
):
    kvarner.name = "Ko & Co\nBcc: everyone@rhone.example <script>"
    kvarner.save()
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER], petra)
    assert mailoutbox[0].subject.startswith("Join Ko & Co Bcc: everyone")
    assert mailoutbox[0].recipients() == ["sara@kvarner.example"]
    assert "<script>" not in mailoutbox[0].alternatives[0].content


def test_nothing_is_sent_when_the_transaction_fails(kvarner, petra, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER], petra)
    assert len(callbacks) == 1
    assert mailoutbox == []


def test_an_address_that_was_invited_meanwhile_keeps_that_invitation(kvarner, petra):
    first = actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra).invitations[0]
    assert actions.invite(kvarner, ["sara@kvarner.example"], [Role.MANAGER], petra).invitations == []
    assert Invitation.objects.get().roles == [Role.TRAINER]
    assert Invitation.objects.get().token == first.token


def test_tokens_are_long_and_differ(kvarner, petra):
    invited = actions.invite(kvarner, ["a@kvarner.example", "b@kvarner.example"], [Role.TRAINER], petra)
    tokens = {one.token for one in invited.invitations}
    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 43


def test_without_a_mail_server_everything_is_kept_and_the_caller_learns_it(
    kvarner, petra, claire, settings, caplog, django_capture_on_commit_callbacks
):
    confirm(claire)
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    with django_capture_on_commit_callbacks(execute=True):
        invited = actions.invite(kvarner, [claire.email, "sara@kvarner.example"], [Role.TRAINER], petra)
    assert invited.unsent == [claire.email, "sara@kvarner.example"]
    assert roles_of(claire, kvarner) == {Role.TRAINER}
    assert Invitation.objects.get().sent_at is None
    assert caplog.text.count("nobody answers") == 2


def test_an_invitation_is_sent_again_and_then_counts_as_sent(kvarner, petra, mailoutbox):
    invitation = Invitation.objects.create(
        organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER], invited_by=petra
    )
    assert actions.send_again(invitation)
    invitation.refresh_from_db()
    assert invitation.sent_at is not None
    assert [letter.to for letter in mailoutbox] == [["sara@kvarner.example"]]


# --- Accepting


def test_a_confirmed_address_gets_what_its_invitations_promise(kvarner, rhone, petra, claire):
    claire.email = "Claire@Rhone.Example"
    claire.save()
    actions.invite(kvarner, ["claire@rhone.example"], [Role.TRAINER, Role.MANAGER], petra)
    confirm(claire, "claire@rhone.example")
    assert actions.accept_invitations(claire) == [kvarner]
    assert roles_of(claire, kvarner) == {Role.TRAINER, Role.MANAGER}
    assert roles_of(claire, rhone) == {Role.PRACTITIONER}
    assert not Invitation.objects.exists()


def test_an_address_that_is_not_confirmed_gets_nothing(kvarner, petra, claire):
    actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    confirm(claire, verified=False)
    assert actions.accept_invitations(claire) == []
    assert roles_of(claire, kvarner) == set()
    assert Invitation.objects.exists()


def test_an_invitation_for_somebody_else_stays_open(kvarner, petra, claire):
    confirm(claire)
    actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)
    assert actions.accept_invitations(claire) == []
    assert Invitation.objects.exists()


# --- Roles


def test_roles_become_exactly_those_that_were_chosen(kvarner, petra, ana):
    actions.change_roles(ana, kvarner, [Role.TRAINER, Role.MANAGER])
    assert roles_of(ana, kvarner) == {Role.TRAINER, Role.MANAGER}


def test_roles_in_another_organisation_stay(kvarner, rhone, petra, hugo):
    Membership.objects.create(user=hugo, organisation=kvarner, role=Role.TRAINER)
    actions.change_roles(hugo, kvarner, [Role.PRACTITIONER])
    actions.remove(hugo, kvarner)
    assert roles_of(hugo, rhone) == {Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN}
    assert User.objects.filter(pk=hugo.pk).exists()


@pytest.mark.parametrize(
    "change",
    [lambda person, organisation: actions.change_roles(person, organisation, [Role.TRAINER]), actions.remove],
    ids=["demoted", "removed"],
)
def test_the_last_administrator_can_not_be(change, kvarner, petra, ana):
    with pytest.raises(actions.LastAdministrator):
        change(petra, kvarner)
    assert roles_of(petra, kvarner) == {Role.ORG_ADMIN}


def test_an_administrator_who_cannot_sign_in_is_no_second_one(kvarner, petra, luka):
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN])
    luka.is_active = False
    luka.save()
    with pytest.raises(actions.LastAdministrator):
        actions.remove(petra, kvarner)
    actions.remove(luka, kvarner)


def test_one_of_two_administrators_may_go(kvarner, petra, luka):
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN])
    actions.remove(petra, kvarner)
    assert roles_of(petra, kvarner) == set()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one(kvarner, petra, luka):
    """The first change is held open after its check, until the second one waits for it or has gone past its own."""
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN])
    checked = threading.Barrier(2)
    refused = []

    def demote(person):
        def pause(execute, sql, params, many, context):
            if sql.startswith("DELETE"):
                # Passed by both only if both have checked before either has written: then the lock is missing.
                with contextlib.suppress(threading.BrokenBarrierError):
                    checked.wait(timeout=1)
            return execute(sql, params, many, context)

        try:
            with connection.execute_wrapper(pause):
                actions.change_roles(person, kvarner, [Role.PRACTITIONER])
        except actions.LastAdministrator:
            refused.append(person)
        finally:
            connection.close()

    threads = [threading.Thread(target=demote, args=[person]) for person in (petra, luka)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Membership.objects.filter(organisation=kvarner, role=Role.ORG_ADMIN).count() == 1
    assert len(refused) == 1
