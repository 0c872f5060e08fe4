"""Deciding what target profiles require on a new revision, statement by statement; for platform admins."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from assessments.models import TargetProfile, TargetReview
from assessments.targets.actions import decide_required_level, decided_meanwhile, take_suggested_levels
from assessments.targets.forms import RequiredLevelForm
from assessments.targets.page import to_decide
from kip_site.accounts.access import platform_admin_required
from kip_site.refusals import Refused
from kip_site.requests import form_page


@platform_admin_required
@require_safe
def target_reviews(request):
    return _page(request)


def _page(request, refused=None):
    context = {
        "targets": to_decide(refused),
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (_("Targets to decide"), "")],
    }
    return form_page(request, "assessments/targets/reviews.html", context, refused)


@platform_admin_required
@require_POST
def decide(request, pk):
    """Require the level that was sent, or nothing, of one statement."""
    review = get_object_or_404(TargetReview.objects.select_related("target", "statement"), pk=pk)
    form = RequiredLevelForm(request.POST, review=review)
    if not form.is_valid():
        if review.decided_at is None:
            return _page(request, form)
        # The decision was taken in the meantime, so the page no longer has a place for the error.
        messages.error(request, decided_meanwhile())
        return redirect("assessments:target_reviews")
    level = form.cleaned_data["level"]
    try:
        decide_required_level(review, level, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("assessments:target_reviews")
    values = {"target": review.target, "code": review.statement.code}
    if level is None:
        messages.success(request, _("“%(target)s” requires nothing of %(code)s.") % values)
    else:
        values["level"] = level.value
        messages.success(request, _("“%(target)s” requires level %(level)d of %(code)s.") % values)
    return redirect("assessments:target_reviews")


@platform_admin_required
@require_POST
def take_suggested(request, pk):
    """Take all suggested levels for a target whose decisions are still open."""
    target = get_object_or_404(TargetProfile, pk=pk)
    taken, left = take_suggested_levels(target, request.user)
    if not taken:
        messages.error(
            request,
            _(
                "No suggestion for “%(target)s” waits any more: they were decided in another window meanwhile. Nothing "
                "has changed just now."
            )
            % {"target": target},
        )
        return redirect("assessments:target_reviews")
    text = ngettext(
        "“%(target)s” requires the suggested level of %(taken)d statement.",
        "“%(target)s” requires the suggested levels of %(taken)d statements.",
        taken,
    ) % {"target": target, "taken": taken}
    messages.success(request, f"{text} {_what_remains(left)}")
    return redirect("assessments:target_reviews")


def _what_remains(left):
    if not left:
        return _("Nothing remains to be decided for it.")
    text = ngettext(
        "%(left)d statement without a suggestion remains to be decided.",
        "%(left)d statements without a suggestion remain to be decided.",
        left,
    )
    return text % {"left": left}
