"""The registry of kinds of jobs. Each app registers its own in `AppConfig.ready()`."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Job

WAITS = _("It waits for its turn")


@dataclass(frozen=True, slots=True)
class Kind:
    name: str  # app.verb, as in the database: "frameworks.import"
    # Does the job. It may be called more than once for the same job, so its effect and the call of `progress.finish`
    # must be in one transaction.
    work: Callable[[Job], None]
    # The heading of its page while it runs: "kip.yaml is being checked".
    heading: Callable[[Job], str]
    # The heading after it is done: "kip.yaml was checked".
    done_heading: Callable[[Job], str]
    # The heading after it has failed: "kip.yaml was not imported".
    failed_heading: Callable[[Job], str]
    # Its stages after waiting, in order, as shown on its page.
    stages: tuple[Promise, ...] = ()
    # Not requested by a person and not shown to one: its row is deleted once it is done.
    is_routine: bool = False

    @property
    def all_stages(self) -> tuple[Promise, ...]:
        """Its stages, with waiting as the first."""
        return (WAITS, *self.stages)


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.name] = kind


def kind_of(job: Job) -> Kind | None:
    """The Kind of a job; None if it is no longer registered."""
    return _kinds.get(job.kind)


def routines() -> list[str]:
    """The names of the routine kinds (`Kind.is_routine`)."""
    return [kind.name for kind in _kinds.values() if kind.is_routine]
