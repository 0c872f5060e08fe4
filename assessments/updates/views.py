"""The framework has changed: what this means for a person's assessment, and its short update."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.confirmations.loading import prospect_of
from assessments.continuity.plan import change_of, plan_of
from assessments.models import Submitted
from assessments.own import crumbs, drafts_only, own_assessment, own_draft
from assessments.profile.archive import archived_by
from assessments.rating.views.sheet import questions_page, save_page
from assessments.sharing.audience import circles_of, who_sees
from kip_site.refusals import Refused
from kip_site.requests import number

from . import actions
from .page import pages_of, update_page_of


@require_http_methods(["GET", "HEAD", "POST"])
def changed(request, pk):
    """Show what a new revision means for an earlier assessment (GET), or begin its update (POST)."""
    earlier = own_assessment(request.user, pk, "target")
    change = None if earlier.is_moved else change_of(earlier)
    if change is None:
        messages.info(
            request, _("This assessment stands on the revision in force, or its form is not offered any more.")
        )
        return redirect("assessments:index")
    if request.method == "POST":
        return _go_on(request, change)
    return render(
        request,
        "assessments/updates/changed.html",
        {
            "change": change,
            "sees": who_sees(circles_of(request.user, earlier)) if earlier.is_submitted else "",
            "archived": archived_by(change.plan, earlier),
            "confirmed": prospect_of(earlier, change.form, change.plan),
            "crumbs": [(_("Home"), reverse("home")), (_("The framework has changed"), "")],
            "footer_revision": change.form.revision,
        },
    )


def _go_on(request, change):
    """Begin the update of a submitted assessment, or move a draft over."""
    try:
        if change.earlier.is_submitted:
            draft = actions.begin_update(request.user, change.earlier)
        else:
            draft = actions.move_draft(change.earlier)
    except (Refused, Submitted) as refusal:
        messages.error(request, str(refusal) or _("This assessment was changed in another window meanwhile."))
        return redirect("assessments:changed", change.earlier.pk)
    if change.earlier.is_submitted and change.plan.asked:
        return redirect("assessments:update", draft.pk)
    if not change.earlier.is_submitted:
        messages.success(
            request,
            _("Your assessment goes on with revision %(version)s. Every answer came along or is kept.")
            % {"version": change.version},
        )
    return redirect("assessments:contents", draft.pk)


@require_POST
def take_over(request, pk):
    """Create and submit the update at once, when no statement must be asked."""
    earlier = own_assessment(request.user, pk, "target")
    try:
        taken = actions.take_over(request.user, earlier)
    except (Refused, Submitted) as refusal:
        messages.error(request, str(refusal) or _("This assessment was submitted in another window meanwhile."))
        return redirect("assessments:changed", pk)
    messages.success(request, _("Your ratings stand on the new revision now. The earlier assessment stays as it was."))
    return redirect("assessments:profile", taken.pk)


@require_POST
def set_aside(request, pk):
    """Leave the earlier assessment on its revision; the person's pages do not remind her any more."""
    change = change_of(own_assessment(request.user, pk))
    if change is not None:
        actions.decide(request.user, change.form.revision)
        messages.info(
            request,
            _("Your ratings stay on revision %(version)s. You can still update them, from your profile.")
            % {"version": change.old_version},
        )
    return redirect("home")


@require_http_methods(["GET", "HEAD", "POST"])
@drafts_only
def update(request, pk):
    """Show the questions of an update (GET), or save the whole page (POST, sent by its buttons, without JavaScript)."""
    assessment = own_draft(request.user, pk, "updates__form__revision")
    if assessment.updates is None:
        return redirect("assessments:contents", pk)
    part = number(request.GET.get("part", "")) or 1
    if request.method != "POST":
        return update_page(request, assessment, part)
    sent = save_page(assessment, request)
    accepted = number(request.POST.get("confirm", ""))
    if accepted:
        actions.accept(assessment, accepted)
    if not sent.is_saved:
        return update_page(request, assessment, part, sent.unsaved, sent.refused)
    if pressed := accepted or sent.pressed:
        return redirect(f"{update_address(assessment, part)}#q{pressed}")
    if "stay" in request.POST:
        return redirect(update_address(assessment, part))
    pages = pages_of(plan_of(assessment.updates, assessment.form))
    return redirect(_following(assessment, part, pages))


def update_address(assessment, part):
    return f"{reverse('assessments:update', args=[assessment.pk])}?part={part}"


def _following(assessment, part, pages):
    """The address after a page of questions, where `pages` is the number of pages."""
    if part >= pages:
        return reverse("assessments:review", args=[assessment.pk])
    return update_address(assessment, part + 1)


def update_page(request, assessment, part, unsaved=None, refused=None):
    """Render the questions of an update whose `updates` and their revision are loaded; see `questions_page`."""
    plan = plan_of(assessment.updates, assessment.form)
    lapsed = prospect_of(assessment.updates, assessment.form, plan).by_statement
    page = update_page_of(assessment, plan, part, lapsed)
    context = {
        "assessment": assessment,
        "page": page,
        "next": _following(assessment, page.number, page.pages),
        "crumbs": crumbs(assessment, (_("Update"), "")),
        "footer_revision": assessment.form.revision,
    }
    return questions_page(request, "assessments/updates/update.html", page.questions, context, unsaved, refused)
