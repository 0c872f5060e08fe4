"""Reminders: once for each assignment, a few days before it is due."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from kip_site.mail.models import Mail
from training.assignments import actions
from training.models import Assignment

pytestmark = pytest.mark.django_db


@pytest.fixture
def due_in(anas):
    """Ana's assignment, given a week ago and due in so many days: `due_in(3)`."""

    def due_in(days, **fields):
        Assignment.objects.filter(pk=anas.pk).update(
            due=timezone.localdate() + timedelta(days=days), assigned_at=timezone.now() - timedelta(weeks=1), **fields
        )
        anas.refresh_from_db()
        Mail.objects.all().delete()  # she was told of it then
        return anas

    return due_in


def test_ana_is_reminded_three_days_before_and_only_once(due_in, capsys, settings, mailoutbox):
    settings.SITE_URL = "https://kip.example"
    assignment = due_in(3)
    actions.set_step(assignment, assignment.module.materials.first(), done=True)
    call_command("send_reminders")
    call_command("send_reminders")
    assert capsys.readouterr().out == "1 reminder is on its way.\n0 reminders are on their way.\n"
    (message,) = mailoutbox
    assert message.to == ["ana@kvarner.example"]
    assert message.subject.startswith("Writing an agreement is due on ")
    for text in (message.body, message.alternatives[0].content):
        assert "You have done 1 of 3 steps." in text
        assert "https://kip.example/training/modules/agreements/" in text


@pytest.mark.parametrize("days", [4, -1])
def test_nobody_is_reminded_too_early_or_too_late(due_in, days, mailoutbox):
    due_in(days)
    call_command("send_reminders")
    assert mailoutbox == []


def test_the_number_of_days_can_be_chosen(due_in, mailoutbox):
    due_in(7)
    call_command("send_reminders", "--days", "7")
    assert len(mailoutbox) == 1


def test_what_is_completed_is_not_reminded_of(due_in, mailoutbox):
    due_in(2, completed_at=timezone.now())
    call_command("send_reminders")
    assert mailoutbox == []


def test_nobody_is_reminded_on_the_day_of_the_assignment(due_in, mailoutbox):
    due_in(2)
    Assignment.objects.update(assigned_at=timezone.now())
    call_command("send_reminders")
    assert mailoutbox == []


def test_a_dry_run_names_the_reminders_and_sends_none(due_in, capsys, mailoutbox):
    assignment = due_in(2)
    call_command("send_reminders", "--dry-run")
    assert capsys.readouterr().out == f"ana@kvarner.example: Writing an agreement, {assignment.due}\n"
    assert mailoutbox == []
    assert Assignment.objects.get().reminded_at is None


def test_a_dry_run_leaves_out_who_was_reminded(due_in, capsys):
    due_in(2, reminded_at=timezone.now())
    call_command("send_reminders", "--dry-run")
    assert capsys.readouterr().out == ""


def test_nobody_is_reminded_whose_account_is_closed(due_in, ana):
    assignment = due_in(3)
    ana.is_active = False
    ana.save()
    assert actions.remind() == 0
    ana.is_active = True
    ana.save()
    assert actions.remind() == 1
    assert Mail.objects.get().person_id == assignment.person_id
