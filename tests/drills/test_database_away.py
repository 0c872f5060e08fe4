"""The database server stops, or is silent, under a site at work: the site says so meanwhile, and then goes on."""

import os
import signal
import subprocess
import time
from contextlib import contextmanager

import pytest

from kip_site.jobs.models import Lane
from tests.drills.site import CONTROL, Stopwatch, until, usual_most

SECONDS_AWAY = 20


def control(*arguments):
    with (CONTROL.parent / "control.log").open("a") as log:
        subprocess.run([CONTROL, *arguments], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=True, timeout=60)


@contextmanager
def away(mode):
    """The database server is away until the end of the block."""
    control("stop", f"--mode={mode}")
    try:
        yield
    finally:
        control("start")


@pytest.fixture
def site(site):
    # Elsewhere a test run need not survive a server that is stopped at once; this is about what survives it.
    site.database.execute(f"ALTER DATABASE {site.database.name} SET synchronous_commit = on")
    return site


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_the_database_is_away_while_workers_wait(site, measured, mode):
    seconds_away = SECONDS_AWAY if mode == "immediate" else 3
    worker = site.work()
    site.serve()
    until(lambda: site.lanes_at_work() == set(Lane.values), what="both lanes")
    until(lambda: site.get("/readyz").status == 200, what="a site that is ready")
    assert site.get("/accounts/login/").status == 200
    with away(mode):
        watch = Stopwatch()
        later = site.work()
        looks = 0
        times = {path: [] for path in ("/healthz", "/readyz", "/accounts/login/")}
        while watch.seconds < seconds_away:
            for path, status in zip(times, (200, 503, 503), strict=True):
                answer = site.get(path)
                assert answer.status == status, f"{path}: {answer.text}"
                times[path].append(answer.seconds)
            looks += 1
            time.sleep(0.5)
        assert worker.poll() is None
        assert later.poll() is None
    watch = Stopwatch()
    until(lambda: site.get("/readyz").status == 200, 10, "a site that is ready again")
    ready = str(watch)
    assert site.get("/accounts/login/").status == 200
    # Each of the two does a job, the other being stopped.
    for one, other in ((worker, later), (later, None)):
        job = site.ask()
        site.go_on()
        until(lambda job=job: site.job(job) == ("done", 1), what="a job that is asked for afterwards")
        assert one.poll() is None
        if other:
            one.terminate()
            assert one.wait(10) == 0
    assert site.founded() == 2
    assert usual_most(times["/healthz"]) < 1
    assert usual_most(times["/readyz"]) < 2
    measured(
        f"away for {seconds_away} s; slowest of {looks} answers: "
        + ", ".join(f"{path} {max(seconds):.2f} s" for path, seconds in times.items())
        + f"; ready again after {ready}, and both workers are at work"
    )


def test_the_database_is_silent(site, measured):
    worker = site.work()
    site.serve()
    until(lambda: site.get("/readyz").status == 200, what="a site that is ready")
    postmaster = int((CONTROL.parent / "data" / "postmaster.pid").read_text().split()[0])
    times = {path: [] for path in ("/healthz", "/readyz")}
    # Whoever connects now waits for an answer.
    os.kill(postmaster, signal.SIGSTOP)
    try:
        for _look in range(4):
            for path, status in zip(times, (200, 503), strict=True):
                answer = site.get(path)
                assert answer.status == status, f"{path}: {answer.text}"
                times[path].append(answer.seconds)
    finally:
        os.kill(postmaster, signal.SIGCONT)
    until(lambda: site.get("/readyz").status == 200, 10, "a site that is ready again")
    job = site.ask()
    site.go_on()
    until(lambda: site.job(job) == ("done", 1), what="a job that is asked for afterwards")
    assert worker.poll() is None
    assert usual_most(times["/healthz"]) < 1
    assert usual_most(times["/readyz"]) < 2
    measured("slowest answers: " + ", ".join(f"{path} {max(seconds):.2f} s" for path, seconds in times.items()))


@pytest.mark.parametrize("mode", ["immediate", "fast"])
def test_the_database_goes_away_in_the_middle_of_a_job(site, measured, mode):
    job = site.ask()
    worker = site.work()
    site.pid_in_the_middle()
    with away(mode):
        site.go_on()
        time.sleep(3)
        assert worker.poll() is None
    watch = Stopwatch()
    site.a_minute_passes()
    until(lambda: site.job(job)[0] == "done", what="another attempt")
    assert (site.job(job), site.founded()) == (("done", 2), 1)
    assert worker.poll() is None
    measured(f"done {watch} after the server was back and a minute had passed")
