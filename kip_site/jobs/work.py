"""How a worker does a job. A job may be tried more than once, but its effect and its end are one transaction."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import translation
from django.utils.translation import gettext as _

from kip_site.refusals import Refused

from .kinds import kind_of
from .models import Job
from .progress import Later, Lost, fail, finish, mine

logger = logging.getLogger(__name__)

# A job that kills its workers or loses the database each time must not be tried for ever.
MOST_ATTEMPTS = 3
# After an outage, a job waits this long, multiplied by the number of its attempts.
AFTER_OUTAGE = timedelta(seconds=10)

# Creates a task for a waiting job, to be run after a delay: `tasks.enqueue`.
Enqueue = Callable[[Job, timedelta], None]

# The primary key of the job that this process is doing, for its heartbeats.
at_work: int | None = None


def work_on(pk: int, *, worker: str, enqueue: Enqueue) -> None:
    """Do a job, unless another worker has claimed it or it is over. The claim is a single conditional UPDATE."""
    global at_work
    if (
        not Job.objects.waiting()
        .filter(pk=pk)
        .update(
            state=Job.State.RUNNING,
            worker=worker,
            heartbeat_at=Now(),
            stage=1,
            done=0,
            of=0,
            attempts=F("attempts") + 1,
        )
    ):
        return
    at_work = pk
    try:
        job = Job.objects.select_related("asked_by").get(pk=pk)
        with translation.override(job.language):
            _work(job, enqueue)
    except Lost:
        logger.warning("Job %s was put back while worker %s was at it.", pk, worker)
    finally:
        at_work = None


def _work(job: Job, enqueue: Enqueue) -> None:
    kind = kind_of(job)
    if kind is None:
        fail(job, reason=_("This site does not know any more how to do this."))
        return
    try:
        kind.work(job)
        if mine(job).exists():
            finish(job)
        if kind.is_routine:
            Job.objects.filter(pk=job.pk, state=Job.State.DONE).delete()
    except Later as later:
        wait_again(job, enqueue, later.delay, attempts=0)
    except Refused as refusal:
        fail(job, reason=str(refusal))
    except Lost:
        raise
    except (OperationalError, InterfaceError) as outage:
        logger.warning("Job %s was interrupted: %s", job.pk, outage)
        if not connection.in_atomic_block:
            connection.close()  # the next query opens another one
        # If the database is still away, this fails too; a worker puts the job back later (see `watch.put_back`).
        again_or_give_up(job, enqueue, AFTER_OUTAGE * job.attempts)
    except Exception:
        logger.exception("Job %s failed.", job.pk)  # first, because the job may be lost
        fail(job, reason=_("Something went wrong on our side. Nothing has changed, and the log has it."))


def again_or_give_up(job: Job, enqueue: Enqueue, delay: timedelta = timedelta()) -> None:
    """Put an interrupted job back into the queue; after MOST_ATTEMPTS it fails, unless it is a routine job."""
    kind = kind_of(job)
    is_routine = kind is not None and kind.is_routine  # nobody would ask for it again
    if is_routine or job.attempts < MOST_ATTEMPTS:
        wait_again(job, enqueue, delay)
        logger.warning("Job %s waits for its turn again, after attempt %s.", job.pk, job.attempts)
        return
    with translation.override(job.language), suppress(Lost):
        reason = _("It was tried %(number)d times, and each time the worker stopped in the middle.")
        fail(job, reason=reason % {"number": job.attempts})
        logger.warning("Job %s was given up after %s attempts.", job.pk, job.attempts)


@transaction.atomic
def wait_again(job: Job, enqueue: Enqueue, delay: timedelta, **fields: int) -> None:
    """Put the job back into the queue, to be done after `delay`; does nothing if the job is lost or over."""
    waits = {"state": Job.State.WAITING, "due_at": Now() + delay if delay else Now(), "stage": 0, "done": 0, "of": 0}
    if mine(job).update(**waits, **fields):
        enqueue(job, delay)
