"""What the pages about e-mails and jobs show, each loaded in a fixed number of queries."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Max, Min, Q, TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kip_site.jobs import due, kinds, watch
from kip_site.jobs.models import DueRun, Job, Lane, Worker
from kip_site.jobs.page import heading
from kip_site.languages import LANGUAGE_NAMES
from kip_site.mail.actions import KEPT
from kip_site.mail.models import Mail
from kip_site.searching import matches

ON_A_PAGE = 50
# Characters of an error message in the list; the page of the e-mail shows all of it.
SHORT = 80


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    css: str = ""


def _time(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


# --- E-mails ------------------------------------------------------------------------------------


class Choice(TextChoices):
    """The filters of the list of e-mails; the values are those of the query string."""

    ALL = "", gettext_lazy("All")
    ON_ITS_WAY = "on-its-way", gettext_lazy("On its way")
    UNSENT = "not-sent", gettext_lazy("Not sent")
    SENT = "sent", gettext_lazy("Sent")


CHOSEN = {
    Choice.ALL: tuple(Mail.State),
    Choice.ON_ITS_WAY: (Mail.State.WAITING, Mail.State.SENDING),
    Choice.UNSENT: (Mail.State.UNSENT,),
    Choice.SENT: (Mail.State.SENT,),
}


@dataclass(frozen=True, slots=True)
class ChoiceLink:
    label: str
    count: int  # of the e-mails that match the search
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MailRow:
    pk: int
    to: str
    name: str  # of its reader; blank for somebody without an account
    subject: str
    tag: Tag
    moment: str  # when it was sent or given up, or the time of the next attempt
    written_at: datetime
    tries: int
    said: str  # the mail server's error at the latest attempt


@dataclass(frozen=True, slots=True)
class MailsPage:
    choices: tuple[ChoiceLink, ...]
    choice: str
    words: str  # of the search
    rows: tuple[MailRow, ...]
    pages: "Page[Mail] | Page[int]"
    is_empty: bool  # there is no e-mail at all
    unsent: int
    sendable: int  # how many of the unsent ones can be sent again
    days_kept: int

    @property
    def lost(self) -> int:
        return self.unsent - self.sendable


@dataclass(frozen=True, slots=True)
class MailPage:
    """One e-mail, without the text of a secret one."""

    pk: int
    to: str
    name: str
    subject: str
    tag: Tag
    moment: str
    written_at: datetime
    tries: int
    said: str
    language: str
    lane: str
    template: str
    message_id: str
    is_secret: bool
    is_sent: bool
    is_kept: bool  # whether its text is still stored
    text: str  # blank if it is secret
    can_be_sent: bool


def load_mails(choice: Choice, words: str, number: str) -> MailsPage:
    """A page of the list; `number` is as in the query string. Three queries, none of which loads texts."""
    by_state = {state.value: Count("pk", filter=Q(state=state)) for state in Mail.State}
    sendable = Count("pk", filter=Q(state=Mail.State.UNSENT) & ~Q(text=""))
    counts = Mail.objects.order_by().aggregate(**by_state, sendable=sendable)
    found = Counter({state: counts[state] for state in by_state})
    light = Mail.objects.select_related("person").defer("text", "html").order_by("-pk")
    shown: Iterable[Mail]
    pages: Page[Mail] | Page[int]
    if words:
        hits = _hits(words)
        found = Counter(state for _pk, state in hits)
        keys = [pk for pk, state in hits if state in CHOSEN[choice]]
        pages = Paginator(keys, ON_A_PAGE).get_page(number)
        shown = light.filter(pk__in=pages.object_list)
    else:
        pages = Paginator(light.filter(state__in=CHOSEN[choice]), ON_A_PAGE).get_page(number)
        shown = pages.object_list
    return MailsPage(
        choices=tuple(_choice_link(each, choice, words, found) for each in Choice),
        choice=choice.value,
        words=words,
        rows=tuple(map(_mail_row, shown)),
        pages=pages,
        is_empty=not any(counts.values()),
        unsent=counts[Mail.State.UNSENT.value],
        sendable=counts["sendable"],
        days_kept=KEPT.days,
    )


def _hits(words: str) -> list[tuple[int, str]]:
    """[(primary key, state)] of the e-mails whose address and subject contain all the words, newest first. One query.

    The search is done in Python, because the databases do not compare letters as the site does.
    """
    rows = Mail.objects.order_by("-pk").values_list("pk", "state", "to", "subject")
    return [(pk, state) for pk, state, to, subject in rows.iterator() if matches(words, f"{to} {subject}")]


def _choice_link(choice: Choice, current: Choice, words: str, found: Counter[str]) -> ChoiceLink:
    query = {name: value for name, value in (("state", choice.value), ("q", words)) if value}
    return ChoiceLink(
        label=str(choice.label),
        count=sum(found[state.value] for state in CHOSEN[choice]),
        address=reverse("mail", query=query),
        is_current=choice == current,
    )


def _mail_row(mail: Mail) -> MailRow:
    return MailRow(
        pk=mail.pk,
        to=mail.to,
        name=mail.person.name if mail.person else "",
        subject=mail.subject,
        tag=_tag_of_mail(mail),
        moment=_moment(mail),
        written_at=mail.queued_at,
        tries=mail.tries,
        said=Truncator(_said(mail)).chars(SHORT),
    )


def load_mail(mail: Mail) -> MailPage:
    """The MailPage of an e-mail that was loaded with its person and text. No query."""
    return MailPage(
        pk=mail.pk,
        to=mail.to,
        name=mail.person.name if mail.person else "",
        subject=mail.subject,
        tag=_tag_of_mail(mail),
        moment=_moment(mail),
        written_at=mail.queued_at,
        tries=mail.tries,
        said=_said(mail),
        language=str(LANGUAGE_NAMES.get(mail.language, mail.language)),
        lane=str(capfirst(Lane(mail.lane).label)),
        template=mail.template,
        message_id=mail.message_id,
        is_secret=mail.is_secret,
        is_sent=mail.is_sent,
        is_kept=mail.has_text,
        text="" if mail.is_secret else mail.text,
        can_be_sent=(mail.is_sent or mail.is_unsent) and mail.has_text,
    )


def _tag_of_mail(mail: Mail) -> Tag:
    match mail.state:
        case Mail.State.SENDING:
            return Tag(_("Being sent"), "tag-going")
        case Mail.State.SENT:
            return Tag(_("Sent"), "tag-done")
        case Mail.State.UNSENT:
            return Tag(_("Not sent"), "tag-late")
    return Tag(_("On its way"))


def _moment(mail: Mail) -> str:
    if mail.ended_at and mail.is_unsent:
        return _("Given up %(time)s") % {"time": _time(mail.ended_at)}
    if mail.ended_at:
        return _time(mail.ended_at)
    if mail.state == Mail.State.SENDING:
        return ""
    if mail.due_at > timezone.now():
        return _("Next attempt %(time)s") % {"time": _time(mail.due_at)}
    return _("Tried again soon") if mail.tries else _("As soon as a worker takes it up")


def _said(mail: Mail) -> str:
    """The error of the mail server. Some servers quote links of a refused e-mail; those of a secret one are hidden."""
    return re.sub(r"https?://\S+", "…", mail.error) if mail.is_secret else mail.error


# --- Jobs ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LaneRow:
    label: str
    has_worker: bool
    seen_at: datetime | None  # the latest heartbeat of a worker
    waiting: str  # how many jobs wait, and since when, in sentences


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the scheduled work, with its latest run."""

    name: str
    words: str
    tag: Tag
    ran_at: datetime | None
    number: int | None  # how many people or things it handled; None if it did not finish
    error: str


