"""How views find a person's own assessment, and what they answer when it can no longer change."""

from functools import wraps

from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kip_site.accounts.access import own_or_refuse

from .models import Assessment, Submitted


def own_assessment(user, pk, *related):
    """The user's own assessment with form, revision and `related`; 403 for a colleague's, 404 for a stranger's."""
    assessments = Assessment.objects.select_related("form__revision", *related).order_by()
    return own_or_refuse(assessments, user, pk=pk)


def own_draft(user, pk, *related):
    """As own_assessment; raises Submitted (with the assessment) when it is submitted or moved over."""
    assessment = own_assessment(user, pk, *related)
    if assessment.is_submitted or assessment.is_moved:
        raise Submitted(assessment)
    return assessment


def drafts_only(view):
    """Decorate a view: if it raises Submitted, answer 409 with a page that says why the assessment cannot change."""

    @wraps(view)
    def guarded(request, pk, *args, **kwargs):
        try:
            return view(request, pk, *args, **kwargs)
        except Submitted:
            return submitted_page(request, own_assessment(request.user, pk))

    return guarded


def submitted_page(request, assessment):
    if assessment.is_moved:
        return _moved_page(request, assessment)
    return render(
        request,
        "assessments/rating/submitted.html",
        {
            "assessment": assessment,
            "footer_revision": assessment.form.revision,
            "crumbs": crumbs(assessment, (_("Submitted"), "")),
        },
        status=409,
    )


def _moved_page(request, assessment):
    """The page of a draft that was moved over to another revision: it links to the draft that continues it."""
    following = Assessment.objects.filter(updates=assessment).latest_first().first()
    return render(
        request,
        "assessments/rating/moved.html",
        {
            "assessment": assessment,
            "following": following,
            "footer_revision": assessment.form.revision,
            "crumbs": crumbs(assessment),
        },
        status=409,
    )


def title_of(assessment):
    """ "Your assessment, November 2026": with the month of submission, or for a draft, of its beginning."""
    moment = localtime(assessment.submitted_at or assessment.started_at)
    return _("Your assessment, %(month)s") % {"month": date_format(moment, "YEAR_MONTH_FORMAT")}


def crumbs(assessment, *further):
    """The breadcrumbs down to the assessment, then `further`: pairs of (label, address); the last is this page."""
    if assessment.is_submitted:
        # The profile is in the navigation, so the breadcrumbs begin there and not at the home page.
        return [(_("Your profile"), reverse("assessments:profile", args=[assessment.pk])), *further]
    return [
        (_("Home"), reverse("home")),
        (_("Your assessment"), reverse("assessments:contents", args=[assessment.pk]) if further else ""),
        *further,
    ]
