"""A person's plan: the modules that she is to take, with their due dates, and those that she has completed."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from training.catalogue import due
from training.models import Assignment


@dataclass(frozen=True)
class Item:
    """An assignment as its person sees it."""

    pk: int
    title: str
    url: str
    state: Assignment.State
    due: due.Tag | None
    steps_done: int
    step_count: int
    minutes: int
    minutes_left: int
    asked_by: str  # the trainer's name; "" if there is none
    is_own: bool
    finished: str  # the day of completion, "20 November"; "" while open

    @property
    def is_started(self) -> bool:
        return self.state == Assignment.State.STARTED

    @property
    def next_step(self) -> int:
        """The number of the next step, from 1; one more than the number of steps when all are done."""
        return self.steps_done + 1

    @property
    def all_steps_done(self) -> bool:
        return self.next_step > self.step_count

    @property
    def progress_words(self) -> str:
        """How far she is: "Step 2 of 5"."""
        if self.all_steps_done:
            return _("All steps done")
        if self.is_started:
            return _("Step %(step)s of %(total)s") % {"step": self.next_step, "total": self.step_count}
        return _("Not started")

    @property
    def what_is_left(self) -> str:
        """What is left to do, in a sentence."""
        if self.all_steps_done:
            return _("All steps are done. Finish the module.")
        if self.is_started:
            return _("You are at step %(step)s of %(total)s. About %(left)s minutes are left.") % {
                "step": self.next_step,
                "total": self.step_count,
                "left": self.minutes_left,
            }
        return _("%(total)s steps, about %(minutes)s minutes together.") % {
            "total": self.step_count,
            "minutes": self.minutes,
        }

    @property
    def why(self) -> str:
        """Who put it on the plan, in a sentence."""
        if self.asked_by:
            return _("%(trainer)s asked you to take it.") % {"trainer": self.asked_by}
        if self.is_own:
            return _("You added it to your own plan.")
        return _("Your trainer asked you to take it.")


@dataclass(frozen=True)
class Plan:
    open: tuple[Item, ...]  # the nearest due date first
    done: tuple[Item, ...]  # latest first

    @property
    def next(self) -> Item | None:
        """The Item to continue: of the started ones, else of all open ones, the one due next. None if none is open."""
        return min(self.open, key=lambda item: not item.is_started, default=None)

    @property
    def others(self) -> list[Item]:
        """The open Items except `next`."""
        return [item for item in self.open if item is not self.next]


def load(user: User) -> Plan:
    """The Plan of a person. One query."""
    assignments = Assignment.objects.of(user).with_progress().due_first().select_related("module", "assigned_by")
    today = timezone.localdate()
    items = [(assignment, _item(assignment, today)) for assignment in assignments]
    done = sorted((pair for pair in items if pair[0].completed_at), key=lambda pair: pair[0].completed_at, reverse=True)
    return Plan(
        open=tuple(item for assignment, item in items if not assignment.completed_at),
        done=tuple(item for _assignment, item in done),
    )


def _item(assignment, today):
    by_trainer = assignment.assigned_by if not assignment.is_own else None
    finished = assignment.completed_at
    return Item(
        pk=assignment.pk,
        title=assignment.module.title,
        url=reverse("training:module", args=[assignment.module.key]),
        state=assignment.state,
        due=due.tag(assignment.due, today),
        steps_done=assignment.steps_done,
        step_count=assignment.module.step_count,
        minutes=assignment.module.minutes,
        minutes_left=assignment.module.minutes - assignment.minutes_done,
        asked_by=str(by_trainer) if by_trainer else "",
        is_own=assignment.is_own,
        finished=due.day(timezone.localdate(finished), today) if finished else "",
    )
