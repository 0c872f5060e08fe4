"""Reviewing all answers, and submitting them."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.models import Rating, Submitted
from assessments.own import crumbs, drafts_only, own_assessment, own_draft, submitted_page
from assessments.rating import actions
from assessments.rating.review import review_of
from assessments.sharing.audience import circles_of
from assessments.sharing.forms import SharingForm
from kip_site.refusals import Refused
from kip_site.requests import form_page


@require_safe
@drafts_only
def review(request, pk):
    assessment = own_draft(request.user, pk, "updates")
    earlier = assessment.updates
    # The sharing of the assessment that this one continues is preselected; the person can change it.
    continued = earlier if earlier and earlier.is_submitted else None
    form = SharingForm(circles=circles_of(request.user, continued), preset=continued is not None)
    return _review_page(request, assessment, form)


def _review_page(request, assessment, form):
    return form_page(
        request,
        "assessments/rating/review.html",
        {
            "assessment": assessment,
            "review": review_of(assessment),
            "unaccepted": _unaccepted(assessment),
            "form": form,
            "crumbs": crumbs(assessment, (_("Review"), "")),
            "footer_revision": assessment.form.revision,
        },
        form,
    )


def _unaccepted(assessment):
    """How many suggested levels of an update are not accepted yet."""
    if assessment.updates_id is None:
        return 0
    return assessment.ratings.filter(origin=Rating.Origin.SUGGESTED).count()


@require_POST
def submit(request, pk):
    assessment = own_assessment(request.user, pk)
    if assessment.is_submitted:
        return _submitted_before(request, pk)
    if assessment.is_moved:
        return submitted_page(request, assessment)
    form = SharingForm(request.POST, circles=circles_of(request.user))
    if not form.is_valid():
        return _review_page(request, assessment, form)
    try:
        actions.submit(assessment, form.audience)
    except Submitted:
        # Another window has submitted it in the meantime.
        return _submitted_before(request, pk)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _review_page(request, assessment, form)
    messages.success(request, _("Your assessment is submitted. It stays as it is from now on."))
    return redirect("assessments:profile", pk)


def _submitted_before(request, pk):
    messages.info(request, _("This assessment was submitted before. It stays as it was, and so does its sharing."))
    return redirect("assessments:profile", pk)
