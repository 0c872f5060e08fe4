"""A person's own account, and the pages about the site."""

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from .forms import NameForm
from .models import User


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """The person's name, how they sign in, and where they are a member."""
    # A second object: a name that was refused must not show in the masthead.
    form = NameForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is changed."))
        return redirect("account")
    memberships = request.user.memberships.select_related("organisation")
    context = {
        "form": form,
        "memberships": list(memberships),
        "has_password": request.user.has_usable_password(),
        "has_second_step": is_mfa_enabled(request.user),
        "has_providers": bool(get_provider_adapter().list_providers(request)),
    }
    return render(request, "accounts/account.html", context)


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
