"""The kinds of jobs. Each app registers its own in `AppConfig.ready()`: the queue knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Job

WAITS = _("It waits for its turn")


@dataclass(frozen=True, slots=True)
class Kind:
    name: str  # app.verb, as it stands in the database: "frameworks.import"
    # Does the job. It may be called more than once for the same job, so its effect and `progress.finish` are one
    # transaction: either both are there or neither.
    work: Callable[[Job], None]
    # What it is doing, as the heading of its page: "kip.yaml is being checked".
    heading: Callable[[Job], str]
    # The heading once it has failed: "The file was not imported".
    failed_heading: Callable[[Job], str]
    # What it goes through after it has waited, one after the other.
    stages: tuple[Promise, ...] = ()
    # Nobody asked for it and nobody is told of it: its row goes once it is done.
    is_routine: bool = False

    @property
    def all_stages(self) -> tuple[Promise, ...]:
        """What it goes through, waiting included, which is the first."""
        return (WAITS, *self.stages)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(job: Job) -> Kind | None:
    """The Kind of a job; None for one that the code of today does not know any more."""
    return _kinds.get(job.kind)


def routines() -> list[str]:
    """The names of the kinds that nobody is told of."""
    return [kind.name for kind in _kinds.values() if kind.is_routine]
