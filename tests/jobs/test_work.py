"""How a worker does a job: claimed once, done or not done at all, put back when its worker is silent."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from django.utils import timezone, translation

from kip_site.jobs import progress, tasks, watch, work
from kip_site.jobs.models import Job, Worker
from kip_site.refusals import Refused

pytestmark = pytest.mark.django_db


def silent_for(job, seconds):
    Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=seconds))


def dies_at(job, attempts=1, seconds=61):
    """What a worker leaves behind that was killed in the middle of the job so many seconds ago."""
    Job.objects.filter(pk=job.pk).update(state="running", worker="gone", attempts=attempts)
    silent_for(job, seconds)
    job.refresh_from_db()


def waits(job):
    """Whether the job waits and its task is still to come."""
    job.refresh_from_db()
    return job.state == "waiting" and tasks.has_task(job)


def test_a_job_is_done_and_its_file_is_let_go(ask, turn):
    done = []
    job = turn(
        ask(
            lambda job: done.append((job.name, bytes(job.file), job.payload)), name="a.csv", file=b"1", payload={"x": 1}
        )
    )
    assert done == [("a.csv", b"1", {"x": 1})]
    assert (job.state, job.attempts, bytes(job.file)) == ("done", 1, b"")
    assert job.finished_at is not None


def test_it_is_done_once_however_many_turns_it_has(ask, turn):
    done = []
    job = ask(done.append)
    turn(job)
    turn(job, "second")
    assert len(done) == 1


def test_it_speaks_the_language_of_whoever_asked(ask, turn):
    heard = []
    with translation.override("fr"):
        job = ask(lambda job: heard.append(translation.get_language()))
    with translation.override("en"):
        turn(job)
    assert heard == ["fr"]


def test_it_says_how_far_it_is(ask, turn):
    seen = []

    def does(job):
        progress.enter(job, 2, of=3)
        progress.report(job, 1)
        seen.append(Job.objects.values_list("stage", "done", "of").get(pk=job.pk))

    assert turn(ask(does, stages=("one", "two"))).state == "done"
    assert seen == [(2, 1, 3)]


def test_a_routine_leaves_no_row(ask):
    job = ask(lambda job: None, is_routine=True)
    work.work_on(job.pk, worker="first", enqueue=tasks.enqueue)
    assert not Job.objects.exists()


def test_a_refusal_is_told_as_it_is(ask, turn):
    def refuses(job):
        raise Refused("There is no room.")

    job = turn(ask(refuses, file=b"kept"))
    assert (job.state, job.reason, bytes(job.file)) == ("failed", "There is no room.", b"kept")


@pytest.mark.logs_errors
def test_a_mistake_of_ours_is_told_without_its_details(ask, turn):
    job = turn(ask(lambda job: 1 / 0))
    assert job.state == "failed"
    assert job.reason == "Something went wrong on our side. Nothing has changed, and the log has it."


@pytest.mark.logs_errors
def test_a_mistake_is_logged_also_when_the_job_is_lost(ask, turn, caplog):
    def does(job):
        Job.objects.filter(pk=job.pk).update(worker="another", attempts=2)
        raise ZeroDivisionError

    turn(ask(does))
    assert "ZeroDivisionError" in caplog.text


def test_a_kind_that_is_known_no_more_fails_in_words(turn):
    job = Job.objects.create(kind="apps.of.yesterday", language="en")
    assert turn(job).reason == "This site does not know any more how to do this."


def test_what_it_needs_may_come_later(ask, turn):
    def later(job):
        raise progress.Later(timedelta(minutes=5))

    job = turn(ask(later))
    assert (job.state, job.attempts) == ("waiting", 0)
    assert timedelta(minutes=4) < job.due_at - timezone.now() < timedelta(minutes=6)
    assert waits(job)


@pytest.mark.parametrize(
    "outage", [OperationalError("database is locked"), InterfaceError("connection already closed")]
)
def test_an_outage_in_the_middle_is_no_fault_of_the_job(ask, turn, outage):
    def interrupted(job):
        raise outage

    job = ask(interrupted)
    for attempts in (1, 2):
        turn(job)
        assert (job.state, job.attempts) == ("waiting", attempts)
        assert waits(job)
    assert turn(job).reason == "It was tried 3 times, and each time the worker stopped in the middle."


def test_whoever_was_taken_for_dead_changes_nothing(ask, turn):
    def is_slow(job):
        Job.objects.filter(pk=job.pk).update(worker="another", attempts=2)
        progress.report(job, 1)

    job = turn(ask(is_slow))
    assert (job.state, job.worker) == ("running", "another")


def test_a_job_is_seen_by_whoever_asked_for_it_and_by_those_who_look_after_all(ask, ana, luka, elodie):
    hers, of_the_site = ask(lambda job: None, user=ana), ask(lambda job: None)
    assert list(Job.objects.visible_to(ana)) == [hers]
    assert not Job.objects.visible_to(luka).exists()
    assert not Job.objects.visible_to(AnonymousUser()).exists()
    assert list(Job.objects.visible_to(elodie)) == [hers, of_the_site]


# --- Workers that died --------------------------------------------------------------------------


def test_the_job_of_a_silent_worker_waits_again(ask, turn):
    done = []
    job = ask(done.append)
    dies_at(job)
    watch.put_back()
    assert waits(job)
    assert turn(job, "second").state == "done"
    assert (job.attempts, len(done)) == (2, 1)


def test_the_job_of_a_worker_that_shows_life_stays_with_it(ask, monkeypatch):
    job = ask(lambda job: None)
    dies_at(job)
    monkeypatch.setattr(work, "at_work", job.pk)
    watch.show_life("gone", "default")
    watch.put_back()
    job.refresh_from_db()
    assert (job.state, job.worker) == ("running", "gone")


def test_a_worker_shows_no_life_for_a_job_that_it_has_lost(ask):
    """Its process goes on after an outage, and the job does not."""
    job = ask(lambda job: None)
    dies_at(job)
    watch.show_life("gone", "default")
    watch.put_back()
    assert waits(job)


def test_after_three_attempts_it_fails_and_says_so(ask):
    job = ask(lambda job: None)
    dies_at(job, attempts=3)
    watch.put_back()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.reason == "It was tried 3 times, and each time the worker stopped in the middle."


def test_a_routine_is_never_given_up(ask):
    job = ask(lambda job: None, is_routine=True)
    dies_at(job, attempts=30)
    watch.put_back()
    assert waits(job)


@pytest.mark.parametrize("task", ["", "6a1f8f5e-0000-4000-8000-000000000000", "of another library"])
def test_a_job_without_a_turn_gets_one(ask, task):
    """Its task may have been deleted, or be one of a release before, or never have been made."""
    job = ask(lambda job: None)
    Job.objects.update(task=task, due_at=timezone.now() - timedelta(seconds=61))
    watch.put_back()
    assert waits(job)


def test_many_that_wait_in_one_lane_hide_no_job_without_a_turn_in_another(ask):
    for _number in range(watch.MOST_CHECKED):
        ask(print)
    job = ask(print, lane="sign-in")
    Job.objects.update(due_at=timezone.now() - timedelta(minutes=5))
    Job.objects.filter(pk=job.pk).update(task="", due_at=timezone.now() - timedelta(minutes=2))
    watch.put_back()
    assert waits(job)


def test_a_job_whose_turn_is_to_come_keeps_it(ask):
    job = ask(lambda job: None)
    job.refresh_from_db()
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=61))
    watch.put_back()
    assert Job.objects.get().task == job.task


def test_lanes_without_a_worker_are_named():
    watch.show_life("one", "default")
    assert watch.lanes_without_worker(["default", "sign-in"]) == ["sign-in"]
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert watch.lanes_without_worker(["default", "sign-in"]) == ["default", "sign-in"]


def test_what_ended_long_ago_is_forgotten(ask, turn):
    turn(ask(lambda job: None))
    assert watch.forget() == 0
    Job.objects.update(finished_at=timezone.now() - timedelta(days=31))
    assert watch.forget() == 1
    assert not Job.objects.exists()


# --- The library carries it ---------------------------------------------------------------------


def test_the_worker_of_the_library_does_what_waits(ask, once):
    done = []
    job = ask(done.append)
    once()
    assert len(done) == 1
    job.refresh_from_db()
    assert job.state == "done"


def test_a_task_of_a_job_that_is_over_finds_nothing_to_do(ask, once):
    done = []
    job = ask(done.append)
    for _time in range(3):
        tasks.enqueue(job)
    once()
    assert len(done) == 1


def test_what_is_urgent_has_a_lane_of_its_own(ask, once):
    done = []
    ask(done.append, lane="sign-in")
    call_command("work", once=True, lane="default")
    assert done == []
    call_command("work", once=True, lane="sign-in")
    assert len(done) == 1
