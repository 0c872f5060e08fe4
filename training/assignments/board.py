"""The trainer's board: the assignments of her people in four columns."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.catalogue import due
from training.models import Assignment

# How many tickets a column shows before "show all".
SHORT = 8

State = Assignment.State
CONDITIONS = {
    State.ASSIGNED: Q(started_at=None, completed_at=None),
    State.STARTED: Q(started_at__isnull=False, completed_at=None),
    State.COMPLETED: Q(completed_at__isnull=False, confirmed_at=None),
    State.CONFIRMED: Q(confirmed_at__isnull=False),
}
ORDERS = {
    State.ASSIGNED: (F("due").asc(nulls_last=True), "pk"),
    State.STARTED: (F("due").asc(nulls_last=True), "pk"),
    State.COMPLETED: ("completed_at", "pk"),  # those that have waited longest come first
    State.CONFIRMED: ("-confirmed_at", "pk"),
}
STATE_CSS = {State.ASSIGNED: "", State.STARTED: "tag-going", State.COMPLETED: "tag-done", State.CONFIRMED: "tag-done"}


class Due(StrEnum):
    """The choices of the board's filter by due date."""

    LATE = "late"
    WEEK = "week"
    LATER = "later"
    NONE = "none"


DUE_LABELS = {
    Due.LATE: gettext_lazy("Late"),
    Due.WEEK: gettext_lazy("In the next seven days"),
    Due.LATER: gettext_lazy("Later"),
    Due.NONE: gettext_lazy("Without a date"),
}


@dataclass(frozen=True)
class Ticket:
    pk: int
    person: str
    module: str
    url: str
    tag: due.Tag
    can_be_approved: bool
    is_own_choice: bool  # whether the person put it on her plan herself, and shows it
    organisation: str  # in which it was given; "" where that is clear


@dataclass(frozen=True)
class Column:
    state: Assignment.State
    title: str
    count: int
    tickets: tuple[Ticket, ...]
    empty: str  # what the column says when it has no tickets

    @property
    def hidden(self):
        return self.count - len(self.tickets)


def columns(assignments, whole=None, *, with_organisation=False):
    """The four Columns of a queryset of assignments; only the column of the state `whole` is complete. Five queries.

    `with_organisation`: for a trainer of several, who may have the same module twice for the same person.
    """
    counts = assignments.order_by().aggregate(
        **{state.value: Count("pk", filter=condition) for state, condition in CONDITIONS.items()}
    )
    today = timezone.localdate()
    return [
        Column(
            state=state,
            title=_titles()[state],
            count=counts[state.value],
            tickets=tuple(
                _ticket(found, state, today, with_organisation=with_organisation)
                for found in _of(assignments, state, whole=state == whole)
            ),
            empty=_empty()[state],
        )
        for state in CONDITIONS
    ]


def narrowed(assignments, due_choice):
    """The assignments filtered by a choice of Due; with a choice only open ones, because others are not due."""
    today = timezone.localdate()
    week = today + timedelta(days=7)
    match due_choice:
        case Due.LATE:
            return assignments.open().filter(due__lt=today)
        case Due.WEEK:
            return assignments.open().filter(due__range=(today, week))
        case Due.LATER:
            return assignments.open().filter(due__gt=week)
        case Due.NONE:
            return assignments.open().filter(due=None)
    return assignments


@dataclass(frozen=True)
class Detail:
    """One assignment with its steps, for the trainer."""

    assignment: Assignment
    tag: due.Tag
    steps: tuple[tuple[str, int, str], ...]  # (title, minutes, the day on which it was done or "")

    @property
    def done(self):
        return sum(bool(day) for _title, _minutes, day in self.steps)


def detail(assignment):
    """The Detail of an assignment. Two queries."""
    days = dict(assignment.steps.values_list("material", "done_at"))
    today = timezone.localdate()
    return Detail(
        assignment=assignment,
        tag=due.Tag(assignment.state.label, STATE_CSS[assignment.state]),
        steps=tuple(
            (
                material.title,
                material.minutes,
                due.day(timezone.localdate(days[material.pk]), today) if material.pk in days else "",
            )
            for material in assignment.module.materials.all()
        ),
    )


def _of(assignments, state, *, whole):
    found = (
        assignments.filter(CONDITIONS[state])
        .order_by(*ORDERS[state])
        .select_related("person", "module", "organisation")
    )
    return found.with_progress() if whole else found.with_progress()[:SHORT]


def _ticket(assignment, state, today, *, with_organisation):
    return Ticket(
        pk=assignment.pk,
        person=str(assignment.person),
        module=assignment.module.title,
        url=reverse("training:assignment", args=[assignment.pk]),
        tag=_tag(assignment, state, today),
        can_be_approved=state == State.COMPLETED,
        is_own_choice=assignment.is_own,
        organisation=str(assignment.organisation) if with_organisation else "",
    )


def _tag(assignment, state, today):
    if state == State.COMPLETED:
        day = due.day(timezone.localdate(assignment.completed_at), today)
        return due.Tag(_("Finished %(day)s") % {"day": day}, "tag-done")
    if state == State.CONFIRMED:
        day = due.day(timezone.localdate(assignment.confirmed_at), today)
        return due.Tag(_("Confirmed %(day)s") % {"day": day}, "tag-done")
    tag = due.tag(assignment.due, today)
    if state == State.STARTED and (tag is None or not tag.css):
        step = min(assignment.steps_done + 1, assignment.module.step_count)
        return due.Tag(
            _("Step %(step)d of %(total)d") % {"step": step, "total": assignment.module.step_count}, "tag-going"
        )
    return tag or due.Tag(_("No due date"))


def _titles():
    return {
        State.ASSIGNED: _("Assigned"),
        State.STARTED: _("Started"),
        State.COMPLETED: _("Completed"),
        State.CONFIRMED: _("Confirmed"),
    }


def _empty():
    return {
        State.ASSIGNED: _("Nobody has a module waiting to be begun."),
        State.STARTED: _("Nobody is working on a module."),
        State.COMPLETED: _("Nobody waits for your confirmation."),
        State.CONFIRMED: _("You will find here what you confirmed."),
    }
