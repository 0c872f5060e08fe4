"""What is asked of the worker (`manage.py work`): jobs, which `work` does, by their primary keys."""

from django.db import transaction
from django.utils import translation

from frameworks.publishing.baseline import storable_name

try:
    from django.tasks import task
except ImportError:  # before Django 6.0
    from django_tasks import task

from frameworks.models import Job, Revision

from . import work


@task(takes_context=True)
def work_on(context, job):
    work.work_on(job, worker=context.task_result.worker_ids[-1])


@transaction.atomic
def ask_for_import(content, name, user):
    """A waiting Job that will make the file a draft, as `actions.import_draft` does."""
    return _asked(Job(kind=Job.Kind.IMPORT, content=content, name=storable_name(name)), user)


@transaction.atomic
def ask_for_publication(draft, user, seen):
    """A waiting Job that will publish a draft, as `actions.publish` does; one that does so already is returned."""
    Revision.objects.select_for_update().filter(pk=draft.pk).first()
    same = {"revision": draft, "seen_sha256": seen.sha256, "seen_current": seen.current}
    job = Job.objects.unfinished().filter(kind=Job.Kind.PUBLISH, **same).first()
    return job or _asked(Job(kind=Job.Kind.PUBLISH, name=draft.file.name, **same), user)


def _asked(job, user):
    job.asked_by = user
    job.language = translation.get_language()
    job.save()
    job.task = work_on.enqueue(job.pk).id
    job.save(update_fields=["task"])
    return job
