"""What an organisation administrator does with people and their roles, and what the last one cannot."""

import contextlib
import threading
from functools import partial

import pytest
from django.db import connection
from django.utils.translation import get_language

from kip_site.accounts.models import Membership, Role, User
from kip_site.accounts.organisation import actions
from kip_site.refusals import Refused
from tests.accounts.members import roles_of
from tests.at_once import at_once

pytestmark = pytest.mark.django_db


def test_roles_become_exactly_those_that_were_chosen(kvarner, petra, ana):
    actions.change_roles(ana, kvarner, [Role.TRAINER, Role.MANAGER], petra)
    assert roles_of(ana, kvarner) == {Role.TRAINER, Role.MANAGER}


def test_roles_in_another_organisation_stay(kvarner, rhone, petra, hugo):
    Membership.objects.create(user=hugo, organisation=kvarner, role=Role.TRAINER)
    actions.change_roles(hugo, kvarner, [Role.PRACTITIONER], petra)
    actions.remove(hugo, kvarner, petra)
    assert roles_of(hugo, rhone) == {Role.TRAINER, Role.MANAGER, Role.ORG_ADMIN}
    assert User.objects.filter(pk=hugo.pk).exists()


def test_a_person_whose_roles_change_is_told(kvarner, petra, ana, mailoutbox):
    actions.change_roles(ana, kvarner, [Role.MANAGER, Role.TRAINER], petra)
    (message,) = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "Your roles in Kvarner Guidance Centre have changed"
    for text in (message.body, message.alternatives[0].content):
        assert "Hello Ana," in text
        assert "Petra Novak changed your roles" in text
        assert "Trainer, Manager" in text
        assert "http://testserver/" in text


def test_the_roles_are_named_in_the_language_of_the_reader(kvarner, petra, ana, mailoutbox, settings, monkeypatch):
    settings.LANGUAGES = [("en", "English"), ("fr", "Français")]
    monkeypatch.setattr("kip_site.accounts.organisation.emails.in_words", lambda roles: f"in {get_language()}")
    ana.language = "fr"
    actions.change_roles(ana, kvarner, [Role.MANAGER], petra)
    assert "Your roles there now: in fr." in mailoutbox[0].body


def test_a_person_who_is_removed_is_told_and_what_stays(kvarner, petra, ana, mailoutbox):
    actions.remove(ana, kvarner, petra)
    (message,) = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject == "You are no longer a member of Kvarner Guidance Centre"
    for text in (message.body, message.alternatives[0].content):
        assert "Petra Novak removed you from Kvarner Guidance Centre" in text
        assert "no longer see what you share" in text
        assert "its trainers no longer see how far you are" in text
        assert "Your account, ratings, profiles and modules stay" in text


def test_who_keeps_the_same_roles_or_is_gone_already_hears_nothing(kvarner, petra, ana, claire, mailoutbox):
    actions.change_roles(ana, kvarner, [Role.PRACTITIONER], petra)
    actions.remove(claire, kvarner, petra)
    assert mailoutbox == []


def test_nobody_is_told_of_what_they_did_themselves(kvarner, petra, luka, mailoutbox):
    actions.change_roles(petra, kvarner, [Role.ORG_ADMIN, Role.TRAINER], petra)
    actions.change_roles(luka, kvarner, [Role.ORG_ADMIN], petra)
    actions.remove(petra, kvarner, petra)
    assert [message.to for message in mailoutbox] == [["luka@kvarner.example"]]


def test_who_has_just_left_is_made_no_member_again(kvarner, petra, ana, mailoutbox):
    """The administrator's change waited for hers: both have locked the organisation."""
    actions.leave(ana, kvarner)
    with pytest.raises(Refused, match="Ana Šarić is no member of Kvarner Guidance Centre any more"):
        actions.change_roles(ana, kvarner, [Role.TRAINER], petra)
    assert roles_of(ana, kvarner) == set()
    assert mailoutbox == []


def test_taking_back_one_role_gives_no_other_back_that_is_gone_at_this_moment(kvarner, petra, dora, monkeypatch):
    Membership.objects.create(user=dora, organisation=kvarner, role=Role.PRACTITIONER)

    def wait(organisation):
        monkeypatch.undo()
        actions.leave(dora, organisation)

    monkeypatch.setattr(actions, "lock", wait)
    actions.take_back(Membership.objects.get(user=dora, organisation=kvarner, role=Role.TRAINER), petra)
    assert roles_of(dora, kvarner) == set()


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

    def demote(person):
        def pause(execute, sql, params, many, context):
            if sql.startswith("DELETE"):
                # Passed by both only if both have checked before either has written: then the lock is missing.
                with contextlib.suppress(threading.BrokenBarrierError):
                    checked.wait(timeout=1)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(pause):
            actions.change_roles(person, kvarner, [Role.PRACTITIONER], person)

    outcomes = at_once(partial(demote, petra), partial(demote, luka), refused=Refused)
    assert Membership.objects.filter(organisation=kvarner, role=Role.ORG_ADMIN).count() == 1
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
