"""Rating one competence: showing and saving the page, and saving a single answer from the script."""

from django.http import Http404, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from assessments.models import Assessment, Submitted
from assessments.own import drafts_only, own_draft
from assessments.questionnaire.content import sheet_of
from assessments.questionnaire.progress import progress_of
from assessments.rating import actions
from assessments.rating.forms import AnswerForm
from assessments.rating.page import conflict_of, saved_words
from kip_site.accounts.access import own_or_refuse
from kip_site.refusals import Refused
from kip_site.requests import UNPROCESSABLE

from .sheet import question_address, save_page, sheet_page


@require_http_methods(["GET", "HEAD", "POST"])
@drafts_only
def rate(request, pk, code):
    """Show one competence of the form (GET), or save the whole page (POST, sent by its buttons, without JavaScript)."""
    assessment = own_draft(request.user, pk)
    if request.method != "POST":
        return sheet_page(request, assessment, code)
    sent = save_page(assessment, request)
    if not sent.is_saved:
        return sheet_page(request, assessment, code, sent.unsaved, sent.refused)
    if sent.pressed:
        return redirect(question_address(assessment, code, sent.pressed))
    if "stay" in request.POST:
        return redirect("assessments:rate", pk, code)
    progress = progress_of(assessment)
    competence = progress.find(code)
    if competence is None:
        raise Http404
    following = progress.after(competence)
    return redirect(following.url if following else reverse("assessments:review", args=[pk]))


@require_POST
def save(request, pk, statement):
    """Save one answer, for static/js/rating.js. Answers JSON, with texts that are ready to show.

    Saved: 200 {"seen", "saved"}. Conflict: 409 {"notice", "choice", "comment", "seen"}. Invalid: 422 {"error"}.
    Submitted or moved over: 409 {"error"}.
    """
    assessment = own_or_refuse(Assessment.objects.select_related("form"), request.user, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.fault}, status=UNPROCESSABLE)
    answer, seen = form.cleaned_data["answer"], form.cleaned_data["seen"]
    try:
        saved = actions.save_rating(assessment, statement, answer, seen.version)
    except actions.NotAsked:
        raise Http404 from None
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=UNPROCESSABLE)
    except Submitted:
        error = _("This assessment was submitted or moved over, and stays as it is. This answer was not saved.")
        return JsonResponse({"error": error}, status=409)
    except actions.Conflict as conflict:
        return _conflict_response(request, assessment, statement, answer, conflict.current)
    return JsonResponse({"seen": str(saved.seen), "saved": saved_words(saved.saved_at)})


def _conflict_response(request, assessment, statement, mine, current):
    sheet = sheet_of(assessment.form)
    code = next(asked.code for asked in sheet.statements if asked.pk == statement)
    conflict = conflict_of(statement, code, mine, current, sheet.labels)
    return JsonResponse(
        {
            "notice": render_to_string("assessments/rating/_conflict.html", {"conflict": conflict}, request),
            "choice": current.answer.choice,
            "comment": current.answer.comment,
            "seen": conflict.seen,
        },
        status=409,
    )
