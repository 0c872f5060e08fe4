"""A person's own account."""

from itertools import groupby
from operator import attrgetter

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kip_site.accounts.models import User, in_words
from kip_site.requests import form_page, sent

from .forms import NameForm


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Show and change the person's name, and show how she signs in and where she is a member."""
    # The form gets a User object of its own, so that an invalid name does not appear in the masthead.
    form = NameForm(sent(request), instance=User.objects.get(pk=request.user.pk))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is changed."))
        return redirect("account")
    context = {
        "form": form,
        "memberships": _memberships(request.user),
        "has_password": request.user.has_usable_password(),
        "has_second_step": is_mfa_enabled(request.user),
        "has_providers": bool(get_provider_adapter().list_providers(request)),
    }
    return form_page(request, "accounts/people/account.html", context, form)


def _memberships(user):
    """[(organisation, roles in words), …] of the user's memberships. One query."""
    found = user.memberships.select_related("organisation").order_by("organisation__name", "organisation")
    return [
        (organisation, in_words([membership.role for membership in memberships]))
        for organisation, memberships in groupby(found, key=attrgetter("organisation"))
    ]
