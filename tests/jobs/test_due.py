"""What is done again and again: every part once, whoever else runs it, and whatever another part does."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from kip_site.jobs import due
from kip_site.jobs.models import DueRun
from kip_site.jobs.progress import Lost

pytestmark = pytest.mark.django_db


@pytest.fixture
def part(monkeypatch):
    """Register a part that does what the test says, and no others."""
    monkeypatch.setattr(due, "_parts", {})

    def part(name, run):
        due.register(due.Part(name, name, run))

    return part


def test_every_app_has_registered_its_parts():
    assert [each.name for each in due.parts()] == ["jobs", "mail", "reminders", "revision-notices", "sign-in"]


def test_all_parts_are_done_and_the_last_run_is_kept(part, capsys):
    part("b", lambda: 2)
    part("a", lambda: 0)
    call_command("run_due")
    assert capsys.readouterr().out == "a: 0\nb: 2\n"
    assert list(DueRun.objects.values_list("part", "done", "error")) == [("a", 0, ""), ("b", 2, "")]
    assert DueRun.objects.filter(ended_at=None).count() == 0


@pytest.mark.logs_errors
def test_a_part_that_fails_keeps_none_of_the_others_from_being_done(part, capsys):
    part("a", lambda: 1 / 0)
    part("b", lambda: 1)
    with pytest.raises(CommandError, match=r"Not done: a\."):
        call_command("run_due")
    assert "b: 1" in capsys.readouterr().out
    assert DueRun.objects.get(part="a").error == "ZeroDivisionError: division by zero"
    part("a", lambda: 1)
    call_command("run_due")
    assert DueRun.objects.get(part="a").error == ""


def test_one_part_alone(part, capsys):
    part("a", lambda: 1)
    part("b", lambda: 1)
    call_command("run_due", "b")
    assert capsys.readouterr().out == "b: 1\n"
    with pytest.raises(CommandError, match=r"There is no part c\. Choose from a, b\."):
        call_command("run_due", "c")


def test_what_another_process_is_at_is_left_to_it(part, capsys):
    again = []

    def run():
        again.append(1)
        if len(again) == 1:
            call_command("run_due")
        return 1

    part("a", run)
    call_command("run_due")
    assert len(again) == 1
    assert capsys.readouterr().out == "a: another process is at it\na: 1\n"


def test_what_was_killed_in_the_middle_is_done_again(part, capsys):
    part("a", lambda: 1)
    DueRun.objects.create(part="a", began_at=timezone.now() - timedelta(minutes=59))
    call_command("run_due")
    DueRun.objects.update(began_at=timezone.now() - timedelta(minutes=61))
    call_command("run_due")
    assert capsys.readouterr().out == "a: another process is at it\na: 1\n"


@pytest.mark.logs_errors
def test_a_mistake_with_one_of_many_keeps_nobody_from_the_rest(part, capsys):
    done = []

    def do(number):
        done.append(1 / number)
        return True

    part("a", lambda: due.for_each([2, 0, 1], do))
    with pytest.raises(CommandError):
        call_command("run_due")
    assert done == [0.5, 1]
    assert DueRun.objects.get().error == "Incomplete: It could not be done for 1, and was done for 2."


def test_a_job_that_is_lost_in_the_middle_of_many_ends_there():
    done = []

    def do(number):
        done.append(number)
        raise Lost

    with pytest.raises(Lost):
        due.for_each([1, 2], do)
    assert done == [1]
