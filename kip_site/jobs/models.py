"""Jobs, the workers that do them, and the latest runs of scheduled work."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Expression, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def ago(delay: timedelta) -> Expression:
    """The moment `delay` before now, by the clock of the database."""
    return ExpressionWrapper(Now() - delay, output_field=models.DateTimeField())


class Lane(models.TextChoices):
    """A queue with its own worker process, so that urgent jobs never wait for long ones."""

    DEFAULT = "default", _("everything that may wait")
    SIGN_IN = "sign-in", _("codes and links for signing in")


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "JobQuerySet":
        """Those that the user asked for; all of them for a platform admin."""
        if getattr(user, "is_platform_admin", False):
            return self.all()
        # Without a user, `pk` is None, and so is `asked_by` of the jobs that the site created itself.
        return self.filter(asked_by__isnull=False, asked_by=user.pk)

    def waiting(self) -> "JobQuerySet":
        return self.filter(state=Job.State.WAITING)

    def running(self) -> "JobQuerySet":
        return self.filter(state=Job.State.RUNNING)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def for_notices(self) -> "JobQuerySet":
        """Those that other pages show to people who left the job's page: unfinished ones, and failures of one day."""
        yesterday = timezone.now() - timedelta(days=1)
        return self.filter(
            Q(state__in=(Job.State.WAITING, Job.State.RUNNING)) | Q(state=Job.State.FAILED, finished_at__gt=yesterday)
        )


class Job(models.Model):
    """Work that a worker does instead of a web process. Its kind defines the work and the texts: see `kinds`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=64)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane, default=Lane.DEFAULT)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    # Its name on pages, for example that of a file.
    name = models.CharField(_("name"), max_length=200, blank=True)
    payload = models.JSONField(_("payload"), default=dict, editable=False)
    # A file to work on; emptied once the job is done.
    file = models.BinaryField(_("file"), editable=False, default=bytes)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked for by"),
    )
    asked_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    # That of the page on which the job was asked for; its messages are in this language.
    language = models.CharField(_("language"), max_length=16)
    # Not before this moment, by the clock of the database.
    due_at = models.DateTimeField(_("due"), db_default=Now(), editable=False)
    # The index of the current stage (0 is waiting), and how many of how many steps of it are done.
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    # If it failed, {"reason": a sentence}, or other data of its kind.
    outcome = models.JSONField(_("outcome"), default=dict, editable=False)
    # The URL of the page with its result; blank if there is none.
    result = models.CharField(_("result"), max_length=500, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    task = models.CharField(max_length=64, blank=True, editable=False)  # its id in the task library
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["state", "lane", "due_at"], name="jobs_job_state_lane_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}".strip()

    @property
    def is_unfinished(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def reason(self) -> str:
        """Why it failed, as a sentence; blank if its kind stores other data in `outcome`."""
        outcome: dict[str, Any] = self.outcome
        return str(outcome.get("reason", ""))


class Worker(models.Model):
    """A worker process, with the time of its latest heartbeat."""

    id = models.CharField(primary_key=True, max_length=64)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane)
    seen_at = models.DateTimeField(_("last sign of life"))

    class Meta:
        ordering = ["lane", "id"]
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.lane} {self.id}"


class DueRun(models.Model):
    """The latest run of a part of `manage.py run_due`, with its result."""

    part = models.CharField(_("part"), primary_key=True, max_length=64)
    began_at = models.DateTimeField(_("began"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ["part"]
        verbose_name = _("run of what is due")
        verbose_name_plural = _("runs of what is due")

    def __str__(self) -> str:
        return self.part
