"""Delivers the e-mails of a lane: in one job, over one connection, each e-mail claimed before it is sent.

If the mail server does not answer, the attempt ends for all of them, and the job is run again later; no e-mail is lost.
If the server refuses a single e-mail, that one is tried a few times more, and the others are sent.
"""

import logging
import re
import time
from datetime import timedelta
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from kip_site.jobs import actions as jobs
from kip_site.jobs.kinds import Kind
from kip_site.jobs.models import Job, JobQuerySet, Lane, ago
from kip_site.jobs.progress import Later, enter, report

from .models import Mail, MailQuerySet
from .signals import mail_sent

logger = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 10
# The pause before each next attempt: short at first, because somebody may be waiting for the e-mail.
PAUSES = {
    Lane.SIGN_IN: tuple(timedelta(seconds=seconds) for seconds in (5, 5, 10, 15)),
    Lane.DEFAULT: tuple(timedelta(seconds=seconds) for seconds in (10, 20, 40, 80, 160, 300)),
}
# A link for signing in is useless after a day; all other e-mails are tried for three days.
GIVEN_UP_AFTER = {Lane.SIGN_IN: timedelta(days=1), Lane.DEFAULT: timedelta(days=3)}
# How often an e-mail is tried that the server refuses for good, usually because there is no such address. Temporary
# refusals (4xx), which servers also use against unknown senders, do not count.
MOST_REFUSALS = 6
# A job sends at most so many e-mails and for about so long, so that other jobs of the lane do not wait too long.
AT_ONCE = 100
MOST_SECONDS = 20


class ServerAway(Exception):
    """The mail server does not answer, or accepts no e-mails at the moment."""


@transaction.atomic(savepoint=False)
def ask(lane: Lane) -> None:
    """Make sure that a job delivers the waiting e-mails of the lane once this transaction has committed."""
    # The lock prevents a worker from claiming the job before this transaction has committed. A job that is locked by
    # another transaction is skipped: a worker may claim it as soon as that one ends, too early for this one's e-mail.
    if not _soon(lane).select_for_update(skip_locked=True).only("pk").first():
        jobs.ask(KIND.name, lane=lane)


@transaction.atomic(savepoint=False)
def ask_at_once(lane: Lane) -> None:
    """As `ask`, but at once, even while the lane pauses because the mail server was away."""
    _soon(lane).delete()
    jobs.ask(KIND.name, lane=lane)


def deliver(job: Job) -> None:
    """Send the e-mails that are due in the lane of the job. Raises Later if e-mails are left to be sent later."""
    lane = Lane(job.lane)
    _give_up_old(lane)
    _release_abandoned(lane, job)
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
    """The jobs that will deliver the e-mails of the lane soonest: those that are due, or wait for the mail server."""
    waiting = Job.objects.waiting().filter(kind=KIND.name, lane=lane)
    return waiting.filter(Q(due_at__lte=Now()) | Q(payload__has_key="failures")).order_by("due_at")


def _of(lane: Lane) -> MailQuerySet:
    return Mail.objects.filter(lane=lane)


def _pause(lane: Lane, job: Job) -> timedelta:
    failures = int(job.payload.get("failures", 0)) + 1
    Job.objects.filter(pk=job.pk).update(payload={"failures": failures})
    return _pause_after(failures, lane)


def _pause_after(attempts: int, lane: Lane) -> timedelta:
    """The pause after so many failed attempts, 1 or more."""
    return PAUSES[lane][min(attempts, len(PAUSES[lane])) - 1]


def _wait_for_the_next(lane: Lane, job: Job) -> None:
    """Raise Later if an e-mail is waiting for another attempt, unless another job will send it in time."""
    # Both times by the clock of the database, because the clock of this machine may differ.
    first = _of(lane).waiting().order_by("due_at").values_list("due_at", Now()).first()
    if first is None:
        return
    next_at, now = first
    others = Job.objects.waiting().filter(kind=job.kind, lane=lane).exclude(pk=job.pk)
    if not others.filter(due_at__lte=next_at + timedelta(seconds=1)).exists():
        raise Later(max(next_at - now, timedelta(seconds=1)))


# --- Sending ------------------------------------------------------------------------------------


def _send_all(keys: list[int], job: Job) -> bool:
    """Whether these were all, and no more are due; raises ServerAway."""
    until = time.monotonic() + MOST_SECONDS
    connection = get_connection(timeout=SECONDS_TO_ANSWER)
    try:
        _open(connection, keys)
        is_in_doubt = False
        for number, pk in enumerate(keys, start=1):
            try:
                _send(pk, connection, job)
            except ServerAway:
                # Only this e-mail may be the reason. If the next one fails too, it is the server.
                if is_in_doubt:
                    raise
                is_in_doubt = True
                _close(connection)
                if number < len(keys):
                    _open(connection, keys[number:])
            else:
                is_in_doubt = False
            report(job, number)
            if time.monotonic() > until:
                return False
        return len(keys) < AT_ONCE
    finally:
        _close(connection)


