"""Workers that are killed, in the middle of a job and while they have nothing to do, and told to stop."""

import os
import signal
import time

from kip_site.jobs.models import Lane
from tests.drills.jobs import SIT
from tests.drills.site import Stopwatch, until


def test_a_worker_killed_in_the_middle_of_a_job(site, measured):
    job = site.ask()
    worker = site.work()
    killed = site.pid_in_the_middle()
    os.kill(killed, signal.SIGKILL)
    watch = Stopwatch()
    until(lambda: killed not in site.alive(), what="the end of a killed process")
    assert (site.job(job), site.founded()) == (("running", 1), 0)
    site.go_on()
    site.a_minute_passes()
    until(lambda: site.job(job)[0] == "done", what="the next worker")
    measured(f"done by the next worker {watch} after the minute of silence")
    assert (site.job(job), site.founded()) == (("done", 2), 1)
    assert worker.poll() is None


def test_workers_killed_while_they_have_nothing_to_do(site, measured):
    worker = site.work()
    until(lambda: site.lanes_at_work() == set(Lane.values), what="both lanes")
    before = until(lambda: site.children(worker))
    assert len(before) == 2
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    watch = Stopwatch()
    until(lambda: len(site.children(worker) - before) == 2, 5, "workers that are begun again")
    again = str(watch)
    job = site.ask()
    site.go_on()
    until(lambda: site.job(job) == ("done", 1), what="a job that is asked for afterwards")
    measured(f"both begun again after {again}")
    assert worker.poll() is None


def test_a_supervisor_killed_while_a_job_is_at_work(site, measured):
    job = site.ask(SIT)
    supervisor = site.work()
    at_work = site.pid_in_the_middle()
    supervisor.kill()
    supervisor.wait(10)
    watch = Stopwatch()
    until(lambda: set(site.alive()) == {at_work}, 5, "the end of the child that has nothing to do")
    idle = str(watch)
    # What it has begun it ends, and nobody takes it for dead meanwhile.
    seen = "SELECT heartbeat_at FROM jobs_job"
    before = site.one(seen)
    another = site.work()
    until(lambda: site.one(seen) > before, 15, "a sign of life of the job")
    assert site.job(job) == ("running", 1)
    site.go_on()
    watch = Stopwatch()
    until(lambda: at_work not in site.alive(), 5, "the end of the child that was at work")
    assert site.job(job) == ("done", 1)
    assert another.poll() is None
    measured(f"its idle child ended after {idle}, the other one {watch} after the end of its job")


def test_a_supervisor_and_its_workers_killed_at_once(site, measured):
    job = site.ask()
    supervisor = site.work()
    site.pid_in_the_middle()
    for pid in site.alive():
        os.kill(pid, signal.SIGKILL)
    supervisor.wait(10)
    until(lambda: not site.alive(), what="the end of killed processes")
    assert (site.job(job), site.founded()) == (("running", 1), 0)
    site.go_on()
    site.a_minute_passes()
    site.work()
    watch = Stopwatch()
    until(lambda: site.job(job)[0] == "done", what="the next worker")
    assert (site.job(job), site.founded()) == (("done", 2), 1)
    measured(f"done by the next worker {watch} after it began")


def test_told_to_stop_at_the_start(site, measured):
    seconds = []
    for delay in (0, 0.001, 0.002, 0.005, 0.01, 0.1):
        worker = site.work()
        until(lambda worker=worker: site.children(worker), what="its first process", pause=0)
        # A process that has just begun does not yet hear what one hears that is at work.
        time.sleep(delay)
        worker.terminate()
        watch = Stopwatch()
        assert worker.wait(10) == 0
        seconds.append(watch.seconds)
        assert not site.alive()
    measured(f"ended after {max(seconds):.1f} s at most, {len(seconds)} times")


def test_told_to_stop_while_there_is_nothing_to_do(site, measured):
    worker = site.work()
    until(lambda: site.lanes_at_work() == set(Lane.values), what="both lanes")
    worker.terminate()
    watch = Stopwatch()
    assert worker.wait(10) == 0
    measured(f"ended after {watch}")
    assert not site.alive()


def test_told_to_stop_in_the_middle_of_a_job(site, measured):
    job = site.ask()
    worker = site.work()
    site.pid_in_the_middle()
    worker.terminate()
    site.go_on()
    watch = Stopwatch()
    assert worker.wait(10) == 0
    measured(f"ended after {watch}, the job included")
    assert not site.alive()
    assert (site.job(job), site.founded()) == (("done", 1), 1)
