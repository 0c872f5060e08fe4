"""A person's own account."""

from itertools import groupby
from operator import attrgetter

from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter as get_provider_adapter
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kip_site.refusals import Refused

from . import actions
from .access import LEADING
from .forms import NameForm
from .models import Membership, Organisation, User, in_words


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """The person's name, how they sign in, and where they are a member."""
    # A second object: a name that was refused must not show in the masthead.
    form = NameForm(request.POST or None, instance=User.objects.get(pk=request.user.pk))
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
    return render(request, "accounts/account.html", context)


def _memberships(user):
    """(organisation, roles in words) of each organisation of the user. One query."""
    found = user.memberships.select_related("organisation").order_by("organisation__name", "organisation")
    return [
        (organisation, in_words([membership.role for membership in memberships]))
        for organisation, memberships in groupby(found, key=attrgetter("organisation"))
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, slug):
    """What leaving an organisation means, for its members, and by POST leaving it."""
    organisation = get_object_or_404(Organisation.objects.of(request.user), slug=slug)
    if request.method == "POST":
        try:
            actions.leave(request.user, organisation)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("organisation_leave", slug=slug)
        messages.success(request, _("You are no longer a member of %(organisation)s.") % {"organisation": organisation})
        return redirect("account")
    held = Membership.objects.filter(user=request.user, organisation=organisation)
    roles = set(held.values_list("role", flat=True))
    part = actions.part_of(request.user, organisation)
    context = {
        "organisation": organisation,
        "roles": in_words(roles),
        "sees_profiles": not roles.isdisjoint(LEADING),
        "others": part.others,
        "is_needed": part.is_needed,
        "crumbs": [
            (_("Your account"), reverse("account")),
            (_("Leave %(organisation)s") % {"organisation": organisation}, ""),
        ],
    }
    return render(request, "accounts/organisation_leave.html", context)
