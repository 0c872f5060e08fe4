"""A person's own account, the people of an organisation, and the pages about the site."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def account(request):
    return render(request, "accounts/account.html")


@require_safe
def organisation(request):
    return render(request, "accounts/organisation.html")


@require_safe
@login_not_required
def help_page(request):
    return render(request, "about/help.html")


@require_safe
@login_not_required
def privacy(request):
    return render(request, "about/privacy.html")


@require_safe
@login_not_required
def accessibility(request):
    return render(request, "about/accessibility.html")
