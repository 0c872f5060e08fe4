"""Everything the user submitted so far, and how her means rose."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments import history as past
from assessments.models import Assessment


@require_safe
def history(request):
    submitted = Assessment.objects.of(request.user).submitted().order_by("-submitted_at", "-pk")
    return render(
        request,
        "assessments/history.html",
        {
            "all_series": past.series_of(past.entries(submitted)),
            "crumbs": [(_("Your profile"), reverse("assessments:latest_profile")), (_("All your assessments"), "")],
        },
    )
