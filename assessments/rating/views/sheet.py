"""A whole page of questions: saving what its buttons send, and showing it again with what could not be saved."""

from dataclasses import dataclass, replace

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from assessments.models import Evidence
from assessments.own import crumbs
from assessments.questionnaire.answers import Answer, SavedAnswer
from assessments.rating import actions
from assessments.rating.forms import AnswerForm, EvidenceForm
from assessments.rating.page import conflict_of, rating_page_of, words_of_questions
from kip_site import uploads
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page, labelled, number

# Buttons of a single question; each sends the primary key of its statement, and leads back to this question.
BUTTONS = ("take_back", "keep", "take", "add")


def question_address(assessment, code, statement):
    return f"{reverse('assessments:rate', args=[assessment.pk, code])}#q{statement}"


@dataclass(frozen=True)
class Unsaved:
    """An answer of the page that could not be saved, and why."""

    answer: Answer
    seen: str
    current: SavedAnswer | None = None  # the answer of another window, in a conflict
    error: str = ""


@dataclass(frozen=True)
class Sent:
    """The result of saving a page of questions."""

    unsaved: dict[int, Unsaved]  # by statement pk, from save_sheet
    refused: dict[int, EvidenceForm]  # by statement pk, from add_evidence
    pressed: int | None  # the statement (primary key) whose button was pressed; None for the buttons of the whole page

    @property
    def is_saved(self):
        return not (self.unsaved or self.refused)


def save_page(assessment, request):
    """Save the answers and the evidence of a page of questions, and return a Sent. Raises Submitted."""
    unsaved = save_sheet(assessment, request.POST)
    removed = remove_evidence(assessment, request.POST)
    refused = add_evidence(assessment, request)
    pressed = next((number(request.POST[button]) for button in BUTTONS if button in request.POST), None)
    return Sent(unsaved, refused, removed or pressed)


def save_sheet(assessment, post):
    """Save each question of the page that was changed; returns {statement pk: Unsaved} of those it cannot save."""
    problems = {pk: _save_question(assessment, post, pk) for pk in _named(post, "seen")}
    return {pk: problem for pk, problem in problems.items() if problem}


def _named(fields, wanted):
    """Yield the pks of the statements that have a field of this name: 12 for "q12-link"."""
    for name in fields:
        prefix, _dash, field = name.partition("-")
        pk = number(prefix[1:]) if field == wanted else None
        if pk is not None:
            yield pk


def _save_question(assessment, post, statement):
    """Save one question of the page; returns None, or an Unsaved if it cannot be saved."""
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
        # Not changed in this window, so whatever another window has saved is kept.
        return None
    try:
        actions.save_rating(assessment, statement, answer, seen.version)
    except actions.Conflict as conflict:
        return Unsaved(answer, seen_text, current=conflict.current)
    except actions.NotAsked:
        raise Http404 from None
    except Refused as refusal:
        return Unsaved(answer, seen_text, error=str(refusal))
    return None


def _as_typed(form):
    """The Answer in an invalid form, so that the page still shows what the person entered."""
    try:
        return Answer.read(form["choice"].value() or "", form["comment"].value() or "")
    except ValueError:
        return Answer(comment=form["comment"].value() or "")


def add_evidence(assessment, request):
    """Add every link and file that was sent; returns {statement pk: EvidenceForm with errors} of those it cannot add.

    Pressing the button of a statement without a link or a file is an error too.
    """
    sent = {pk for pk in _named(request.POST, "link") if request.POST[f"q{pk}-link"].strip()}
    sent |= set(_named(request.FILES, "file"))
    if pressed := number(request.POST.get("add", "")):
        sent.add(pressed)
    refused = {}
    for pk in sorted(sent):
        form = EvidenceForm(request.POST, request.FILES, prefix=f"q{pk}")
        if form.is_valid():
            _add(assessment, pk, form)
        if form.errors:
            refused[pk] = form
    return refused


def _add(assessment, statement, form):
    for field, add in (("link", actions.add_link), ("file", actions.add_file)):
        if form.cleaned_data.get(field):
            try:
                add(assessment, statement, form.cleaned_data[field])
            except actions.NotAsked:
                raise Http404 from None
            except Refused as refusal:
                form.add_error(field, str(refusal))


def remove_evidence(assessment, post):
    """Remove the link or file whose button was pressed; returns the pk of its statement, or 0 if none was pressed."""
    pk = number(post.get("remove", ""))
    if not pk:
        return 0
    found = get_object_or_404(
        Evidence.objects.select_related("rating__assessment"), pk=pk, rating__assessment=assessment
    )
    actions.remove_evidence(found)
    return found.rating.statement_id


def questions_page(request, template, questions, context, unsaved=None, refused=None):
    """Render a page of questions; what is in `unsaved` (see save_sheet) and `refused` (add_evidence) is shown again."""
    unsaved, refused = unsaved or {}, refused or {}
    for question in questions:
        if problem := unsaved.get(question.pk):
            question.show(problem.answer, problem.seen, problem.error)
            if problem.current:
                labels = {level.value: level.label for level in question.levels}
                question.conflict = conflict_of(question.pk, question.code, problem.answer, problem.current, labels)
        if question.pk in refused:
            question.show_refused(refused[question.pk])
    fields = {"accepted_files": ",".join(uploads.ALLOWED), "words": words_of_questions()}
    return form_page(
        request,
        template,
        fields | context,
        faults=_faults(questions, unsaved, refused),
        intro=_("Everything else on this page is saved. Please look at:"),
        status=409 if any(problem.current for problem in unsaved.values()) else None,
    )


def _faults(questions, unsaved, refused):
    """Yield a FormFault for each answer, link and file that was not saved."""
    shown = {question.pk: question for question in questions}
    for pk, problem in unsaved.items():
        said = problem.error or _("There is another answer in another window.")
        yield _fault(shown.get(pk), said, "comment" if problem.error else "")
    for pk, form in refused.items():
        for name, errors in form.errors.items():
            yield from (_fault(shown.get(pk), error, name) for error in errors)


def _fault(question, said, field):
    """The FormFault for a field of a question, or for the whole question if the page does not show this field."""
    if question is None:  # the question is not on this page
        return FormFault(said)
    has_field = field == "comment" or (field and question.can_take_evidence)
    return FormFault(labelled(question.code, said), f"{question.name}-{field}" if has_field else question.name)


def sheet_page(request, assessment, code, unsaved=None, refused=None):
    """The rating page of a competence."""
    sheet = rating_page_of(assessment, code)
    if sheet is None:
        raise Http404
    context = {
        "assessment": assessment,
        "sheet": sheet,
        "crumbs": crumbs(assessment, (sheet.competence.code, "")),
        "footer_revision": assessment.form.revision,
    }
    return questions_page(request, "assessments/rating/rate.html", sheet.questions, context, unsaved, refused)
