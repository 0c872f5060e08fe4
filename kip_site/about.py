"""The public pages about the site: help, privacy, accessibility."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kip_site.mail.actions import KEPT


@require_safe
@login_not_required
def help_page(request):
    return render(request, "about/help.html")


@require_safe
@login_not_required
def privacy(request):
    return render(request, "about/privacy.html", {"days": KEPT.days})


@require_safe
@login_not_required
def accessibility(request):
    return render(request, "about/accessibility.html")
