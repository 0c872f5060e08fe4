"""Large imports and publications, done by a worker and put back if it died; `tasks` asks for them.

A job may be worked on more than once, but its effect and its end are one transaction: either both are there or neither.
"""

import logging
from datetime import timedelta
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks_db.models import DBTaskResult

from frameworks.publishing.baseline import Overtaken, Seen

try:
    from django.tasks import TaskResultStatus
except ImportError:  # before Django 6.0
    from django_tasks import TaskResultStatus

from frameworks.files.cells import Cell
from frameworks.files.document import elements
from frameworks.files.faults import Fault
from frameworks.files.formats import format_of
from frameworks.files.yaml_tree import MOST_BYTES
from frameworks.models import Job
from frameworks.publishing import actions
from kip_site.refusals import FaultyFiles, Refused

logger = logging.getLogger(__name__)

# Up to this size a web process does it while the browser waits, which takes a few seconds at most.
LARGE_BYTES = 1_000_000
LARGE_ELEMENTS = 2_000
BYTES_OF_A_ROW = 300  # at least, in a workbook that is unpacked

# A worker shows a sign of life every so often, and is taken for dead after so long without one.
HEARTBEAT = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)
# A job that kills its workers must not do so for ever.
MOST_ATTEMPTS = 3
# What is finished is told for this long, and then forgotten.
KEPT = timedelta(days=30)

# What a job goes through, one after the other. A publication is one transaction: nobody sees it half done.
STAGES = {
    Job.Kind.IMPORT: (
        gettext_lazy("It waits for its turn"),
        gettext_lazy("The file is read and checked"),
        gettext_lazy("It is compared with the revision in force"),
        gettext_lazy("It is kept as a draft"),
    ),
    Job.Kind.PUBLISH: (
        gettext_lazy("It waits for its turn"),
        gettext_lazy("The revision is written, with all that follows from it"),
    ),
}


class Lost(Exception):
    """The job was put back meanwhile, because its worker seemed dead: what this one did is rolled back."""


# --- What is large ------------------------------------------------------------------------------


def is_large_file(content, name):
    """Whether an uploaded file is for the worker, guessed cheaply. One over the limits is not: it is refused anyway."""
    if len(content) > MOST_BYTES:
        return False
    if len(content) > LARGE_BYTES:
        return True
    match format_of(content, name).name:
        case "xlsx":
            return _unpacked_bytes(content) > LARGE_ELEMENTS * BYTES_OF_A_ROW
        case "csv":
            return content.count(b"\n") > LARGE_ELEMENTS
        case _:
            return content.count(b"code:") + content.count(b'"code"') > LARGE_ELEMENTS


def _unpacked_bytes(content):
    try:
        with ZipFile(BytesIO(content)) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except (BadZipFile, ValueError, NotImplementedError):
        return 0  # no workbook: refused before anything takes long


def is_large_draft(file):
    """Whether the draft of a RevisionFile is published by the worker."""
    return len(file.content) > LARGE_BYTES or sum(1 for _element in elements(file.document)) > LARGE_ELEMENTS


# --- Working ------------------------------------------------------------------------------------


def work_on(pk, *, worker):
    """Do what a job asks for, unless somebody else does or it is over."""
    began = Job.objects.filter(pk=pk, state=Job.State.WAITING).update(
        state=Job.State.RUNNING, worker=worker, heartbeat_at=timezone.now(), stage=1, attempts=F("attempts") + 1
    )
    if not began:
        return
    job = Job.objects.select_related("asked_by").get(pk=pk)
    try:
        with translation.override(job.language):
            _import(job) if job.kind == Job.Kind.IMPORT else _publish(job)
    except Lost:
        logger.warning("Job %s was put back while worker %s was at it.", pk, worker)
    except Exception:
        with translation.override(job.language):
            reason = _("Something went wrong on our side. Nothing has changed, and the log has it.")
            _end(job, Job.State.FAILED, outcome={"reason": reason})
        logger.exception("Job %s failed.", pk)
        raise


