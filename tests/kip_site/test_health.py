"""Whether the site lives, and whether it can do its work: told to whoever asks, under any name, in time."""

import shutil
import time
from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.backends.utils import CursorWrapper
from django.utils import timezone

from kip_site import health
from kip_site.jobs import watch
from kip_site.jobs.models import Job

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def workers(transactional_db):
    """A worker is at work in each lane."""
    watch.show_life("one", "default")
    watch.show_life("two", "sign-in")


@pytest.fixture
def broken(monkeypatch):
    """The database answers nothing, after so many seconds, until the test ends."""
    checks = []
    begin = health.CHECKS.submit
    monkeypatch.setattr(health.CHECKS, "submit", lambda check: checks.append(begin(check)) or checks[-1])

    def broken(seconds=0):
        def execute(self, *arguments, **named):
            time.sleep(seconds)
            raise OperationalError("the server closed the connection")

        patch.setattr(CursorWrapper, "execute", execute)

    # Healed before the database of the test is emptied.
    with monkeypatch.context() as patch:
        yield broken
        for check in checks:
            check.result()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_is_asked_under_any_name_and_not_sent_on_to_https(client, workers, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(path, headers={"host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "sessionid" not in answer.cookies


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_it_is_only_read(client, path):
    assert client.post(path).status_code == 405


def test_the_process_lives_whatever_the_database_does(client, broken):
    broken()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_it_is_ready(client, workers):
    answer = client.get("/readyz")
    assert answer.content.decode() == "disk: ok\ndatabase: ok\ntables: ok\nqueue: ok\n"
    assert answer.status_code == 200


@pytest.mark.logs_errors
def test_it_is_not_ready_without_the_database(client, workers, broken):
    broken()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "database: does not answer\n" in answer.content.decode()


@pytest.mark.logs_errors
def test_it_answers_in_time_when_the_database_does_not(client, workers, broken):
    broken(seconds=4)
    began = time.monotonic()
    answers = [client.get("/readyz") for _time in range(2)]
    assert time.monotonic() - began < 2 * 2
    assert [answer.status_code for answer in answers] == [503, 503]
    assert answers[0].content == b"database: does not answer in time\n"


@pytest.mark.logs_errors
def test_while_the_database_hangs_nobody_waits_for_those_who_asked_before(client, workers, broken):
    broken(seconds=4)
    client.get("/readyz")
    began = time.monotonic()
    answers = [client.get("/readyz") for _time in range(50)]
    assert time.monotonic() - began < 1
    assert {answer.status_code for answer in answers} == {503}


@pytest.mark.logs_errors
def test_a_check_that_hangs_does_not_hide_that_the_database_is_back(client, workers, broken, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(health, "_database", lambda: time.sleep(3))
        assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").status_code == 503
    monkeypatch.setattr(health, "GIVEN_UP_AFTER", 1)
    assert client.get("/readyz").status_code == 200


@pytest.mark.logs_errors
def test_it_is_not_ready_with_tables_of_another_version(client, workers, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])
    assert "tables: 2 migrations are not applied\n" in client.get("/readyz").content.decode()


@pytest.mark.logs_errors
def test_it_is_not_ready_without_a_worker_in_each_lane(client, transactional_db):
    watch.show_life("one", "default")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "queue: no worker is at work in sign-in\n" in answer.content.decode()


@pytest.mark.logs_errors
def test_it_is_not_ready_while_codes_for_signing_in_are_held_up(client, workers):
    for lane, seconds in (("default", 600), ("sign-in", 50)):
        due_at = timezone.now() - timedelta(seconds=seconds)
        Job.objects.create(kind="mail.deliver", lane=lane, language="en", due_at=due_at)
    assert client.get("/readyz").status_code == 200
    Job.objects.update(due_at=timezone.now() - timedelta(seconds=61))
    assert "queue: sign-in is held up\n" in client.get("/readyz").content.decode()


@pytest.mark.logs_errors
def test_it_is_not_ready_when_the_disk_is_nearly_full(client, workers, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Disk(10**12, 10**12, 99_000_000))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "disk: less than 100 MB are free\n" in answer.content.decode()
