"""The people who share their profile with the user, who is their trainer or manager."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from assessments.confirmations.loading import given_beside
from assessments.profile.people import count_silent, latest_of, named
from kip_site.accounts.access import trainers_and_managers


@require_safe
@trainers_and_managers
def people(request):
    wanted = request.GET.get("name", "").strip()[:150]
    shared = latest_of(request.user)
    found = named(shared, wanted)
    return render(
        request,
        "assessments/profile/people.html",
        {
            "wanted": wanted,
            "shared": found,
            "rows": given_beside(found, request.user),
            "sharing_count": len(shared),
            "silent_count": count_silent(request.user, shared),
        },
    )
