"""What pages show of jobs, loaded before rendering."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .kinds import Kind, kind_of
from .models import Job

# Longer than a worker needs to notice a job, and shorter than somebody waits in vain.
LONG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class JobPage:
    """How far a job is."""

    job: Job
    heading: str
    done: int  # how many of the stages are behind it
    total: int
    doing: str
    waits_long: bool
    is_still: bool  # it does not ask for itself again

    @property
    def is_counted(self) -> bool:
        """Whether the present stage says how many of its own steps are done."""
        return self.job.of > 0


@dataclass(frozen=True, slots=True)
class JobNotice:
    """That a job goes on, or has failed, where its asker finds it again."""

    text: str
    is_unfinished: bool
    name: str
    address: str


def load(job: Job, *, is_still: bool) -> JobPage:
    kind = kind_of(job)
    stages = kind.all_stages if kind else ()
    return JobPage(
        job=job,
        heading=heading(job),
        done=min(job.stage, len(stages)),
        total=len(stages),
        doing=str(stages[min(job.stage, len(stages) - 1)]) if stages else "",
        waits_long=job.state == Job.State.WAITING and job.due_at < timezone.now() - LONG,
        is_still=is_still,
    )


def heading(job: Job) -> str:
    """What it is doing, has done or has not done, as the heading of its page."""
    kind: Kind | None = kind_of(job)
    if kind is None:
        return job.name or job.kind
    return kind.failed_heading(job) if job.state == Job.State.FAILED else kind.heading(job)


def notices(jobs: Iterable[Job]) -> tuple[JobNotice, ...]:
    return tuple(
        JobNotice(
            text=_("%(heading)s.") % {"heading": heading(job)},
            is_unfinished=job.is_unfinished,
            name=job.name,
            address=job.result if job.result and not job.is_unfinished else reverse("job", args=[job.pk]),
        )
        for job in jobs
    )
