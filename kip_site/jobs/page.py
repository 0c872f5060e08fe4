"""What pages show about jobs, loaded before rendering."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from .kinds import Kind, kind_of
from .models import Job

# A job that waits longer than this is reported: a worker would normally have taken it.
LONG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class JobPage:
    """The progress of a job."""

    job: Job
    heading: str
    done: int  # how many of its stages are done
    total: int
    doing: str  # the current stage
    waits_long: bool
    is_still: bool  # the page does not refresh itself

    @property
    def is_counted(self) -> bool:
        """Whether the current stage reports how many of its steps are done."""
        return self.job.of > 0


@dataclass(frozen=True, slots=True)
class JobNotice:
    """A notice on another page that a job is unfinished or has failed, with a link to it."""

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
    """The heading of the job's page."""
    kind: Kind | None = kind_of(job)
    if kind is None:
        return job.name or job.kind
    headings = {Job.State.DONE: kind.done_heading, Job.State.FAILED: kind.failed_heading}
    return headings.get(Job.State(job.state), kind.heading)(job)


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
