"""How the e-mails of a lane are delivered: by one job, over one connection, each claimed before it is sent.

A mail server that is away, or silent, ends the attempt for all of them: the job comes back after a while, and no e-mail
is lost. One that is refused by itself is tried again, a few times, while the others go their way.
"""

import logging
import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.jobs import actions as jobs
from kip_site.jobs.kinds import Kind
from kip_site.jobs.models import Job, JobQuerySet, Lane, ago
from kip_site.jobs.progress import Later, enter, report

from .models import Mail, MailQuerySet
from .signals import mail_sent

logger = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 10
# While somebody may be waiting for it, the next attempt comes soon; later, the server is left in peace for longer.
PAUSES = {
    Lane.SIGN_IN: tuple(timedelta(seconds=seconds) for seconds in (5, 5, 10, 15)),
    Lane.DEFAULT: tuple(timedelta(seconds=seconds) for seconds in (10, 20, 40, 80, 160, 300)),
}
# A link for signing in that comes a day late is of no use; any other e-mail is tried for three days.
GIVEN_UP_AFTER = {Lane.SIGN_IN: timedelta(days=1), Lane.DEFAULT: timedelta(days=3)}
# The server itself says no to this e-mail: most often there is no such address. An attempt that only has to be made
# later, as servers ask of senders that they do not know, is none of these.
MOST_REFUSALS = 6
# No more in one go, so that other jobs of the lane have their turn, also if the server is slow.
AT_ONCE = 100
MOST_SECONDS = 20


class ServerAway(Exception):
    """The mail server did not answer, or wants nothing from us at the moment."""


@transaction.atomic(savepoint=False)
def ask(lane: Lane) -> None:
    """See to it that a job delivers what waits in the lane, once this transaction has committed."""
    # The lock keeps a worker from claiming that job before. One that another transaction has locked is passed by: its
    # claim waits for that transaction alone, and so nothing of this one may depend on it.
    if not _soon(lane).select_for_update(skip_locked=True).only("pk").first():
        jobs.ask(KIND.name, lane=lane)


@transaction.atomic(savepoint=False)
def ask_at_once(lane: Lane) -> None:
    """As `ask`, for somebody who has mended what was wrong: without the pause that a server that was away gets."""
    _soon(lane).delete()
    jobs.ask(KIND.name, lane=lane)


def deliver(job: Job) -> None:
    """Send what is due in the lane of the job. Raises Later as long as anything waits there."""
    lane = Lane(job.lane)
    _give_up_what_is_too_old(lane)
    _release_what_died(lane, job)
    if _soon(lane).exclude(pk=job.pk).exists():
        return
    due = list(_of(lane).due().values_list("pk", flat=True)[:AT_ONCE])
    if due:
        enter(job, 1, of=len(due))
        try:
            is_through = _send_all(due, job)
        except ServerAway as away:
            raise Later(_pause(lane, job)) from away
        Job.objects.filter(pk=job.pk).update(payload={})
        if not is_through:
            raise Later(timedelta())
    _wait_for_the_next(lane, job)


def _soon(lane: Lane) -> JobQuerySet:
    """The jobs that deliver in the lane as soon as it makes sense: at once, or when the server is to be tried again."""
    waiting = Job.objects.waiting().filter(kind=KIND.name, lane=lane)
    return waiting.filter(Q(due_at__lte=Now()) | Q(payload__has_key="failures")).order_by("due_at")


def _of(lane: Lane) -> MailQuerySet:
    return Mail.objects.filter(lane=lane)


def _pause(lane: Lane, job: Job) -> timedelta:
    failures = int(job.payload.get("failures", 0))
    Job.objects.filter(pk=job.pk).update(payload={"failures": failures + 1})
    return PAUSES[lane][min(failures, len(PAUSES[lane]) - 1)]


def _wait_for_the_next(lane: Lane, job: Job) -> None:
    """Raise Later as long as anything waits for another attempt, unless another job comes back for it."""
    next_at = _of(lane).waiting().aggregate(at=Min("due_at"))["at"]
    if next_at is None:
        return
    others = Job.objects.waiting().filter(kind=job.kind, lane=lane).exclude(pk=job.pk)
    if not others.filter(due_at__lte=next_at + timedelta(seconds=1)).exists():
        # A second, if the clocks of the database and of this machine differ.
        raise Later(max(next_at - timezone.now(), timedelta(seconds=1)))


# --- Sending ------------------------------------------------------------------------------------


def _send_all(keys: list[int], job: Job) -> bool:
    """Whether these were all, and no more are due; raises ServerAway."""
    until = time.monotonic() + MOST_SECONDS
    connection = get_connection(timeout=SECONDS_TO_ANSWER)
    try:
        try:
            connection.open()
        except OSError as error:  # what smtplib and sockets raise
            _note(keys, error)
            raise ServerAway from error
        for number, pk in enumerate(keys, start=1):
            _send(pk, connection, job)
            report(job, number)
            if time.monotonic() > until:
                return False
        return len(keys) < AT_ONCE
    finally:
        _close(connection)


