"""Administrators' pages for the people of an organisation and their roles, and the page on which a member leaves it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kip_site.accounts.access import administers, organisation_led_by, organisations_led_by, sees_profiles
from kip_site.accounts.models import Membership, Organisation, Role, User, in_words
from kip_site.accounts.people.page import found, members_of
from kip_site.refusals import Refused
from kip_site.requests import form_page, sent

from . import actions
from .forms import RolesForm

PEOPLE_ON_A_PAGE = 50
# With fewer people the page has no search field, because all are seen at a glance.
ENOUGH_TO_SEARCH = 8


@require_safe
def organisation(request):
    """One of the organisations that the user administers: that of `?organisation=<slug>`, or else the first."""
    led, chosen = organisations_led_by(request.user, Role.ORG_ADMIN, request.GET.get("organisation"))
    members = members_of(chosen)
    words = request.GET.get("q", "").strip()[:200]
    return render(
        request,
        "accounts/organisation/organisation.html",
        {
            "organisation": chosen,
            "organisations": led,
            "count": len(members),
            "can_search": bool(words) or len(members) >= ENOUGH_TO_SEARCH,
            "words": words,
            "people": Paginator(found(members, words), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
            "invitations": list(
                chosen.invitations.select_related("invited_by", "mail").defer("mail__text", "mail__html")
            ),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def person(request, slug, pk):
    """The roles of one person in the organisation."""
    organisation, person = _organisation_and_person(request, slug, pk)
    held = list(Membership.objects.filter(user=person, organisation=organisation).values_list("role", flat=True))
    form = RolesForm(sent(request), initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_roles(person, organisation, form.cleaned_data["roles"], request.user)
        except Refused as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": person})
            return redirect(_after_change(request, organisation))
    return form_page(
        request,
        "accounts/organisation/person.html",
        {
            "organisation": organisation,
            "person": person,
            "form": form,
            "back": page_of(organisation),
            "crumbs": [(organisation.name, page_of(organisation)), (str(person), "")],
            "is_last_administrator": actions.part_of(person, organisation).is_last_administrator,
        },
        form,
    )


@require_POST
def remove(request, slug, pk):
    organisation, person = _organisation_and_person(request, slug, pk)
    try:
        actions.remove(person, organisation, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("organisation_person", slug=slug, pk=pk)
    messages.success(
        request,
        _("%(name)s is no longer a member of %(organisation)s.") % {"name": person, "organisation": organisation},
    )
    return redirect(_after_change(request, organisation))


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request, slug):
    """Show a member what leaving the organisation means (GET), or leave it (POST)."""
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
        "sees_profiles": sees_profiles(roles),
        "others": part.others,
        "is_needed": part.is_needed,
        "crumbs": [
            (_("Your account"), reverse("account")),
            (_("Leave %(organisation)s") % {"organisation": organisation}, ""),
        ],
    }
    return render(request, "accounts/organisation/leave.html", context)


def page_of(organisation):
    return reverse("organisation", query={"organisation": organisation.slug})


def _organisation_and_person(request, slug, pk):
    organisation = organisation_led_by(request.user, Role.ORG_ADMIN, slug)
    return organisation, get_object_or_404(User.objects.in_organisations([organisation]), pk=pk)


def _after_change(request, organisation):
    """The address of the organisation's page, or home for those who have just given up the right to open it."""
    return page_of(organisation) if administers(request.user, organisation) else reverse("home")
