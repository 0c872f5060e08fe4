"""Rating one competence: the page, the page's button, and the answer that saves itself."""

from dataclasses import dataclass, replace

from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assessments import actions, uploads
from assessments.answers import Answer, SavedAnswer, Seen
from assessments.forms import AnswerForm
from assessments.models import Assessment
from assessments.progress import progress_of
from assessments.questions import conflict_of, labels_of, saved_words, sheet_of
from frameworks.models import Statement
from kip_site.accounts.access import own_or_refuse

from .own import crumbs, drafts_only, own_draft


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@drafts_only
def rate(request, pk, code):
    """One competence of the form: to read (GET), or to save as a whole (POST, what its buttons do without script)."""
    assessment = own_draft(request.user, pk)
    if request.method != "POST":
        return sheet_page(request, assessment, code)
    unsaved = save_sheet(assessment, request.POST)
    if unsaved:
        return sheet_page(request, assessment, code, unsaved)
    for button in ("take_back", "keep", "take"):
        if button in request.POST:
            return redirect(question_address(assessment, code, request.POST[button]))
    if "stay" in request.POST:
        return redirect("assessments:rate", pk, code)
    progress = progress_of(assessment)
    following = progress.after(_competence_or_404(progress, code))
    return redirect(following.url if following else reverse("assessments:review", args=[pk]))


def question_address(assessment, code, statement):
    return f"{reverse('assessments:rate', args=[assessment.pk, code])}#q{statement}"


def _competence_or_404(progress, code):
    competence = progress.find(code)
    if competence is None:
        raise Http404
    return competence


# --- The page as a whole ------------------------------------------------------------------------


@dataclass(frozen=True)
class Unsaved:
    """An answer of the page that could not be saved, and why."""

    answer: Answer
    seen: str
    current: SavedAnswer | None = None  # in conflict with this one
    error: str = ""


def save_sheet(assessment, post):
    """Save each question of the page that was touched; {statement pk: Unsaved} of those that could not be."""
    unsaved = {}
    for name in post:
        prefix, _dash, field = name.partition("-")
        if field == "seen" and prefix[1:].isdecimal():
            problem = _save_question(assessment, post, int(prefix[1:]))
            if problem:
                unsaved[int(prefix[1:])] = problem
    return unsaved


def _save_question(assessment, post, statement):
    """Save one question of the page; an Unsaved, or None."""
    if post.get("take") == str(statement):
        return None
    form = AnswerForm(post, prefix=f"q{statement}")
    seen_text = post.get(form.add_prefix("seen"), "")
    if not form.is_valid():
        return Unsaved(_as_typed(form), seen_text, error=form.fault)
    answer, seen = form.cleaned_data["answer"], form.cleaned_data["seen"]
    if post.get("take_back") == str(statement):
        answer = replace(answer, level=None, does_not_apply=False)
    if post.get("keep") == str(statement):
        seen = form.cleaned_data["current"] or seen
    elif seen.is_of(answer):
        # Not touched in this window; whatever another window saved stands.
        return None
    try:
        actions.save_rating(assessment, statement, answer, seen.version)
    except actions.Conflict as conflict:
        return Unsaved(answer, seen_text, current=conflict.current)
    except actions.NotAsked:
        raise Http404 from None
    except actions.Refused as refusal:
        return Unsaved(answer, seen_text, error=str(refusal))
    return None


def _as_typed(form):
    """The Answer of an invalid form, so that nothing the person wrote is lost from the page."""
    try:
        return Answer.read(form["choice"].value() or "", form["comment"].value() or "")
    except ValueError:
        return Answer(comment=form["comment"].value() or "")


def sheet_page(request, assessment, code, unsaved=None, evidence_form=None):
    """The rating page; `unsaved` as from save_sheet, `evidence_form` a refused EvidenceForm with its `statement`."""
    unsaved = unsaved or {}
    progress = progress_of(assessment)
    sheet = sheet_of(assessment, progress, _competence_or_404(progress, code))
    labels = {level.value: level.label for level in sheet.groups[0].levels}
    for question in sheet.questions:
        problem = unsaved.get(question.pk)
        if problem:
            question.show(problem.answer, problem.seen, problem.error)
            if problem.current:
                question.conflict = conflict_of(question.pk, question.code, problem.answer, problem.current, labels)
        if evidence_form and evidence_form.statement == question.pk:
            question.evidence_form = evidence_form
    status = 200
    if unsaved or evidence_form:
        status = 409 if any(problem.current for problem in unsaved.values()) else 400
    return render(
        request,
        "assessments/rate.html",
        {
            "assessment": assessment,
            "sheet": sheet,
            "accepted_files": ",".join(uploads.ALLOWED),
            "crumbs": crumbs(assessment, (sheet.competence.code, "")),
            "footer_revision": assessment.form.revision,
        },
        status=status,
    )


# --- One answer ---------------------------------------------------------------------------------


@require_POST
def save(request, pk, statement):
    """Save one answer, for static/js/rating.js; JSON, with texts that are ready to show.

    200 {"seen", "saved"}; 409 {"notice", "choice", "comment", "seen"} in a conflict; 400 and 409 {"error"} otherwise.
    """
    assessment = own_or_refuse(Assessment.objects.select_related("form"), request.user, pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": form.fault}, status=400)
    answer, seen = form.cleaned_data["answer"], form.cleaned_data["seen"]
    try:
        saved = actions.save_rating(assessment, statement, answer, seen.version)
    except actions.NotAsked:
        raise Http404 from None
    except actions.Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=400)
    except actions.Submitted:
        error = _("This assessment is submitted and stays as it is. This answer was not saved.")
        return JsonResponse({"error": error}, status=409)
    except actions.Conflict as conflict:
        return _conflict_response(request, assessment, statement, answer, conflict.current)
    return JsonResponse({"seen": str(saved.seen), "saved": saved_words(saved.saved_at)})


def _conflict_response(request, assessment, statement, mine, current):
    code = Statement.objects.values_list("code", flat=True).get(pk=statement)
    conflict = conflict_of(statement, code, mine, current, labels_of(assessment.form.revision))
    return JsonResponse(
        {
            "notice": render_to_string("assessments/_conflict.html", {"conflict": conflict}, request),
            "choice": current.answer.choice,
            "comment": current.answer.comment,
            "seen": str(Seen.of(current.version, current.answer)),
        },
        status=409,
    )
