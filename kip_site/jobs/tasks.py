"""The tasks of the task library, which carries the queue: each names a job, and the job says what is to be done.

A task is no more than a turn: one whose job is over, or at which another worker is, finds nothing to claim.
"""

from datetime import timedelta
from typing import TYPE_CHECKING

import django
from django.utils import timezone

if TYPE_CHECKING or django.VERSION < (6, 0):
    from django_tasks import TaskContext, TaskResultStatus, task
    from django_tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch
else:
    from django.tasks import TaskContext, TaskResultStatus, task
    from django.tasks.exceptions import TaskResultDoesNotExist, TaskResultMismatch

from . import work
from .models import Job


@task(takes_context=True)
def work_on(context: TaskContext, job: int) -> None:
    work.work_on(job, worker=context.task_result.worker_ids[-1], enqueue=enqueue)


def enqueue(job: Job, delay: timedelta = timedelta()) -> None:
    """Give a waiting job its turn after a while, in the transaction of the caller."""
    turn = work_on.using(queue_name=job.lane, run_after=timezone.now() + delay if delay else None)
    Job.objects.filter(pk=job.pk).update(task=turn.enqueue(job.pk).id)


def has_turn(job: Job) -> bool:
    """Whether the task of a waiting job is still to come. A worker may have died between taking it and beginning."""
    if not job.task:
        return False
    try:
        return bool(work_on.get_result(job.task).status == TaskResultStatus.READY)
    except (TaskResultDoesNotExist, TaskResultMismatch, ImportError):
        return False
