"""Creates the jobs that import a large file or publish a large draft."""

from django.db import transaction
from django.urls import reverse

from frameworks.models import Revision, RevisionJob
from frameworks.publishing.baseline import Seen, storable_name
from kip_site.accounts.models import User
from kip_site.jobs.actions import ask
from kip_site.jobs.models import Job

from .work import IMPORT, PUBLISH


@transaction.atomic
def ask_for_import(content: bytes, name: str, user: User) -> Job:
    """Create a Job that will make the file a draft, as `publishing.actions.import_draft` does."""
    job = ask(IMPORT, user=user, name=storable_name(name), file=content)
    return _with_result(job, RevisionJob.objects.create(job=job))


@transaction.atomic
def ask_for_publication(draft: Revision, user: User | None, seen: Seen) -> Job:
    """Create a Job that will publish a draft, as `publishing.actions.publish` does.

    An unfinished job that would publish the same is returned instead.
    """
    Revision.objects.select_for_update().filter(pk=draft.pk).first()
    same = {"revision": draft, "seen_sha256": seen.sha256, "seen_current": seen.current}
    row = RevisionJob.objects.unfinished().filter(**same).select_related("job").first()
    if row is not None:
        return row.job
    job = ask(PUBLISH, user=user, name=draft.file.name)
    return _with_result(job, RevisionJob.objects.create(job=job, **same))


def _with_result(job: Job, row: RevisionJob) -> Job:
    """Sets the address of the page that shows the result of the job."""
    job.result = reverse("frameworks:job", args=[row.pk])
    job.save(update_fields=["result"])
    return job
