"""The first page after signing in."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import page


@require_safe
def home(request):
    loaded = page.load(request.user, timezone.localtime())
    return render(request, "home.html", {"page": loaded, "footer_revision": loaded.revision})