@dataclass(frozen=True, slots=True)
class JobRow:
    pk: int
    heading: str
    tag: Tag
    asked_by: str
    asked_at: datetime
    reason: str  # of a failure


@dataclass(frozen=True, slots=True)
class JobsPage:
    lanes: tuple[LaneRow, ...]
    parts: tuple[PartRow, ...]
    jobs: tuple[JobRow, ...]
    pages: "Page[Job]"

    @property
    def has_all_workers(self) -> bool:
        return all(lane.has_worker for lane in self.lanes)


def load_jobs(number: str) -> JobsPage:
    """The page of jobs; `number`, as in the query string, is the page of the jobs people asked for. Six queries."""
    asked_for = Job.objects.exclude(kind__in=kinds.routines()).select_related("asked_by").defer("file", "payload")
    pages = Paginator(asked_for.order_by("-pk"), ON_A_PAGE).get_page(number)
    return JobsPage(lanes=_lanes(), parts=_parts(), jobs=tuple(map(_job_row, pages.object_list)), pages=pages)


def _lanes() -> tuple[LaneRow, ...]:
    """Each lane in the order of Lane. Three queries."""
    without_worker = watch.lanes_without_worker(list(Lane.values))
    seen = dict(Worker.objects.order_by().values_list("lane").annotate(Max("seen_at")))
    counted = Job.objects.waiting().order_by().values_list("lane").annotate(Count("pk"), Min("due_at"))
    waiting = {lane: (number, first_at) for lane, number, first_at in counted}
    return tuple(
        LaneRow(
            label=str(capfirst(lane.label)),
            has_worker=lane.value not in without_worker,
            seen_at=seen.get(lane.value),
            waiting=_waiting(*waiting.get(lane.value, (0, None))),
        )
        for lane in Lane
    )


