"""What a job says while a worker is at it. Each function raises Lost when it was put back meanwhile."""

from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from .models import Job, JobQuerySet


class Lost(Exception):
    """The job was put back meanwhile, because its worker seemed dead: what this one did is rolled back."""


class Later(Exception):
    """What the job needs is away, or is not due yet: it waits for its turn again, and that is no failed attempt."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(delay)
        self.delay = delay


def mine(job: Job) -> JobQuerySet:
    """The row of the job, as long as this attempt at it is the present one."""
    return Job.objects.running().filter(pk=job.pk, worker=job.worker, attempts=job.attempts)


def enter(job: Job, stage: int, of: int = 0) -> None:
    """Say which of its kind's stages it is at, 1 the first, and of how many steps it is; it is seen at once."""
    _say(job, stage=stage, done=0, of=of)


def report(job: Job, done: int) -> None:
    """Say how many of the steps of the present stage are done."""
    _say(job, done=done)


def _say(job: Job, **fields: int) -> None:
    if not mine(job).update(heartbeat_at=Now(), **fields):
        raise Lost


def finish(job: Job) -> None:
    """The job is done. Call it in the transaction of its effect, so that both become true in the same moment."""
    _end(job, Job.State.DONE, file=b"")


def fail(job: Job, *, reason: str = "", outcome: dict[str, object] | None = None) -> None:
    """The job cannot be done: `reason` as a sentence, or in `outcome` what its kind has to tell."""
    _end(job, Job.State.FAILED, outcome=outcome or {"reason": reason})


def _end(job: Job, state: Job.State, **fields: object) -> None:
    if not mine(job).update(state=state, finished_at=Now(), done=F("of"), **fields):
        raise Lost
