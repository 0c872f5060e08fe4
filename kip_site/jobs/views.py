"""The page with the progress of a job, for the person who asked for it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from . import page
from .models import Job

REFRESHED_EVERY = 2  # seconds


@require_safe
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the progress, and redirects to the result once the job has ended.

    The page refreshes itself by a header, which needs no script; with `?still` it does not.
    """
    job = get_object_or_404(Job.objects.visible_to(request.user).defer("file", "payload"), pk=pk)
    if job.result and not job.is_unfinished:
        return redirect(job.result)
    is_still = "still" in request.GET
    response = render(request, "jobs/job.html", {"page": page.load(job, is_still=is_still)})
    if job.is_unfinished and not is_still:
        response["Refresh"] = str(REFRESHED_EVERY)
    return response
