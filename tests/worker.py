"""A worker in the process of the test, run by the same command as on a real site."""

import signal

import pytest
from django.core.management import call_command
from django_tasks_db.management.commands import db_worker

from kip_site.jobs import process, tasks, work

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)


@pytest.fixture
def once(monkeypatch):
    """Runs a worker that does all waiting jobs and stops: `once()`."""
    # Each test has an open transaction. The worker must not close this connection between tasks, and its heartbeat
    # thread must not use another connection, for which this transaction has locked the database.
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(process, "_beat", lambda *arguments: None)
    before = {number: signal.getsignal(number) for number in SIGNALS}
    yield lambda: call_command("work", once=True)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def turn():
    """Give a job its turn in this process, by a worker of that name."""

    def turn(job, worker="first"):
        work.work_on(job.pk, worker=worker, enqueue=tasks.enqueue)
        job.refresh_from_db()
        return job

    return turn
