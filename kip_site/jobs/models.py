"""Jobs, the workers that do them, and when what is scheduled was last done."""

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
    """That moment in the past, by the clock of the database."""
    return ExpressionWrapper(Now() - delay, output_field=models.DateTimeField())


class Lane(models.TextChoices):
    """A queue with a worker process of its own, so that what is urgent never waits behind what takes long."""

    DEFAULT = "default", _("everything that may wait")
    SIGN_IN = "sign-in", _("codes and links for signing in")


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "JobQuerySet":
        """Those that the user asked for; a platform admin looks after all of them."""
        if getattr(user, "is_platform_admin", False):
            return self.all()
        # Whoever is not signed in has no key, and what the site asked of itself is asked for by nobody.
        return self.filter(asked_by__isnull=False, asked_by=user.pk)

    def waiting(self) -> "JobQuerySet":
        return self.filter(state=Job.State.WAITING)

    def running(self) -> "JobQuerySet":
        return self.filter(state=Job.State.RUNNING)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def to_be_told(self) -> "JobQuerySet":
        """What people should find again after they left its page: what goes on, and what failed within a day."""
        yesterday = timezone.now() - timedelta(days=1)
        return self.filter(
            Q(state__in=(Job.State.WAITING, Job.State.RUNNING)) | Q(state=Job.State.FAILED, finished_at__gt=yesterday)
        )


class Job(models.Model):
    """Something that a worker does instead of a web process. What it does and says is its kind's own, see `kinds`."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    kind = models.CharField(_("kind"), max_length=64)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane, default=Lane.DEFAULT)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    # What it is about, as its page calls it: the name of a file, say.
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
    # Of the page on which it was asked for: what the job says, it says in this one.
    language = models.CharField(_("language"), max_length=16)
    # Not before this moment, by the clock of the database.
    due_at = models.DateTimeField(_("due"), db_default=Now(), editable=False)
    # How many of its kind's stages are behind it, and within the present one how much of how much is done.
    stage = models.PositiveSmallIntegerField(_("stage"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    of = models.PositiveIntegerField(_("of"), default=0)
    # Of a failed one {"reason": a sentence}, or what its kind has to tell.
    outcome = models.JSONField(_("outcome"), default=dict, editable=False)
    # The address of the page that shows what came of it; blank as long as there is none.
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
        """Why it failed, as a sentence; blank where its kind tells more than that."""
        outcome: dict[str, Any] = self.outcome
        return str(outcome.get("reason", ""))


class Worker(models.Model):
    """A worker process, by its last sign of life."""

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
    """When a part of `manage.py run_due` was last done, and what came of it."""

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
