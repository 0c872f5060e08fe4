"""A public page on which anyone who has an issued profile can check whether it is genuine."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assessments.profile.verification import issued_with


@require_safe
@login_not_required
@never_cache
def verify(request):
    """`?code=…`: show what was issued with this code, and nothing else about the person."""
    entered = request.GET.get("code", "").strip()[:40]
    return render(
        request,
        "assessments/profile/verify.html",
        {"entered": entered, "issued": issued_with(entered) if entered else None},
    )
