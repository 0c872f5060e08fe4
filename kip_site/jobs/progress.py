"""Storing the progress and the end of a running job. The functions raise Lost if the job was put back meanwhile."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from .models import Job, JobQuerySet


class Lost(Exception):
    """The job was put back meanwhile, because this worker seemed dead; the transaction is rolled back."""


class Later(Exception):
    """Something that the job needs is not available yet: it waits again for `delay`, without a failed attempt."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


def mine(job: Job) -> JobQuerySet:
    """A queryset with the job, if it is still running in this attempt; otherwise an empty one."""
    return Job.objects.running().filter(pk=job.pk, worker=job.worker, attempts=job.attempts)


def enter(job: Job, stage: int, of: int = 0) -> None:
    """Store that a stage begins (1 is the first), with `of` steps (0 if they are not counted).

    Call it outside a transaction, so that pages show it at once.
    """
    _update(job, stage=stage, done=0, of=of)


def report(job: Job, done: int) -> None:
    """Store how many steps of the current stage are done."""
    _update(job, done=done)


def _update(job: Job, **fields: int) -> None:
    if not mine(job).update(heartbeat_at=Now(), **fields):
        raise Lost


def finish(job: Job) -> None:
    """Mark the job as done. Call it in the transaction of the job's effect, so that both are committed together."""
    _end(job, Job.State.DONE, file=b"")


def fail(job: Job, *, reason: str = "", outcome: dict[str, object] | None = None) -> None:
    """Mark the job as failed, with `reason` (a sentence), or with `outcome` (other data of its kind)."""
    _end(job, Job.State.FAILED, outcome=outcome or {"reason": reason})


def _end(job: Job, state: Job.State, **fields: object) -> None:
    if not mine(job).update(state=state, finished_at=Now(), done=F("of"), **fields):
        raise Lost
