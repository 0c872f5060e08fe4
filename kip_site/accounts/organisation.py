"""The pages of an organisation's administrators: its people, their roles, and invitations."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kip_site.refusals import Refused

from . import actions
from .access import organisation_led_by, organisations_led_by, visible_or_refuse
from .models import Invitation, Membership, Organisation, Role, User
from .organisation_forms import InviteForm, RolesForm
from .people import found, members_of

PEOPLE_ON_A_PAGE = 50
# Fewer can be seen at a glance, and need no search.
ENOUGH_TO_SEARCH = 8


@require_safe
def organisation(request):
    """One of the organisations that the user administers: `?organisation=` its short name, else the first."""
    led, chosen = organisations_led_by(request.user, Role.ORG_ADMIN, request.GET.get("organisation"))
    members = members_of(chosen)
    words = request.GET.get("q", "").strip()[:200]
    return render(
        request,
        "accounts/organisation.html",
        {
            "organisation": chosen,
            "organisations": led,
            "count": len(members),
            "can_search": bool(words) or len(members) >= ENOUGH_TO_SEARCH,
            "words": words,
            "people": Paginator(found(members, words), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page")),
            "invitations": list(chosen.invitations.select_related("invited_by")),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, slug):
    organisation = organisation_led_by(request.user, Role.ORG_ADMIN, slug)
    form = InviteForm(_posted(request), organisation=organisation, initial={"roles": [Role.PRACTITIONER]})
    if request.method == "POST" and form.is_valid():
        invited = actions.invite(organisation, form.cleaned_data["addresses"], form.cleaned_data["roles"], request.user)
        _report(request, invited)
        return redirect(page_of(organisation))
    crumbs = [(organisation.name, page_of(organisation)), (_("Invite people"), "")]
    context = {"organisation": organisation, "form": form, "days": settings.INVITATION_DAYS, "crumbs": crumbs}
    return render(request, "accounts/organisation_invite.html", context)


def _report(request, invited):
    """Say how many are invited, and whose e-mail the mail server did not take."""
    sent = len(invited.invitations) - sum(one.email in invited.unsent for one in invited.invitations)
    if sent:
        text = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", sent)
        messages.success(request, text % {"count": sent})
    if invited.unsent:
        text = _(
            "The mail server did not take the e-mail to %(addresses)s. The invitations are kept; send them again in a "
            "while."
        )
        messages.warning(request, text % {"addresses": ", ".join(invited.unsent)})


@require_http_methods(["GET", "HEAD", "POST"])
def person(request, slug, pk):
    """The roles of one person in the organisation."""
    organisation, person = _organisation_and_person(request, slug, pk)
    held = list(Membership.objects.filter(user=person, organisation=organisation).values_list("role", flat=True))
    form = RolesForm(_posted(request), initial={"roles": held})
    if request.method == "POST" and form.is_valid():
        try:
            unsent = actions.change_roles(person, organisation, form.cleaned_data["roles"], request.user)
        except Refused as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles of %(name)s are changed.") % {"name": person})
            _warn_if(unsent, request)
            return redirect(_after_change(request, organisation))
    return render(
        request,
        "accounts/organisation_person.html",
        {
            "organisation": organisation,
            "person": person,
            "form": form,
            "crumbs": [(organisation.name, page_of(organisation)), (str(person), "")],
            "is_last_administrator": actions.part_of(person, organisation).is_last_administrator,
        },
    )


@require_POST
def remove(request, slug, pk):
    organisation, person = _organisation_and_person(request, slug, pk)
    try:
        unsent = actions.remove(person, organisation, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("organisation_person", slug=slug, pk=pk)
    messages.success(
        request,
        _("%(name)s is no longer a member of %(organisation)s.") % {"name": person, "organisation": organisation},
    )
    _warn_if(unsent, request)
    return redirect(_after_change(request, organisation))


@require_POST
def send_again(request, pk):
    invitation = visible_or_refuse(Invitation.objects.select_related("organisation", "invited_by"), request.user, pk=pk)
    try:
        is_sent = actions.send_again(invitation)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(page_of(invitation.organisation))
    values = {"address": invitation.email, "day": date_format(invitation.valid_until)}
    if is_sent:
        text = _("The invitation to %(address)s is on its way again. It is valid until %(day)s.")
        messages.success(request, text % values)
    else:
        text = _(
            "The mail server did not take the e-mail to %(address)s. The invitation is kept; try again in a while."
        )
        messages.warning(request, text % values)
    return redirect(page_of(invitation.organisation))


@require_POST
def withdraw(request, pk):
    invitation = visible_or_refuse(Invitation.objects.select_related("organisation"), request.user, pk=pk)
    actions.withdraw(invitation)
    messages.success(request, _("The invitation to %(address)s is withdrawn.") % {"address": invitation.email})
    return redirect(page_of(invitation.organisation))


def _warn_if(unsent, request):
    for address in unsent:
        text = _("The mail server did not take the e-mail to %(address)s. The change holds; tell the person yourself.")
        messages.warning(request, text % {"address": address})


def page_of(organisation):
    return reverse("organisation", query={"organisation": organisation.slug})


def _posted(request):
    """What was sent, be it empty; None for a form that was only opened."""
    return request.POST if request.method == "POST" else None


def _organisation_and_person(request, slug, pk):
    organisation = organisation_led_by(request.user, Role.ORG_ADMIN, slug)
    return organisation, get_object_or_404(User.objects.in_organisations([organisation]), pk=pk)


def _after_change(request, organisation):
    """Back to the organisation's page, or home for those who have just given up the right to open it."""
    still_leads = Organisation.objects.with_role(request.user, Role.ORG_ADMIN).filter(pk=organisation.pk).exists()
    return page_of(organisation) if still_leads else reverse("home")
