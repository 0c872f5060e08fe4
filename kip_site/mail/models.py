"""The queue of e-mails, in which those that were sent are kept for a while."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kip_site.jobs.models import Job, Lane


class MailQuerySet(models.QuerySet["Mail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(state=Mail.State.WAITING)

    def unfinished(self) -> "MailQuerySet":
        return self.filter(state__in=(Mail.State.WAITING, Mail.State.SENDING))

    def due(self) -> "MailQuerySet":
        """Those that should be sent now, by the clock of the database; the one that is due longest first."""
        return self.waiting().filter(due_at__lte=Now()).order_by("due_at", "pk")

    def unsent(self) -> "MailQuerySet":
        """Those that no mail server accepted and that were given up."""
        return self.filter(state=Mail.State.UNSENT)

    def ended(self) -> "MailQuerySet":
        return self.filter(state__in=(Mail.State.SENT, Mail.State.UNSENT))


class Mail(models.Model):
    """An e-mail in the queue; its texts are rendered when it is queued, in the language of its reader."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNSENT = "unsent", _("not sent")

    template = models.CharField(_("template"), max_length=128)  # its path without an ending such as "_subject.txt"
    to = models.CharField(_("to"), max_length=254)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    language = models.CharField(_("language"), max_length=16)
    subject = models.CharField(_("subject"), max_length=255)
    # Both are blanked if it `is_secret`: once it is sent; in the lane for signing in also once it is given up.
    text = models.TextField(_("text"), editable=False)
    html = models.TextField(_("HTML"), editable=False)
    # It has a link or code for signing in or joining, so that only its recipient may read it.
    is_secret = models.BooleanField(_("secret"), default=False)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane, default=Lane.DEFAULT)
    # The same for each attempt, so that mail programs show an e-mail only once that was sent twice after an outage.
    message_id = models.CharField(max_length=255, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("next attempt"), db_default=Now(), editable=False)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Attempts that failed because of this e-mail: the server refused it for good, or the worker died while sending it.
    refusals = models.PositiveSmallIntegerField(_("refusals"), default=0)
    # The error of the latest attempt.
    error = models.TextField(_("error"), blank=True)
    ended_at = models.DateTimeField(_("sent, or given up"), null=True, blank=True)
    # The job that is sending it; if its worker dies, the next job notices that this job is not running any more.
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="+", editable=False)

    objects = MailQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        indexes = [models.Index(fields=["state", "lane", "due_at"], name="mail_mail_state_lane_due")]

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"

    @property
    def is_sent(self) -> bool:
        return self.state == self.State.SENT

    @property
    def is_unsent(self) -> bool:
        return self.state == self.State.UNSENT

    @property
    def has_text(self) -> bool:
        """Whether it can be sent again: the texts of secret e-mails are deleted."""
        return bool(self.text)
