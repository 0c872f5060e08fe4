"""What an organisation administrator does with invitations, and what the invited answer."""

import threading
from functools import partial

import pytest
from allauth.account.models import EmailAddress

from kip_site.accounts.invitations import actions
from kip_site.accounts.models import Invitation, Role, User
from kip_site.refusals import Refused
from tests.accounts.confirmed import confirm
from tests.accounts.members import roles_of
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


# --- Inviting


@pytest.mark.parametrize("verified", [True, False])
def test_inviting_gives_nothing_to_somebody_with_an_account(verified, kvarner, petra, claire):
    confirm(claire, verified=verified)
    invited = actions.invite(kvarner, [claire.email], [Role.TRAINER], petra)
    assert [one.email for one in invited] == [claire.email]
    assert roles_of(claire, kvarner) == set()


def test_the_invited_get_a_link(kvarner, petra, mailoutbox):
    actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER, Role.TRAINER], petra)
    (message,) = mailoutbox
    invitation = Invitation.objects.get()
    assert invitation.sent_at is not None
    assert message.to == ["sara@kvarner.example"]
    assert message.subject == "Join Kvarner Guidance Centre on the KIP competence platform"
    for text in (message.body, message.alternatives[0].content):
        assert "Petra Novak invites you" in text
        assert "Practitioner, Trainer" in text
        assert f"http://testserver/invitation/{invitation.token}/" in text


def test_the_name_of_an_organisation_cannot_break_the_e_mail(kvarner, petra, mailoutbox):
    kvarner.name = "Ko & Co\nBcc: everyone@rhone.example <script>"
    kvarner.save()
    actions.invite(kvarner, ["sara@kvarner.example"], [Role.PRACTITIONER], petra)
    assert mailoutbox[0].subject.startswith("Join Ko & Co Bcc: everyone")
    assert mailoutbox[0].recipients() == ["sara@kvarner.example"]
    assert "<script>" not in mailoutbox[0].alternatives[0].content


def test_an_address_that_was_invited_meanwhile_keeps_that_invitation(kvarner, petra):
    first = actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)[0]
    assert actions.invite(kvarner, ["sara@kvarner.example"], [Role.MANAGER], petra) == []
    assert Invitation.objects.get().roles == [Role.TRAINER]
    assert Invitation.objects.get().token == first.token


def test_tokens_are_long_and_differ(kvarner, petra):
    invited = actions.invite(kvarner, ["a@kvarner.example", "b@kvarner.example"], [Role.TRAINER], petra)
    tokens = {one.token for one in invited}
    assert len(tokens) == 2
    assert min(map(len, tokens)) >= 43


def test_an_invitation_is_sent_again_and_then_counts_as_sent(kvarner, petra, mailoutbox):
    invitation = Invitation.objects.create(
        organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER], invited_by=petra
    )
    actions.send_again(invitation)
    invitation.refresh_from_db()
    assert (invitation.sent_at, invitation.is_unsent) == (None, False)
    assert [message.to for message in mailoutbox] == [["sara@kvarner.example"]]
    invitation.refresh_from_db()
    assert invitation.sent_at is not None


def test_what_waits_for_the_mail_server_is_not_sent_once_it_is_withdrawn(kvarner, petra, mailoutbox):
    [invitation] = actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)
    actions.withdraw(Invitation.objects.get(pk=invitation.pk))
    assert mailoutbox == []


def test_who_invites_again_before_the_first_e_mail_was_sent_sends_one(kvarner, petra, mailoutbox):
    actions.invite(kvarner, ["sara@kvarner.example"], [Role.TRAINER], petra)
    actions.send_again(Invitation.objects.get())
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

    def give(answer):
        own = Invitation.objects.select_related("organisation").get()
        read.wait(timeout=10)
        answer(claire, own)

    outcomes = at_once(partial(give, actions.join), partial(give, actions.decline), refused=Refused)
    joined, declined = (not isinstance(outcome, Refused) for outcome in outcomes)
    assert joined != declined
    assert roles_of(claire, kvarner) == ({Role.TRAINER, Role.MANAGER} if joined else set())


@pytest.mark.django_db(transaction=True)
def test_of_two_windows_at_once_one_makes_the_account(kvarner):
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER])
    read = threading.Barrier(2)

    def join(name):
        own = Invitation.objects.select_related("organisation").get()
        read.wait(timeout=10)
        return actions.join_with_new_account(own, name, "")

    outcomes = at_once(partial(join, "Sara"), partial(join, "Sara Conti"), refused=Refused)
    [sara] = [outcome for outcome in outcomes if not isinstance(outcome, Refused)]
    assert roles_of(sara, kvarner) == {Role.TRAINER}
    assert EmailAddress.objects.get().verified
    assert not Invitation.objects.filter(pk=invitation.pk).exists()


def test_a_refused_account_leaves_no_trace(kvarner):
    invitation = Invitation.objects.create(organisation=kvarner, email="sara@kvarner.example", roles=[Role.TRAINER])
    own = Invitation.objects.get()
    actions.withdraw(invitation)
    with pytest.raises(Refused, match="is closed"):
        actions.join_with_new_account(own, "Sara", "")
    with pytest.raises(Refused, match="is closed"):
        actions.decline_unseen(own)
    assert not User.objects.filter(email="sara@kvarner.example").exists()