def _send(pk: int, connection: BaseEmailBackend, job: Job) -> None:
    # Claimed first: of two workers, one sends it.
    claimed = Mail.objects.waiting().filter(pk=pk)
    if not claimed.update(state=Mail.State.SENDING, job=job, tries=F("tries") + 1):
        return
    mail = Mail.objects.get(pk=pk)
    try:
        connection.send_messages([message_of(mail)])
    except OSError as error:
        _failed(mail, error)
        if _is_of_server(error):
            raise ServerAway from error
    except Exception as error:
        logger.exception("E-mail %s cannot be sent.", pk)
        _end(mail, Mail.State.UNSENT, error=_said(error))
    else:
        _end(mail, Mail.State.SENT)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        # So that no out-of-office note answers it (RFC 3834).
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _is_of_server(error: OSError) -> bool:
    """Whether it says something about the server, and so of every e-mail, and not about this one."""
    if isinstance(error, SMTPRecipientsRefused):
        return False
    if isinstance(error, SMTPServerDisconnected):
        return True
    # 421: the server closes down; any other answer is about the sender, the recipient or the content.
    return not isinstance(error, SMTPResponseException) or error.smtp_code == 421


def _is_for_good(error: OSError) -> bool:
    """Whether the server would answer the same again; with 4xx it asks for another attempt later (RFC 5321)."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(code >= 500 for code, _said in error.recipients.values())
    return isinstance(error, SMTPResponseException) and error.smtp_code >= 500


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except OSError as error:
        logger.warning("The mail server did not take leave: %s", error)


# --- What came of it ----------------------------------------------------------------------------


def _failed(mail: Mail, error: OSError) -> None:
    logger.warning("E-mail %s (%s) was not sent: %s", mail.pk, mail.template, _said(error))
    refusals = mail.refusals + _is_for_good(error)
    if refusals >= MOST_REFUSALS:
        _end(mail, Mail.State.UNSENT, error=_said(error))
        return
    pauses = PAUSES[Lane(mail.lane)]
    delay = timedelta() if _is_of_server(error) else pauses[min(mail.tries - 1, len(pauses) - 1)]
    _mine(mail).update(state=Mail.State.WAITING, job=None, due_at=Now() + delay, error=_said(error), refusals=refusals)


def _note(keys: list[int], error: OSError) -> None:
    """The server was away before any was sent: each that was due keeps why, for whoever looks at it."""
    logger.warning("The mail server is away: %s", _said(error))
    Mail.objects.waiting().filter(pk__in=keys).update(error=_said(error), tries=F("tries") + 1)


def _end(mail: Mail, state: Mail.State, error: str = "") -> None:
    gone = {"text": "", "html": ""} if mail.is_secret and state == Mail.State.SENT else {}
    is_first = _mine(mail).update(state=state, ended_at=Now(), job=None, error=error, **gone)
    if is_first and state == Mail.State.SENT:
        # Robust: what others make of it does not undo that it was sent.
        mail_sent.send_robust(sender=Mail, mail=mail)


def _mine(mail: Mail) -> MailQuerySet:
    return Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, job=mail.job_id)


def _release_what_died(lane: Lane, job: Job) -> None:
    """What a worker was sending that died meanwhile waits again: it is sent twice rather than never."""
    # An attempt before this one, at the same job, is over too.
    others = Job.objects.running().exclude(pk=job.pk).order_by()
    dead = _of(lane).filter(state=Mail.State.SENDING).exclude(job__in=others)
    # Not for ever: one of them may be what makes the worker die.
    dead.filter(refusals__gte=MOST_REFUSALS - 1).update(
        state=Mail.State.UNSENT, ended_at=Now(), job=None, error=_("The worker stopped each time that it was sent.")
    )
    dead.update(state=Mail.State.WAITING, job=None, refusals=F("refusals") + 1)


def _give_up_what_is_too_old(lane: Lane) -> None:
    gone = {"text": "", "html": ""} if lane == Lane.SIGN_IN else {}
    _of(lane).waiting().filter(queued_at__lt=ago(GIVEN_UP_AFTER[lane]), tries__gt=0).update(
        state=Mail.State.UNSENT, ended_at=Now(), job=None, **gone
    )


def _said(error: Exception) -> str:
    if isinstance(error, SMTPResponseException):
        said = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return f"{error.smtp_code} {said}"
    return f"{type(error).__name__}: {error}"


KIND = Kind(
    name="mail.deliver",
    work=deliver,
    heading=lambda _job: _("E-mails are being sent"),
    failed_heading=lambda _job: _("E-mails were not sent"),
    stages=(),
    is_routine=True,
)
