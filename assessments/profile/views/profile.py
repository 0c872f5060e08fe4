"""The competence profile, on the page and as PDF: the person's own, or one that is shared with the user."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.continuity.plan import form_after, plan_of
from assessments.models import Assessment
from assessments.profile import page, pdf
from assessments.profile.archive import archived_by
from assessments.sharing.audience import circles_of, organisations_showing, who_sees
from kip_site.accounts import access
from kip_site.accounts.models import Role

# How many gaps and strengths the page shows, unless all are requested (?all).
SHOWN = 4


def submitted_assessment(user, pk):
    """A submitted assessment that the user may see, with everything its profile needs loaded; else 403 or 404."""
    submitted = Assessment.objects.submitted().for_profile()
    # Most requests are for the user's own profile, and its query is much simpler than the one for shared profiles.
    own = submitted.of(user).filter(pk=pk).order_by().first()
    if own is None:
        return access.visible_or_refuse(submitted.select_related("person"), user, pk=pk)
    own.person = user
    return own


@require_safe
def profile(request, pk):
    assessment = submitted_assessment(request.user, pk)
    if assessment.person_id != request.user.pk:
        return shared_profile(request, assessment)
    shown = page.with_plan(page.build(assessment), request.user, request.user, assessment.submitted_at)
    return render(
        request,
        "assessments/profile/profile.html",
        {
            **sections(shown, everything="all" in request.GET),
            "assessment": assessment,
            "is_own": True,
            "is_trainer": False,
            "sees": who_sees(circles_of(request.user, assessment)),
            "unknown_link": way_to_rate(assessment, shown.unknown),
            "next_form": form_after(assessment) if assessment.form.revision.is_superseded else None,
            "archived": _archived(assessment),
            "footer_revision": assessment.form.revision,
        },
    )


def _archived(assessment):
    """The answers of the assessment that this one continues to statements that are no longer in the framework."""
    if assessment.updates_id is None:
        return []
    earlier = Assessment.objects.select_related("form").get(pk=assessment.updates_id)
    return archived_by(plan_of(earlier, assessment.form), earlier)


def shared_profile(request, assessment):
    """Somebody else's profile, for her trainer or her manager."""
    request.section = "people"
    is_trainer = access.leads(request.user, Role.TRAINER, assessment.person)
    shown = page.build(assessment, organisations_showing(assessment, request.user))
    if is_trainer:
        shown = page.with_plan(shown, assessment.person, request.user, assessment.submitted_at)
    return render(
        request,
        "assessments/profile/profile.html",
        {
            **sections(shown, everything="all" in request.GET),
            "assessment": assessment,
            "is_own": False,
            "is_trainer": is_trainer,
            "crumbs": [(_("People"), reverse("assessments:people")), (shown.person, "")],
            "footer_revision": assessment.form.revision,
        },
    )


def sections(shown, *, everything=False):
    """The template's context for a Profile: its long lists in two parts, the first lines and the others."""

    def first(lines):
        # A single remaining line is shown at once: a link to it would take more room than the line itself.
        return len(lines) if everything or len(lines) <= SHOWN + 1 else SHOWN

    first_gaps, first_strengths = first(shown.gaps), first(shown.strengths)
    return {
        "profile": shown,
        "highest_level": shown.levels[-1].value,
        "first_gaps": shown.gaps[:first_gaps],
        "more_gaps": shown.gaps[first_gaps:],
        "first_strengths": shown.strengths[:first_strengths],
        "more_strengths": shown.strengths[first_strengths:],
        "asides": [
            (_("At the target"), shown.at_target),
            (_("Rated, without a target"), shown.without_target),
            (_("Does not apply"), shown.left_out),
        ],
    }


@dataclass(frozen=True)
class WayToRate:
    """Where the owner can rate what is unknown."""

    address: str
    is_open: bool  # whether a draft is open there; else one is begun there


def way_to_rate(assessment, unknown):
    """The WayToRate for the first of the unknown lines; None if there are none."""
    if not unknown:
        return None
    draft = Assessment.objects.of(assessment.person).drafts().filter(form=assessment.form_id).first()
    if draft is None:
        return WayToRate(reverse("assessments:index"), is_open=False)
    return WayToRate(reverse("assessments:rate", args=[draft.pk, unknown[0].competence]), is_open=True)


@require_safe
def profile_pdf(request, pk):
    """The profile as PDF. The first download gives the content a code and a date, which it keeps."""
    assessment = submitted_assessment(request.user, pk)
    try:
        reader = None if assessment.person_id == request.user.pk else request.user
        content, name = pdf.issue(assessment, reader)
    except pdf.PdfUnavailable as reason:
        return render(
            request,
            "assessments/profile/pdf_unavailable.html",
            {"reason": str(reason), "assessment": assessment, "footer_revision": assessment.form.revision},
            status=503,
        )
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_safe
def latest_profile(request):
    """Redirect to the user's newest profile; without one, show how to get one."""
    newest = Assessment.objects.of(request.user).submitted().latest_first().first()
    if newest is not None:
        return redirect("assessments:profile", newest.pk)
    draft = Assessment.objects.of(request.user).latest_draft()
    return render(request, "assessments/profile/no_profile.html", {"draft": draft})
