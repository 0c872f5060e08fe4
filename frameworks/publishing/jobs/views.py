"""How far the worker is with a large file or draft; once it is done, on to what came of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frameworks.models import Job, Revision
from frameworks.publishing import views
from kip_site.accounts.access import platform_admin_required

from . import work

REFRESHED_EVERY = 2  # seconds
# Longer than a worker needs to notice a job, and shorter than an admin waits in vain.
LONG = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class JobPage:
    job: Job
    done: int  # how many of the stages are behind it
    total: int
    doing: str
    waits_long: bool
    is_still: bool  # it does not ask for itself again


@platform_admin_required
@require_safe
def job(request, pk):
    job = get_object_or_404(Job.objects.select_related("revision__framework"), pk=pk)
    if job.state == Job.State.DONE:
        return _after(request, job)
    if job.state == Job.State.FAILED:
        return _failed(request, job)
    return _progress_page(request, job)


def _progress_page(request, job):
    """Asks for itself again, by a header so that it needs no script; with `?still` it waits to be asked."""
    is_still = "still" in request.GET
    stages = work.STAGES[job.kind]
    page = JobPage(
        job=job,
        done=job.stage,
        total=len(stages),
        doing=stages[job.stage],
        waits_long=job.state == Job.State.WAITING and job.asked_at < timezone.now() - LONG,
        is_still=is_still,
    )
    response = render(request, "frameworks/publishing/jobs/job.html", {"page": page, "crumbs": _crumbs(job)})
    if not is_still:
        response["Refresh"] = str(REFRESHED_EVERY)
    return response


def _after(request, job):
    if job.revision is None:
        return views.gone(request)
    if job.kind == Job.Kind.PUBLISH:
        return views.after_publication(request, job.revision)
    if job.revision.status != Revision.Status.DRAFT:
        return views.after_no_change(request, job.name, job.revision)
    return redirect("frameworks:draft", job.revision.pk)


def _failed(request, job):
    if faults := work.faults_of(job):
        return views.refused_page(request, job.name, bytes(job.content), faults, status=200)
    if job.kind == Job.Kind.PUBLISH and job.revision is not None:
        messages.error(request, job.outcome["reason"])
        return redirect("frameworks:draft", job.revision.pk)
    return render(request, "frameworks/publishing/jobs/failed.html", {"job": job, "crumbs": _crumbs(job)})


def _crumbs(job):
    return [(_("Revisions"), reverse("frameworks:manage")), (job.name, "")]