def _waiting(number: int, first_at: datetime | None) -> str:
    if first_at is None:
        return _("No job waits.")
    count = ngettext("One job waits.", "%(number)d jobs wait.", number) % {"number": number}
    if first_at > timezone.now():
        first = _("The first is due at %(time)s.") % {"time": _time(first_at)}
    else:
        first = _("The oldest has been due since %(time)s.") % {"time": _time(first_at)}
    return f"{count} {first}"


def _parts() -> tuple[PartRow, ...]:
    """A row for each registered part, sorted by name. One query."""
    runs = DueRun.objects.in_bulk()
    return tuple(_part_row(part, runs.get(part.name)) for part in due.parts())


def _part_row(part: due.Part, run: DueRun | None) -> PartRow:
    if run is None or run.began_at is None:
        return PartRow(part.name, str(part.words), Tag(_("Never done"), "tag-due"), None, None, "")
    if run.ended_at is None or run.ended_at < run.began_at:
        is_running = run.began_at > timezone.now() - due.LONGEST_RUN
        tag = Tag(_("Being done"), "tag-going") if is_running else Tag(_("Broken off"), "tag-late")
        return PartRow(part.name, str(part.words), tag, run.began_at, None, "")
    if run.error:
        return PartRow(part.name, str(part.words), Tag(_("Failed"), "tag-late"), run.ended_at, None, run.error)
    return PartRow(part.name, str(part.words), Tag(_("Done"), "tag-done"), run.ended_at, run.done, "")


def _job_row(job: Job) -> JobRow:
    reason = ""
    if job.state == Job.State.FAILED:
        reason = job.reason or _("Its page says why.")
    return JobRow(
        pk=job.pk,
        heading=heading(job),
        tag=_tag_of_job(job),
        asked_by=str(job.asked_by) if job.asked_by else "",
        asked_at=job.asked_at,
        reason=reason,
    )


def _tag_of_job(job: Job) -> Tag:
    match job.state:
        case Job.State.RUNNING:
            return Tag(_("Being done"), "tag-going")
        case Job.State.DONE:
            return Tag(_("Done"), "tag-done")
        case Job.State.FAILED:
            return Tag(_("Failed"), "tag-late")
    return Tag(_("Waiting"))