def _import(job):
    content = bytes(job.content)
    try:
        reading = actions.read(content, job.name)
        _enter(job, 2)
        examined = actions.examine_reading(reading, content, job.name)
        _enter(job, 3)
        with transaction.atomic():
            revision = actions.keep_draft(examined, job.asked_by)
            _end(job, Job.State.DONE, revision=revision, content=b"")
    except FaultyFiles as refused:
        _end(job, Job.State.FAILED, outcome={"faults": [_as_json(fault) for fault in refused.faults]})


def _publish(job):
    try:
        if job.revision is None:
            raise Overtaken(_("This draft is not there any more: it was discarded. Nothing has changed."))
        with transaction.atomic():
            actions.publish(job.revision, job.asked_by, Seen(job.seen_sha256, job.seen_current))
            _end(job, Job.State.DONE)
    except Refused as error:
        _end(job, Job.State.FAILED, outcome={"reason": str(error)})


def _enter(job, stage):
    """Seen by everybody at once; raises Lost."""
    if not _mine(job).update(stage=stage, heartbeat_at=timezone.now()):
        raise Lost


def _end(job, state, **fields):
    """In the transaction of what the job does, so that both become true in the same moment; raises Lost."""
    if state == Job.State.DONE:
        fields["stage"] = len(STAGES[job.kind])
    if not _mine(job).update(state=state, finished_at=timezone.now(), **fields):
        raise Lost


def _mine(job):
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, worker=job.worker, attempts=job.attempts)


# --- Workers that died --------------------------------------------------------------------------


def show_life(worker):
    """A worker's sign of life, for the job that it is at."""
    Job.objects.filter(worker=worker, state=Job.State.RUNNING).update(heartbeat_at=timezone.now())


def put_back(now=None):
    """Let others do the jobs of workers that are silent; a job that was tried often enough fails."""
    silent_since = (now or timezone.now()) - SILENCE
    for job in Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lte=silent_since).defer("content"):
        with transaction.atomic():
            _put_back_or_give_up(job)
    # A worker can die between taking a task and beginning its job.
    waiting = Job.objects.filter(state=Job.State.WAITING).values_list("task", flat=True)
    _tasks_again(DBTaskResult.objects.filter(pk__in=list(waiting), started_at__lte=silent_since))


def _put_back_or_give_up(job):
    mine = _mine(job).filter(heartbeat_at=job.heartbeat_at)
    if job.attempts < MOST_ATTEMPTS:
        if mine.update(state=Job.State.WAITING, stage=0):
            _tasks_again(DBTaskResult.objects.filter(pk=job.task))
            logger.warning("Worker %s is silent: job %s was put back.", job.worker, job.pk)
        return
    with translation.override(job.language):
        reason = _("It was tried %(number)d times, and each time the worker stopped in the middle.")
    outcome = {"reason": reason % {"number": job.attempts}}
    if mine.update(state=Job.State.FAILED, finished_at=timezone.now(), outcome=outcome):
        DBTaskResult.objects.filter(pk=job.task).update(status=TaskResultStatus.FAILED, finished_at=timezone.now())
        logger.warning("Worker %s is silent: job %s was given up after %s attempts.", job.worker, job.pk, job.attempts)


def _tasks_again(tasks):
    tasks.exclude(status=TaskResultStatus.READY).update(
        status=TaskResultStatus.READY, started_at=None, finished_at=None
    )


def forget(now=None):
    """Delete the jobs, and the queue's own notes of them, that were finished long ago."""
    long_ago = (now or timezone.now()) - KEPT
    Job.objects.filter(finished_at__lt=long_ago).delete()
    DBTaskResult.objects.filter(finished_at__lt=long_ago).delete()


# --- Telling ------------------------------------------------------------------------------------


def faults_of(job):
    """The Faults of the file of an import that failed, as FaultyFiles had them."""
    return tuple(
        Fault(Cell(**fault["cell"]) if "cell" in fault else fault["line"], fault["message"], job.name)
        for fault in job.outcome.get("faults", ())
    )


def _as_json(fault):
    line = fault.line
    if not isinstance(line, Cell):
        return {"line": line, "message": fault.message}
    names = ("sheet", "row", "letter", "column", "text")
    return {"cell": {name: getattr(line, name) for name in names}, "message": fault.message}
