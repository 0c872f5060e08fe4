"""Signs of life of the workers, and the jobs of those that show none. Time is told by the clock of the database."""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.db import transaction
from django.db.models.functions import Now

from . import kinds, work
from .models import Job, JobQuerySet, Worker, ago
from .tasks import enqueue, has_turn

logger = logging.getLogger(__name__)

# A worker shows a sign of life every so often, and is taken for dead after so long without one.
HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)
# What has ended is told for this long, and then forgotten.
KEPT = timedelta(days=30)
# Of the jobs whose turn has come longest ago, so many are looked at each time: the others come after them anyway.
LOOKED_AT = 20


def show_life(worker: str, lane: str) -> None:
    """A worker's sign of life, and that of the job that it is at."""
    Worker.objects.bulk_create(
        [Worker(id=worker, lane=lane, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["seen_at"],
    )
    if work.at_work is not None:
        Job.objects.running().filter(pk=work.at_work, worker=worker).update(heartbeat_at=Now())


def leave(worker: str) -> None:
    """The worker has ended by itself."""
    Worker.objects.filter(pk=worker).delete()


def lanes_without_worker(lanes: list[str]) -> list[str]:
    """Those of the lanes in which no worker has shown life lately."""
    manned = Worker.objects.filter(seen_at__gt=ago(SILENCE)).values_list("lane", flat=True)
    return sorted(set(lanes) - set(manned))


def is_held_up(lane: str) -> bool:
    """Whether a job of the lane has waited for so long that whoever has the lane cannot be at work."""
    return _turn_has_come().filter(lane=lane, due_at__lte=ago(SILENCE)).exists()


def put_back() -> None:
    """Let others do the jobs of workers that are silent, and give a turn to each job that has lost its own."""
    for job in Job.objects.running().filter(heartbeat_at__lte=ago(SILENCE)).defer("file"):
        logger.warning("Worker %s is silent at job %s.", job.worker, job.pk)
        _at_its_last_sign_of_life(job)
    for job in _turn_has_come().filter(due_at__lte=ago(SILENCE)).order_by("due_at").defer("file")[:LOOKED_AT]:
        if not has_turn(job):
            _give_turn(job)


def _turn_has_come() -> JobQuerySet:
    return Job.objects.waiting().filter(due_at__lte=Now())


@transaction.atomic
def _at_its_last_sign_of_life(job: Job) -> None:
    # Its worker may show life at this very moment: then it keeps the job.
    if Job.objects.running().filter(pk=job.pk, heartbeat_at=job.heartbeat_at).update(heartbeat_at=Now()):
        work.again_or_give_up(job, enqueue)


@transaction.atomic
def _give_turn(job: Job) -> None:
    # Of two workers that see it at once, one gives the turn.
    if Job.objects.waiting().filter(pk=job.pk, task=job.task).update(task=""):
        enqueue(job)
        logger.warning("Job %s had lost its turn, and has another.", job.pk)


def forget() -> int:
    """Delete what ended long ago, and the library's own notes of it; returns how many jobs there were."""
    # Without their files, which failed ones still have.
    _rows, by_model = Job.objects.filter(finished_at__lt=ago(KEPT)).defer("file").delete()
    Worker.objects.filter(seen_at__lt=ago(timedelta(days=1))).delete()
    # Kinds of which nobody is told: should one have ended otherwise than well, its log says so.
    Job.objects.filter(kind__in=kinds.routines(), finished_at__lt=ago(timedelta(days=1))).delete()
    call_command("prune_db_task_results", queue_name="*", min_age_days=1, verbosity=0)
    return by_model.get(Job._meta.label, 0)