def _open(connection: BaseEmailBackend, keys: list[int]) -> None:
    """Open the connection for the e-mails with these keys. Raises ServerAway."""
    try:
        connection.open()
    except OSError as error:  # the base class of all errors of smtplib and sockets
        _store_error(keys, error)
        raise ServerAway from error


def _send(pk: int, connection: BaseEmailBackend, job: Job) -> None:
    # Claimed first, so that only one of two workers sends it.
    claimed = Mail.objects.waiting().filter(pk=pk)
    if not claimed.update(state=Mail.State.SENDING, job=job, tries=F("tries") + 1):
        return
    mail = Mail.objects.filter(pk=pk).first()
    if mail is None:
        return  # it was called off at this very moment
    try:
        connection.send_messages([message_of(mail)])
    except OSError as error:
        _failed(mail, error)
        if _is_of_server(error):
            raise ServerAway from error
    except Exception as error:
        logger.exception("E-mail %s cannot be sent.", pk)
        _end(mail, Mail.State.UNSENT, error=_error_text(error))
    else:
        _end(mail, Mail.State.SENT)


def message_of(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        to=[mail.to],
        # Prevents automatic answers, such as out-of-office notes (RFC 3834).
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _is_of_server(error: OSError) -> bool:
    """Whether an error concerns the server, and so all e-mails, and not only this one."""
    if isinstance(error, SMTPRecipientsRefused):
        return False
    # Errors without a code are those of the connection. 421 means that the server shuts down; all other codes are
    # about the sender, the recipient or the content.
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


# --- Results ------------------------------------------------------------------------------------


def _failed(mail: Mail, error: OSError) -> None:
    text = _error_text(error)
    if mail.is_secret:
        # Some servers quote links of the e-mail that they refuse. More people read the log than this e-mail.
        text = re.sub(r"https?://\S+", "…", text)
    logger.warning("E-mail %s (%s) was not sent: %s", mail.pk, mail.template, text)
    refusals = mail.refusals + _is_for_good(error)
    if refusals >= MOST_REFUSALS:
        _end(mail, Mail.State.UNSENT, error=text)
        return
    delay = _pause_after(mail.tries, Lane(mail.lane))
    _mine(mail).update(state=Mail.State.WAITING, job=None, due_at=Now() + delay, error=text, refusals=refusals)


def _store_error(keys: list[int], error: OSError) -> None:
    """Stores with e-mails why the server could not be reached, so that their pages show it."""
    logger.warning("The mail server is away: %s", _error_text(error))
    Mail.objects.waiting().filter(pk__in=keys).update(error=_error_text(error), tries=F("tries") + 1)


def _end(mail: Mail, state: Mail.State, error: str = "") -> None:
    gone = {"text": "", "html": ""} if mail.is_secret and state == Mail.State.SENT else {}
    is_first = _mine(mail).update(state=state, ended_at=Now(), job=None, error=error, **gone)
    if is_first and state == Mail.State.SENT:
        # Robust: an exception in a receiver must not undo that the e-mail was sent.
        mail_sent.send_robust(sender=Mail, mail=mail)


def _mine(mail: Mail) -> MailQuerySet:
    return Mail.objects.filter(pk=mail.pk, state=Mail.State.SENDING, job=mail.job_id)


def _release_abandoned(lane: Lane, job: Job) -> None:
    """Puts back e-mails whose worker died while sending them: they may be sent twice, but are never lost."""
    # Earlier attempts at this same job are over too, so it is excluded.
    others = Job.objects.running().exclude(pk=job.pk).order_by()
    dead = _of(lane).filter(state=Mail.State.SENDING).exclude(job__in=others)
    # Not tried for ever, because such an e-mail may itself kill the worker.
    dead.filter(refusals__gte=MOST_REFUSALS - 1).update(
        state=Mail.State.UNSENT, ended_at=Now(), job=None, error=_("The worker stopped each time that it was sent.")
    )
    dead.update(state=Mail.State.WAITING, job=None, refusals=F("refusals") + 1)


def _give_up_old(lane: Lane) -> None:
    gone = {"text": "", "html": ""} if lane == Lane.SIGN_IN else {}
    _of(lane).waiting().filter(queued_at__lt=ago(GIVEN_UP_AFTER[lane]), tries__gt=0).update(
        state=Mail.State.UNSENT, ended_at=Now(), job=None, **gone
    )


def _error_text(error: Exception) -> str:
    """The reply of the server, or the error; without null characters, which PostgreSQL does not store."""
    if isinstance(error, SMTPResponseException):
        text = error.smtp_error.decode(errors="replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        text = f"{error.smtp_code} {text}"
    else:
        text = f"{type(error).__name__}: {error}"
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}")


KIND = Kind(
    name="mail.deliver",
    work=deliver,
    heading=lambda _job: _("E-mails are being sent"),
    done_heading=lambda _job: _("E-mails were sent"),
    failed_heading=lambda _job: _("E-mails were not sent"),
    is_routine=True,
)
