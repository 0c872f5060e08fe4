"""Beginning an assessment, continuing one, its contents, and discarding it."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from assessments.continuity.plan import change_for, change_of
from assessments.models import Assessment, Form, TargetProfile
from assessments.own import crumbs, drafts_only, own_assessment, own_draft, submitted_page, title_of
from assessments.questionnaire.progress import Progress, asked_by, minutes_for, progress_of, progress_words
from assessments.rating import actions
from assessments.rating.forms import BeginForm
from assessments.rating.page import saved_words
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page


@dataclass(frozen=True)
class OfferedForm:
    form: Form
    asked: int  # statements
    targets: list[TargetProfile]  # that the person can choose to be compared with
    error: str = ""  # about the target that was chosen

    @property
    def minutes(self):
        return minutes_for(self.asked)


@require_safe
def index(request):
    return _index_page(request)


def _index_page(request, refused=None):
    """Show the drafts to continue and the forms to begin; `refused` is a BeginForm that was sent with errors."""
    drafts = list(
        Assessment.objects.of(request.user)
        .drafts()
        .select_related("form__revision")
        .prefetch_related("form__competences")
        .annotate(answered=Count("ratings", filter=Q(ratings__level__isnull=False) | Q(ratings__does_not_apply=True)))
        .latest_first()
    )
    forms = list(
        Form.objects.offered()
        .exclude(pk__in=[draft.form_id for draft in drafts])
        .select_related("revision")
        .prefetch_related("competences")
        .order_by("revision__framework", "position", "title")
    )
    asked = asked_by([*forms, *(draft.form for draft in drafts)])
    offers = _offers(request.user, [form for form in forms if asked[form.pk]], asked, refused)
    faults, intro = (), None
    if refused and refused.target_error and not any(offer.error and offer.targets for offer in offers):
        # No field on the page can correct the error, so it is not linked to one.
        faults, intro, refused = [FormFault(refused.target_error)], _("Nothing has changed."), None
    return form_page(
        request,
        "assessments/rating/index.html",
        {
            "current": [_OpenDraft(draft, title_of(draft), progress_of(draft)) for draft in drafts[:1]],
            "others": [(draft, progress_words(draft.answered, asked[draft.form_id])) for draft in drafts[1:]],
            "offers": offers,
            "change": change_for(request.user),
            "has_submitted": Assessment.objects.of(request.user).submitted().exists(),
        },
        refused,
        faults=faults,
        intro=intro,
    )


@dataclass(frozen=True)
class _OpenDraft:
    assessment: Assessment
    title: str
    progress: Progress


def _offers(user, forms, asked, refused):
    """The forms as OfferedForms, with the target profiles for each revision; one query."""
    targets = {}
    for target in TargetProfile.objects.offered_to(user).in_order():
        targets.setdefault(target.revision_id, []).append(target)
    return [
        OfferedForm(
            form,
            asked[form.pk],
            targets.get(form.revision_id, []),
            refused.target_error if refused and refused.cleaned_data.get("form") == form else "",
        )
        for form in forms
    ]


@require_POST
def begin(request):
    form = BeginForm(request.POST)
    if form.is_valid():
        try:
            assessment = actions.begin(request.user, form.cleaned_data["form"], form.cleaned_data["target"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("assessments:contents", assessment.pk)
    return _index_page(request, form)


@require_safe
def contents(request, pk):
    assessment = own_assessment(request.user, pk, "target")
    if assessment.is_submitted:
        return redirect("assessments:profile", pk)
    if assessment.is_moved:
        return submitted_page(request, assessment)
    progress = progress_of(assessment)
    return render(
        request,
        "assessments/rating/contents.html",
        {
            "assessment": assessment,
            "title": title_of(assessment),
            "progress": progress,
            "saved": saved_words(assessment.saved_at),
            "change": change_of(assessment) if assessment.form.revision.is_superseded else None,
            "crumbs": crumbs(assessment),
            "footer_revision": assessment.form.revision,
        },
    )


@require_POST
@drafts_only
def discard(request, pk):
    actions.discard(own_draft(request.user, pk))
    messages.success(request, _("The assessment is discarded, with its ratings, comments and files."))
    return redirect("assessments:index")
