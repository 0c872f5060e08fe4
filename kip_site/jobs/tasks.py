"""The tasks of the task library, which implements the queue. Each task has the primary key of a Job to be done.

A task may come too late: if its job is over, or another worker is doing it, the task does nothing.
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
    """Create a task for a waiting job, to be run after `delay`, in the transaction of the caller."""
    task_of_job = work_on.using(queue_name=job.lane, run_after=timezone.now() + delay if delay else None)
    Job.objects.filter(pk=job.pk).update(task=task_of_job.enqueue(job.pk).id)


def has_task(job: Job) -> bool:
    """Whether the task of a waiting job is still waiting. It is lost if a worker took it and died at once."""
    if not job.task:
        return False
    try:
        return bool(work_on.get_result(job.task).status == TaskResultStatus.READY)
    except (TaskResultDoesNotExist, TaskResultMismatch, ImportError):
        return False
