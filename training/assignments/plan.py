"""A person's plan: the modules that she is to take, with their due dates, and those that she has completed.

A module that several organisations ask for stands there once, and so does what she completed in one act.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from training.catalogue import due
from training.catalogue.presentation import asked_by, organisations_of
from training.models import Assignment, furthest


@dataclass(frozen=True)
class Item:
    """A module on the plan; it may stand for several assignments."""

    title: str
    url: str
    state: Assignment.State
    due: due.Tag | None  # of the earliest date
    steps_done: int
    step_count: int
    minutes: int
    minutes_left: int
    asked_by: tuple[str, ...]  # the trainers, as `asked_by` of training.catalogue.presentation names them
    own: int | None  # the assignment by her own choice: its primary key
    shown_to: str  # the organisation to whose trainers she shows it; "" if none
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
        """Who put it on the plan, in a sentence for each."""
        words = [
            _("%(trainer)s asked you to take it.") % {"trainer": trainer}
            if trainer
            else _("Your trainer asked you to take it.")
            for trainer in self.asked_by
        ]
        return " ".join(words) or _("It is on your own plan.")


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
    """The Plan of a person. Two queries; her memberships are one of them, which the navigation asks for, too."""
    assignments = (
        Assignment.objects.of(user).with_progress().due_first().select_related("module", "assigned_by", "organisation")
    )
    # By the moment of completion, because the person completes all that is open of a module at once.
    together: dict[tuple[int, datetime | None], list[Assignment]] = {}
    for assignment in assignments:
        together.setdefault((assignment.module_id, assignment.completed_at), []).append(assignment)
    today = timezone.localdate()
    several = len(organisations_of(user)) > 1
    items = [(finished, _item(found, today, several)) for (_module, finished), found in together.items()]
    done = sorted(((finished, item) for finished, item in items if finished), key=lambda pair: pair[0], reverse=True)
    return Plan(
        open=tuple(item for finished, item in items if not finished),
        done=tuple(item for _finished, item in done),
    )


def _item(together, today, several):
    """The Item of assignments of one module, the nearest due date first."""
    first = together[0]
    own = next((one for one in together if one.is_own), None)
    finished = first.completed_at
    return Item(
        title=first.module.title,
        url=reverse("training:module", args=[first.module.key]),
        state=furthest(one.state for one in together),
        due=due.tag(first.due, today),
        # One of them has all the steps that she did (see `actions`).
        steps_done=max(one.steps_done for one in together),
        step_count=first.module.step_count,
        minutes=first.module.minutes,
        minutes_left=first.module.minutes - max(one.minutes_done for one in together),
        asked_by=tuple(asked_by(one, with_organisation=several) for one in together if not one.is_own),
        own=own.pk if own else None,
        shown_to=str(own.organisation) if own and own.organisation else "",
        finished=due.day(timezone.localdate(finished), today) if finished else "",
    )
