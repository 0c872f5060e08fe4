"""Work on large files that a worker does in the background."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .revisions import Revision


class JobQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def to_be_told(self):
        """What an admin should find again after she left its page: what goes on, and what failed within a day."""
        yesterday = timezone.now() - timedelta(days=1)
        return self.filter(
            Q(state__in=(Job.State.WAITING, Job.State.RUNNING)) | Q(state=Job.State.FAILED, finished_at__gt=yesterday)
        )


class Job(models.Model):
    """A large file that is imported, or a large draft that is published, by a worker instead of a web process."""

    class Kind(models.TextChoices):
        IMPORT = "import", _("import")
        PUBLISH = "publish", _("publication")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    name = models.CharField(_("file name"), max_length=200)
    # The file of an import; emptied once its draft keeps it.
    content = models.BinaryField(_("content"), editable=False, default=bytes)
    # The draft to be published, or the revision that an import led to. Nothing once it was discarded.
    revision = models.ForeignKey(
        Revision, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("revision")
    )
    # What was read before it was confirmed, see publishing.baseline.Seen.
    seen_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    seen_current = models.BigIntegerField(null=True, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    language = models.CharField(_("language"), max_length=16)  # of the page, for what is told of faults
    # How many of publishing.jobs.work.STAGES are behind it.
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    # Of a failed one: {"faults": […]} or {"reason": …}.
    outcome = models.JSONField(_("outcome"), default=dict, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    task = models.UUIDField(null=True, editable=False)  # of the task queue
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")

    def __str__(self):
        return f"{self.kind} {self.name}"

    @property
    def is_unfinished(self):
        return self.state in (self.State.WAITING, self.State.RUNNING)
