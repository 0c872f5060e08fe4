"""What is asked of the worker: that a large file is imported, that a large draft is published."""

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
    """A waiting Job that will make the file a draft, as `actions.import_draft` does."""
    job = ask(IMPORT, user=user, name=storable_name(name), file=content)
    return _told_of(job, RevisionJob.objects.create(job=job))


@transaction.atomic
def ask_for_publication(draft: Revision, user: User | None, seen: Seen) -> Job:
    """A waiting Job that will publish a draft, as `actions.publish` does; one that does so already is returned."""
    Revision.objects.select_for_update().filter(pk=draft.pk).first()
    same = {"revision": draft, "seen_sha256": seen.sha256, "seen_current": seen.current}
    row = RevisionJob.objects.unfinished().filter(**same).select_related("job").first()
    if row is not None:
        return row.job
    job = ask(PUBLISH, user=user, name=draft.file.name)
    return _told_of(job, RevisionJob.objects.create(job=job, **same))


def _told_of(job: Job, row: RevisionJob) -> Job:
    job.result = reverse("frameworks:job", args=[row.pk])
    job.save(update_fields=["result"])
    return job
