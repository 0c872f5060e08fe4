"""The queue of e-mails, which keeps what was sent for a while."""

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
        """Those whose turn has come, by the clock of the database; the longest first."""
        return self.waiting().filter(due_at__lte=Now()).order_by("due_at", "pk")

    def unsent(self) -> "MailQuerySet":
        """Those that no mail server took, and that are not tried any more."""
        return self.filter(state=Mail.State.UNSENT)

    def ended(self) -> "MailQuerySet":
        return self.filter(state__in=(Mail.State.SENT, Mail.State.UNSENT))


class Mail(models.Model):
    """An e-mail as it is, or was, to be sent: its texts are written when it is caused, in the reader's language."""

    class State(models.TextChoices):
        WAITING = "waiting", _("on its way")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNSENT = "unsent", _("not sent")

    template = models.CharField(_("template"), max_length=128)  # without what follows "_subject.txt"
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
    # Both blank again, if it `is_secret`, once it is sent, and for signing in also once it is too old to be tried.
    text = models.TextField(_("text"), editable=False)
    html = models.TextField(_("HTML"), editable=False)
    # Whoever reads it can sign in or join: nobody but its reader may.
    is_secret = models.BooleanField(_("secret"), default=False)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane, default=Lane.DEFAULT)
    # The same for each attempt, so that mail programs show one whose sending was cut off, and which came twice, once.
    message_id = models.CharField(max_length=255, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    queued_at = models.DateTimeField(_("written"), db_default=Now(), editable=False)
    due_at = models.DateTimeField(_("next attempt"), db_default=Now(), editable=False)
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    # Those that failed because of this e-mail: the server refused it for good, or the worker died while sending it.
    refusals = models.PositiveSmallIntegerField(_("refusals"), default=0)
    # What the mail server said at the last attempt.
    error = models.TextField(_("error"), blank=True)
    ended_at = models.DateTimeField(_("sent, or given up"), null=True, blank=True)
    # The job that is sending it; should its worker die, the next job sees that it does not run any more.
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
        """Whether it could still be sent: what a secret one said is not kept."""
        return bool(self.text)
