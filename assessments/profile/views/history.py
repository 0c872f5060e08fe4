"""All assessments that the user has submitted, and her means over time."""

from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.confirmations.loading import told_beside
from assessments.models import Assessment
from assessments.profile.archive import archives_of
from assessments.profile.history import entries, series_of
from assessments.sharing.audience import shown_beside


@require_safe
def history(request):
    submitted = Assessment.objects.of(request.user).submitted().latest_first()
    found = shown_beside(told_beside(entries(submitted)))
    titles = {entry.framework: entry.framework_title for entry in reversed(found)}
    archives = archives_of(request.user.pk, titles)
    return render(
        request,
        "assessments/profile/history.html",
        {
            "all_series": series_of(found),
            "archives": [(key, titles[key], archived) for key, archived in archives.items() if archived],
            "crumbs": [(_("Your profile"), reverse("assessments:latest_profile")), (_("All your assessments"), "")],
        },
    )
