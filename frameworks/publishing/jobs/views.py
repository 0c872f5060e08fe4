"""The page with the result of a large import or publication."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from frameworks.models import Revision, RevisionJob
from frameworks.publishing import views
from kip_site.accounts.access import platform_admin_required
from kip_site.jobs.models import Job

from . import work


@platform_admin_required
@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirects to the resulting draft or revision, or shows why there is none."""
    row = get_object_or_404(RevisionJob.objects.select_related("job", "revision__framework"), pk=pk)
    if row.job.is_unfinished:
        return redirect("job", row.job.pk)
    if row.job.state == Job.State.DONE:
        return _after(request, row)
    return _failed(request, row)


def _after(request: HttpRequest, row: RevisionJob) -> HttpResponse:
    if row.revision is None:
        return views.gone(request)
    if row.job.kind == work.PUBLISH:
        return views.after_publication(request, row.revision)
    if row.revision.status != Revision.Status.DRAFT:
        return views.after_no_change(request, row.job.name, row.revision)
    return redirect("frameworks:draft", row.revision.pk)


def _failed(request: HttpRequest, row: RevisionJob) -> HttpResponse:
    if faults := work.faults_of(row.job):
        return views.refused_page(request, row.job.name, bytes(row.job.file), faults, status=200)
    if row.job.kind == work.PUBLISH and row.revision is not None:
        messages.error(request, row.job.reason)
        return redirect("frameworks:draft", row.revision.pk)
    crumbs = [(_("Revisions"), reverse("frameworks:manage")), (row.job.name, "")]
    return render(request, "frameworks/publishing/jobs/failed.html", {"job": row.job, "crumbs": crumbs})
