"""Which revision a job in the queue is about."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kip_site.jobs.models import Job, JobQuerySet

from .revisions import Revision


class RevisionJobQuerySet(models.QuerySet["RevisionJob"]):
    def for_notices(self) -> "RevisionJobQuerySet":
        return self.filter(job__in=Job.objects.for_notices().order_by())

    def unfinished(self) -> "RevisionJobQuerySet":
        unfinished: JobQuerySet = Job.objects.unfinished()
        return self.filter(job__in=unfinished.order_by())


class RevisionJob(models.Model):
    """A large file that is imported, or a large draft that is published, by a worker instead of a web process."""

    job = models.OneToOneField(Job, models.CASCADE, related_name="+", verbose_name=_("job"))
    # The draft to be published, or the revision that an import created; null if that was discarded.
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revision")
    )
    # Which version of the draft the admin read before confirming, see publishing.baseline.Seen.
    seen_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    seen_current = models.BigIntegerField(null=True, editable=False)

    objects = RevisionJobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("job of a revision")
        verbose_name_plural = _("jobs of revisions")

    def __str__(self) -> str:
        return str(self.job)
