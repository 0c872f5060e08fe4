"""What an organisation administrator does, what the last one cannot, and what the invited answer."""

import contextlib
import threading

import pytest
from django.db import connection

from kip_site.accounts import actions
from kip_site.accounts.models import Invitation, Membership, Role, User
from kip_site.refusals import Refused

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


@pytest.mark.parametrize("verified", [True, False])
def test_inviting_gives_nothing_to_somebody_with_an_account(verified, kvarner, petra, claire):
    confirm(claire, verified=verified)
    invited = actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    assert [one.email for one in invited.invitations] == [claire.email]
    assert roles_of(claire, kvarner) == set()


def test_the_invited_get_a_link(kvarner, petra, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER, Role.TRAINER], petra)
    invitation = Invitation.objects.get()
    assert invitation.sent_at is not None
    (message,) = mailoutbox
    assert message.to == ["sara@kvarner.example"]
    assert message.subject == "Join Kvarner Guidance Centre on the KIP competence platform"
    for text in (message.body, message.alternatives[0].content):
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
    kvarner, petra, settings, caplog, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    with django_capture_on_commit_callbacks(execute=True):
        invited = actions.invite(kvarner, ["mia@kvarner.example", "sara@kvarner.example"], [Role.TRAINER], petra)
    assert invited.unsent == ["mia@kvarner.example", "sara@kvarner.example"]
    assert [one.sent_at for one in Invitation.objects.all()] == [None, None]
    assert caplog.text.count("nobody answers") == 2


def test_an_invitation_is_sent_again_and_then_counts_as_sent(kvarner, petra, mailoutbox):
    invitation = Invitation.objects.create(
        organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER], invited_by=petra
    )
    assert actions.send_again(invitation)
    invitation.refresh_from_db()
    assert invitation.sent_at is not None
    assert [message.to for message in mailoutbox] == [["sara@kvarner.example"]]


# --- Answering


@pytest.fixture
def invitation(kvarner, petra):
    """One for Claire, who works for the other organisation."""
    return Invitation.objects.create(
        organisation=kvarner, email="claire@rhone.example", roles=[Role.TRAINER, Role.MANAGER], invited_by=petra
    )


def test_who_joins_gets_the_roles_of_the_invitation_and_keeps_all_others(kvarner, rhone, claire, invitation):
    confirm(claire, "Claire@Rhone.Example")
    actions.join(claire, invitation)
    assert roles_of(claire, kvarner) == {Role.TRAINER, Role.MANAGER}
    assert roles_of(claire, rhone) == {Role.PRACTITIONER}
    assert not Invitation.objects.exists()


def test_who_declines_gets_nothing_and_the_invitation_is_used_up(kvarner, claire, invitation):
    confirm(claire)
    actions.decline(claire, invitation)
    assert roles_of(claire, kvarner) == set()
    assert not Invitation.objects.exists()


ANSWERS = pytest.mark.parametrize("answer", [actions.join, actions.decline])


@ANSWERS
def test_an_address_that_is_not_confirmed_answers_nothing(answer, kvarner, claire, invitation):
    confirm(claire, verified=False)
    with pytest.raises(Refused, match="is closed"):
        answer(claire, invitation)
    assert roles_of(claire, kvarner) == set()
    assert Invitation.objects.exists()


@ANSWERS
def test_nobody_answers_for_somebody_else(answer, kvarner, petra, claire, hugo, invitation):
    confirm(claire)
    confirm(petra)
    confirm(hugo)
    for other in (petra, hugo):
        with pytest.raises(Refused, match="is closed"):
            answer(other, invitation)
    assert roles_of(hugo, kvarner) == set()
    assert Invitation.objects.exists()


@ANSWERS
def test_an_invitation_that_was_withdrawn_meanwhile_gives_nothing(answer, kvarner, claire, invitation):
    confirm(claire)
    actions.withdraw(Invitation.objects.get())
    with pytest.raises(Refused, match="is closed"):
        answer(claire, invitation)
    assert roles_of(claire, kvarner) == set()


