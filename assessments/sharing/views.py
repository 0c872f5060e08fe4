"""The person chooses who sees a submitted profile, and answers whether somebody new sees it, too."""

from functools import partial

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from assessments.models import GrantRequest
from assessments.own import crumbs, own_assessment
from kip_site.accounts.access import own_or_refuse
from kip_site.accounts.models import in_words
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page, number, sent

from . import actions
from .audience import circles_of, who_sees
from .forms import SharingForm


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request, pk):
    """Who sees this profile. She can change it at any time, and the change counts at once."""
    assessment = own_assessment(request.user, pk)
    if not assessment.is_submitted:
        messages.info(
            request, _("Nobody else sees an assessment before it is submitted. You choose who does when you submit.")
        )
        return redirect("assessments:contents", pk)
    circles_now = partial(circles_of, request.user, assessment)
    form = SharingForm(sent(request), circles=circles_now(), preset=True)
    if request.method == "POST" and form.is_valid():
        actions.share(assessment, form.audience)
        messages.success(request, _("This holds from now on. %(who)s") % {"who": who_sees(circles_now())})
        return redirect("assessments:profile", pk)
    return form_page(
        request,
        "assessments/sharing/sharing.html",
        {
            "assessment": assessment,
            "form": form,
            "crumbs": crumbs(assessment, (_("Sharing"), "")),
            "footer_revision": assessment.form.revision,
        },
        form,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def grant_request(request, pk):
    """Somebody is new in a role: ask whether she may see the user's profiles, too (GET), or save the `answer` (POST).

    The answer is "show", with the profiles (`profile`) that the page has named, or "no".
    """
    request.section = "profile"
    asked = own_or_refuse(GrantRequest.objects.select_related("recipient", "organisation"), request.user, pk=pk)
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        try:
            text = ANSWERS[request.POST["answer"]](asked, set(map(number, request.POST.getlist("profile"))))
        except Refused as refusal:
            messages.info(request, str(refusal))
            return redirect("assessments:grant_request", pk)
        messages.success(request, text)
        return redirect("home")
    offered = {} if asked.answered_at else actions.offered_by(asked)
    unanswered = [FormFault(_("Nothing was decided: choose one of the two buttons."))]
    return form_page(
        request,
        "assessments/sharing/request.html",
        {
            "asked": asked,
            "newcomer": str(asked.recipient),
            "organisation": asked.organisation,
            "roles": in_words(set().union(*offered.values())),
            "offered": list(offered),
            "crumbs": [(_("Home"), reverse("home")), (_("Who sees your profile"), "")],
        },
        faults=unanswered if request.method == "POST" else (),
    )


def _show(asked, listed):
    shown = actions.agree(asked, listed)
    return ngettext(
        "%(name)s sees this profile from now on. You can take it back at any time.",
        "%(name)s sees these %(count)d profiles from now on. You can take it back at any time.",
        shown,
    ) % {"name": asked.recipient, "count": shown}


def _keep(asked, _listed):
    actions.decline(asked)
    return _("%(name)s does not see your profiles. Nothing has changed.") % {"name": asked.recipient}


ANSWERS = {"show": _show, "no": _keep}
