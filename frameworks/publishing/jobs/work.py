"""The work of the import and publication jobs. A job's effect and its end are one transaction."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frameworks.files.cells import Cell
from frameworks.files.faults import Fault
from frameworks.models import RevisionJob
from frameworks.publishing import actions
from frameworks.publishing.baseline import Overtaken, Seen
from kip_site.jobs.kinds import Kind, register
from kip_site.jobs.models import Job
from kip_site.jobs.progress import enter, fail, finish
from kip_site.refusals import FaultyFiles

IMPORT = "frameworks.import"
PUBLISH = "frameworks.publish"


def import_file(job: Job) -> None:
    """Make the file of the job a draft, as `publishing.actions.import_draft` does. Faults are stored with the job."""
    content = bytes(job.file)
    try:
        reading = actions.read(content, job.name)
        enter(job, 2)
        examined = actions.examine_reading(reading, content, job.name)
        enter(job, 3)
        with transaction.atomic():
            revision = actions.keep_draft(examined, job.asked_by)
            RevisionJob.objects.filter(job=job).update(revision=revision)
            finish(job)
    except FaultyFiles as refused:
        fail(job, outcome={"faults": [_as_json(fault) for fault in refused.faults]})


def publish_draft(job: Job) -> None:
    """Publish the draft of the job, as `publishing.actions.publish` does. Raises Refused."""
    row = RevisionJob.objects.select_related("revision").get(job=job)
    if row.revision is None:
        raise Overtaken(_("This draft is not there any more: it was discarded. Nothing has changed."))
    with transaction.atomic():
        actions.publish(row.revision, job.asked_by, Seen(row.seen_sha256, row.seen_current))
        finish(job)


KINDS = (
    Kind(
        name=IMPORT,
        work=import_file,
        heading=lambda job: _("%(name)s is being checked") % {"name": job.name},
        done_heading=lambda job: _("%(name)s was checked") % {"name": job.name},
        failed_heading=lambda job: _("%(name)s was not imported") % {"name": job.name},
        stages=(
            gettext_lazy("The file is read and checked"),
            gettext_lazy("It is compared with the revision in force"),
            gettext_lazy("It is kept as a draft"),
        ),
    ),
    Kind(
        name=PUBLISH,
        work=publish_draft,
        heading=lambda job: _("%(name)s is being published") % {"name": job.name},
        done_heading=lambda job: _("%(name)s was published") % {"name": job.name},
        failed_heading=lambda job: _("%(name)s was not published") % {"name": job.name},
        stages=(gettext_lazy("The revision is written, with all that follows from it"),),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)


# --- The faults of a file -----------------------------------------------------------------------


def faults_of(job: Job) -> tuple[Fault, ...]:
    """The faults of the file of an import job that failed; empty for any other job."""
    return tuple(
        Fault(Cell(**fault["cell"]) if "cell" in fault else fault["line"], fault["message"], job.name)
        for fault in job.outcome.get("faults", ())
    )


def _as_json(fault: Fault) -> dict[str, object]:
    line = fault.line
    if not isinstance(line, Cell):
        return {"line": line, "message": fault.message}
    names = ("sheet", "row", "letter", "column", "text")
    return {"cell": {name: getattr(line, name) for name in names}, "message": fault.message}