@pytest.mark.django_db(transaction=True)
def test_of_joining_and_declining_at_once_one_counts(kvarner, claire, invitation):
    """Both have read the open invitation before either answers."""
    confirm(claire)
    read = threading.Barrier(2)
    done, closed = [], []

    def give(answer):
        try:
            own = Invitation.objects.select_related("organisation").get()
            read.wait(timeout=10)
            answer(claire, own)
            done.append(answer)
        except Refused:
            closed.append(answer)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[answer]) for answer in (actions.join, actions.decline)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(closed)) == (1, 1)
    assert roles_of(claire, kvarner) == ({Role.TRAINER, Role.MANAGER} if done == [actions.join] else set())


# --- Roles


def test_roles_become_exactly_those_that_were_chosen(kvarner, petra, ana):
    actions.change_roles(ana, kvarner, [Role.TRAINER, Role.MANAGER], petra)
    assert roles_of(ana, kvarner) == {Role.TRAINER, Role.MANAGER}


def test_roles_in_another_organisation_stay(kvarner, rhone, petra, hugo):
    Membership.objects.create(user=hugo, organisation=kvarner, role=Role.TRAINER)
    actions.change_roles(hugo, kvarner, [Role.PRACTITIONER], petra)
    actions.remove(hugo, kvarner, petra)
    assert roles_of(hugo, rhone) == {Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN}
    assert User.objects.filter(pk=hugo.pk).exists()


def test_a_person_whose_roles_change_is_told(kvarner, petra, ana, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.change_roles(ana, kvarner, [Role.MANAGER, Role.TRAINER], petra) == []
    (message,) = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "Your roles in Kvarner Guidance Centre have changed"
    for text in (message.body, message.alternatives[0].content):
        assert "Hello Ana," in text
        assert "Petra Novak changed your roles" in text
        assert "Trainer, Manager" in text
        assert "http://testserver/" in text


def test_a_person_who_is_removed_is_told_and_what_stays(
    kvarner, petra, ana, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.remove(ana, kvarner, petra) == []
    (message,) = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "You are no longer a member of Kvarner Guidance Centre"
    for text in (message.body, message.alternatives[0].content):
        assert "Petra Novak removed you from Kvarner Guidance Centre" in text
        assert "no longer see what you share" in text
        assert "Your account, ratings, profiles and modules stay" in text


def test_who_keeps_the_same_roles_or_is_gone_already_hears_nothing(
    kvarner, petra, ana, claire, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_roles(ana, kvarner, [Role.PRACTITIONER], petra)
        actions.remove(claire, kvarner, petra)
    assert mailoutbox == []


def test_nobody_is_told_of_what_they_did_themselves(
    kvarner, petra, luka, mailoutbox, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER], petra)
        actions.change_roles(luka, kvarner, [Role.ORG_ADMIN], petra)
        actions.remove(petra, kvarner, petra)
    assert [message.to for message in mailoutbox] == [["luka@kvarner.example"]]


def test_without_a_mail_server_the_change_holds_and_the_caller_learns_it(
    kvarner, petra, ana, settings, django_capture_on_commit_callbacks
):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    with django_capture_on_commit_callbacks(execute=True):
        changed = actions.change_roles(ana, kvarner, [Role.MANAGER], petra)
    assert changed == ["ana@kvarner.example"]
    assert roles_of(ana, kvarner) == {Role.MANAGER}


@pytest.mark.parametrize(
    "change",
    [
        lambda person, organisation: actions.change_roles(person, organisation, [Role.TRAINER], person),
        lambda person, organisation: actions.remove(person, organisation, person),
    ],
    ids=["demoted", "removed"],
)
def test_the_last_administrator_can_not_be(change, kvarner, petra, ana):
    with pytest.raises(Refused, match="only administrator"):
        change(petra, kvarner)
    assert roles_of(petra, kvarner) == {Role.ORG_ADMIN}


def test_an_administrator_who_cannot_sign_in_is_no_second_one(kvarner, petra, luka):
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN], petra)
    luka.is_active = False
    luka.save()
    with pytest.raises(Refused, match="only administrator"):
        actions.remove(petra, kvarner, luka)
    actions.remove(luka, kvarner, petra)


def test_one_of_two_administrators_may_go(kvarner, petra, luka):
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN], petra)
    actions.remove(petra, kvarner, luka)
    assert roles_of(petra, kvarner) == set()


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one(kvarner, petra, luka):
    """The first change is held open after its check, until the second one waits for it or has gone past its own."""
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN], petra)
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
                actions.change_roles(person, kvarner, [Role.PRACTITIONER], person)
        except Refused:
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
