"""What the worker does (`manage.py work`): the jobs of `background`, by their primary keys."""

try:
    from django.tasks import task
except ImportError:  # before Django 6.0
    from django_tasks import task

from . import background


@task(takes_context=True)
def work_on(context, job):
    background.work_on(job, worker=context.task_result.worker_ids[-1])
