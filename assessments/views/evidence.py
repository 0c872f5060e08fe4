"""Links and files that support a rating."""

from django.http import FileResponse, Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from assessments import actions
from assessments.models import Evidence
from kip_site.accounts.access import own_or_refuse, visible_or_refuse

from .own import drafts_only, own_draft, submitted_page
from .sheets import add_evidence, question_address, save_sheet, sheet_page
from .update import update_address, update_page, update_part


@require_POST
@drafts_only
def evidence_add(request, pk, statement):
    """Add a link, a file or both to a rating, and save the rest of the page that was sent along."""
    assessment = own_draft(request.user, pk, "updates__form__revision")
    asked = assessment.form.statements().filter(pk=statement).select_related("competence").first()
    if asked is None:
        raise Http404
    unsaved = save_sheet(assessment, request.POST)
    refused = add_evidence(assessment, request, asked_for=statement)
    return _back(request, assessment, asked, unsaved, refused)


def _back(request, assessment, statement, unsaved, refused=None):
    """To the question, on the page of its competence or of the update; where something failed, that page again."""
    part, code = update_part(request, assessment), statement.competence.code
    if unsaved or refused:
        if part:
            return update_page(request, assessment, part, unsaved, refused)
        return sheet_page(request, assessment, code, unsaved, refused)
    if part:
        return redirect(f"{update_address(assessment, part)}#q{statement.pk}")
    return redirect(question_address(assessment, code, statement.pk))


@require_safe
def evidence(request, pk):
    """Send a file to whom its assessment is visible; always as a download, never as a page of this site."""
    found = visible_or_refuse(Evidence.objects.all(), request.user, pk=pk)
    if not found.file:
        raise Http404
    try:
        file = found.file.open()
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(
        file,
        as_attachment=True,
        filename=found.name,
        content_type="application/octet-stream",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"},
    )


@require_POST
def evidence_remove(request, pk):
    """Remove a link or a file from a draft, and save the rest of the page that was sent along."""
    found = own_or_refuse(
        Evidence.objects.select_related(
            "rating__statement__competence",
            "rating__assessment__form__revision",
            "rating__assessment__target",
            "rating__assessment__updates__form__revision",
        ),
        request.user,
        pk=pk,
    )
    assessment, statement = found.rating.assessment, found.rating.statement
    try:
        unsaved = save_sheet(assessment, request.POST)
        actions.remove_evidence(found)
    except actions.Submitted:
        return submitted_page(request, assessment)
    return _back(request, assessment, statement, unsaved)
