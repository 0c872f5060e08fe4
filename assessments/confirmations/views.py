"""Confirming levels of somebody's profile, as her trainer or her manager."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.models import Assessment
from assessments.sharing.audience import ways_to
from kip_site.accounts.access import found_or_refuse
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page, number

from . import actions
from .page import confirm_page_of


@require_http_methods(["GET", "HEAD", "POST"])
def confirmations(request, pk):
    """Show the levels of a shared profile with a checkbox each (GET), or save what was ticked and unticked (POST).

    The page sends back for which organisation it was: in the meantime another one may have become the first.
    """
    submitted = Assessment.objects.submitted().for_profile().select_related("person")
    # Not `visible_to`, which includes the user's own assessments: only others can confirm her levels.
    assessment = found_or_refuse(submitted.shared_with(request.user), partial(submitted.known_to, request.user), pk=pk)
    ways = ways_to(assessment, request.user)
    organisation = _chosen(ways, request.POST.get("organisation", request.GET.get("organisation")))
    if request.method == "POST":
        return _save(request, assessment, organisation, ways)
    newer = actions.newer_of(request.user, assessment, organisation)
    if newer is not None:
        messages.info(
            request,
            _("%(name)s has rated themselves on a later revision since. These are the levels to confirm.")
            % {"name": assessment.person},
        )
        return redirect(_address(newer, organisation, ways))
    return _page(request, assessment, organisation, ways)


def _chosen(ways, slug):
    """The organisation in which the user confirms: that with this slug, or else the first. Raises Http404."""
    organisations = {way.organisation.slug: way.organisation for way in ways}
    if slug is None and ways:
        return ways[0].organisation
    if slug not in organisations:
        raise Http404
    return organisations[slug]


def _address(assessment, organisation, ways):
    query = {"organisation": organisation.slug} if len(ways) > 1 else None
    return reverse("assessments:confirmations", args=[assessment.pk], query=query)


def _save(request, assessment, organisation, ways):
    # Anything that is not a number becomes None, which the action refuses like a level that is not in the profile.
    ticked, was = (set(map(number, request.POST.getlist(name))) for name in ("confirm", "was"))
    try:
        # Compared with what this window showed ("was"), so that it does not undo ticks of another window.
        act = actions.confirm_levels(request.user, assessment, organisation, ticked - was, was - ticked)
    except actions.Overtaken as refusal:
        messages.error(request, str(refusal))
        return redirect(_address(refusal.newer, organisation, ways))
    except Refused as refusal:
        return _page(request, assessment, organisation, ways, FormFault(str(refusal)))
    messages.success(request, _said(act, assessment.person))
    return redirect("assessments:profile", assessment.pk)


def _said(act, person):
    said = []
    if act.added:
        said.append(
            ngettext("You confirmed %(count)d level.", "You confirmed %(count)d levels.", act.added)
            % {"count": act.added}
        )
    if act.removed:
        said.append(
            ngettext("You took back %(count)d confirmation.", "You took back %(count)d confirmations.", act.removed)
            % {"count": act.removed}
        )
    if not said:
        return _("Nothing has changed.")
    return " ".join([*said, _("%(name)s is told by e-mail.") % {"name": person}])


def _page(request, assessment, organisation, ways, *faults):
    request.section = "people"
    person = str(assessment.person)
    return form_page(
        request,
        "assessments/confirmations/confirmations.html",
        {
            "assessment": assessment,
            "person": person,
            "page": confirm_page_of(assessment, request.user, organisation),
            "organisation": organisation,
            "elsewhere": [
                (str(way.organisation), _address(assessment, way.organisation, ways))
                for way in ways
                if way.organisation != organisation
            ],
            "crumbs": [
                (_("People"), reverse("assessments:people")),
                (person, reverse("assessments:profile", args=[assessment.pk])),
                (_("Confirm levels"), ""),
            ],
            "footer_revision": assessment.form.revision,
        },
        faults=faults,
    )
