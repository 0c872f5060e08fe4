"""Heartbeats of the workers, and putting back the jobs of workers without one. All times are the database's."""

import logging
from datetime import timedelta

from django.core.management import call_command
from django.db import transaction
from django.db.models.functions import Now

from . import kinds, work
from .models import Job, JobQuerySet, Lane, Worker, ago
from .tasks import enqueue, has_task

logger = logging.getLogger(__name__)

# The interval of a worker's heartbeats, and the time without one after which it counts as dead.
HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)
# Jobs that have ended are kept this long, and then deleted.
KEPT = timedelta(days=30)
# How many of the waiting jobs of a lane that are due longest are checked each time.
MOST_CHECKED = 20


def show_life(worker: str, lane: str) -> None:
    """Store the heartbeat of a worker and of the job that it is doing."""
    Worker.objects.bulk_create(
        [Worker(id=worker, lane=lane, seen_at=Now())],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["seen_at"],
    )
    if work.at_work is not None:
        Job.objects.running().filter(pk=work.at_work, worker=worker).update(heartbeat_at=Now())


def leave(worker: str) -> None:
    """Delete the row of a worker that ends normally."""
    Worker.objects.filter(pk=worker).delete()


def lanes_without_worker(lanes: list[str]) -> list[str]:
    """Those of the lanes without a worker that had a heartbeat within SILENCE."""
    active = Worker.objects.filter(seen_at__gt=ago(SILENCE)).values_list("lane", flat=True)
    return sorted(set(lanes) - set(active))


def is_held_up(lane: str) -> bool:
    """Whether a job of the lane is due for longer than SILENCE, so that its worker must be stuck."""
    return _due().filter(lane=lane, due_at__lte=ago(SILENCE)).exists()


def put_back() -> None:
    """Put the jobs of silent workers back into the queue, and create a task for waiting jobs that have lost theirs."""
    for job in Job.objects.running().filter(heartbeat_at__lte=ago(SILENCE)).defer("file"):
        logger.warning("Worker %s is silent at job %s.", job.worker, job.pk)
        _put_back(job)
    for lane in Lane.values:
        overdue = _due().filter(lane=lane, due_at__lte=ago(SILENCE)).order_by("due_at")
        for job in overdue.defer("file")[:MOST_CHECKED]:
            if not has_task(job):
                _enqueue_again(job)


def _due() -> JobQuerySet:
    return Job.objects.waiting().filter(due_at__lte=Now())


@transaction.atomic
def _put_back(job: Job) -> None:
    # If its worker has stored a heartbeat in the meantime, it keeps the job.
    if Job.objects.running().filter(pk=job.pk, heartbeat_at=job.heartbeat_at).update(heartbeat_at=Now()):
        work.again_or_give_up(job, enqueue)


@transaction.atomic
def _enqueue_again(job: Job) -> None:
    # If two workers notice it at the same time, only one of them creates a task.
    if Job.objects.waiting().filter(pk=job.pk, task=job.task).update(task=""):
        enqueue(job)
        logger.warning("Job %s had lost its turn, and has another.", job.pk)


def forget() -> int:
    """Delete old jobs, workers and the library's task results; returns the number of deleted jobs without routines."""
    # Deferred, because failed jobs still have their files.
    _rows, by_model = Job.objects.filter(finished_at__lt=ago(KEPT)).defer("file").delete()
    Worker.objects.filter(seen_at__lt=ago(timedelta(days=1))).delete()
    # Routine jobs are shown to nobody; if one failed, the log has the reason.
    Job.objects.filter(kind__in=kinds.routines(), finished_at__lt=ago(timedelta(days=1))).delete()
    call_command("prune_db_task_results", queue_name="*", min_age_days=1, verbosity=0)
    return by_model.get(Job._meta.label, 0)
