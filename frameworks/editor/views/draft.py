"""Pages for editing a draft: beginning it, its overview and competences, its description, adding elements, undoing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frameworks.browsing import names
from frameworks.editor import page
from frameworks.editor.actions import begin_draft, undo_last_edit
from frameworks.editor.document import placing
from frameworks.editor.document.working_copy import CannotEdit
from frameworks.editor.forms import AddForm, AddOutcomeForm, BeginForm, DescribeForm, FindForm
from frameworks.files.document import COMPETENCE, LEARNING_OUTCOME
from frameworks.models import Revision
from frameworks.publishing.forms import SeenForm
from kip_site.accounts.access import platform_admin_required
from kip_site.refusals import Refused
from kip_site.requests import form_page, sent

from .choice import Choice
from .context import competence_page, crumbs, edit_crumb, on_draft, place_of, row_of, save, tell


@platform_admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, framework):
    revision = get_object_or_404(Revision.objects.current().select_related("framework"), framework__key=framework)
    day = timezone.localdate()
    form = BeginForm(sent(request), initial={"day": day})
    if request.method == "POST" and form.is_valid():
        try:
            draft = begin_draft(
                revision.framework, form.cleaned_data["version"], form.cleaned_data["day"], request.user
            )
        except CannotEdit as error:
            tell(form, error)
        except Refused as error:
            messages.error(request, str(error))
            return redirect("frameworks:manage")
        else:
            return redirect("frameworks:edit", draft.pk)
    return form_page(
        request,
        "frameworks/editor/begin.html",
        {
            "form": form,
            "revision": revision,
            "crumbs": [
                (_("Revisions"), reverse("frameworks:manage")),
                (revision.title_text, ""),
                (_("Begin a draft"), ""),
            ],
        },
        form,
    )


@on_draft
@require_safe
def edit(request, context):
    form = FindForm(request.GET if "find" in request.GET else None, auto_id="%s")
    words = form.cleaned_data["find"] if form.is_valid() else ""
    return form_page(
        request,
        "frameworks/editor/draft.html",
        {
            "editing": context,
            "page": page.load(context, words),
            "form": form,
            "crumbs": crumbs(context, (_("Edit"), "")),
        },
        form,
        intro=_("Please look at:"),
        status=200,
    )


@on_draft
@require_safe
def competence(request, context, key):
    found = context.find(key)
    if found is None or found.kind != COMPETENCE:
        messages.error(request, _("This competence is not in the draft any more. Nothing was changed."))
        return redirect("frameworks:edit", context.revision.pk)
    return render(
        request,
        "frameworks/editor/competence.html",
        {
            "editing": context,
            "page": page.load_competence(context, found, Choice(request, context).elements()),
            "crumbs": crumbs(context, edit_crumb(context), (found.code, "")),
        },
    )


@on_draft
@require_POST
def undo(request, context):
    """Restores the draft as it was before its last change."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was undone: the page was out of date. Look at the draft, then press again."))
        return redirect("frameworks:edit", context.revision.pk)
    try:
        said = undo_last_edit(context.revision, form.seen)
    except Refused as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, _("Undone: “%(change)s”") % {"change": said})
    return redirect("frameworks:edit", context.revision.pk)


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request, context):
    revision = context.document["revision"]
    initial = context.seen | {
        "version": revision["version"],
        "day": revision["date"],
        "languages": context.document["framework"]["languages"],
        **{f"notes_{language}": text for language, text in revision.get("notes", {}).items()},
    }
    form = DescribeForm(sent(request), initial=initial, document=context.document)
    status = None
    if request.method == "POST":
        status, answer = save(
            request, context, form, lambda: _described(context, form), _("The revision is described anew.")
        )
        if answer:
            return answer
    return form_page(
        request,
        "frameworks/editor/describe.html",
        {
            "editing": context,
            "form": form,
            "crumbs": crumbs(context, edit_crumb(context), (_("About the revision"), "")),
        },
        form,
        status=status,
    )


def _described(context, form):
    data = form.cleaned_data
    return placing.describe(
        context.document,
        context.baseline,
        version=data["version"],
        date=data["day"].isoformat(),
        notes=form.notes(),
        languages=data["languages"],
    )


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, context, kind, competence=""):
    parent = context.find(competence)
    if kind not in names.NAMES or kind == "scale" or (kind == COMPETENCE) != (not competence):
        raise Http404
    if competence and (parent is None or parent.kind != COMPETENCE):
        messages.error(request, _("This competence is not in the draft any more. Nothing was changed."))
        return redirect("frameworks:edit", context.revision.pk)
    options = {"kind": kind}
    if kind == LEARNING_OUTCOME:
        options |= {"document": context.document, "competence": competence}
    form = (AddOutcomeForm if kind == LEARNING_OUTCOME else AddForm)(sent(request), initial=context.seen, **options)
    status = None
    if request.method == "POST":
        said = _("“%(text)s” is added.") % {"text": request.POST.get("text", "")}
        status, answer = save(
            request, context, form, lambda: _added(context, kind, competence, form), said, place=row_of(context)
        )
        if answer:
            return answer
    above = [(parent.code, competence_page(context, parent.id))] if parent else []
    return form_page(
        request,
        "frameworks/editor/add.html",
        {
            "page": page.load_adding(kind, parent, place_of(context, parent)),
            "form": form,
            "crumbs": crumbs(context, edit_crumb(context), *above, (_("Add"), "")),
        },
        form,
        status=status,
    )


def _added(context, kind, competence, form):
    data = form.cleaned_data
    own = {"key": data["key"], "code": data["code"]}
    if kind == COMPETENCE:
        return placing.add_competence(context.document, context.baseline, data["text"], **own)
    if kind == LEARNING_OUTCOME:
        return placing.add_outcome(
            context.document,
            context.baseline,
            competence,
            data["text"],
            level=data["level"],
            serves=data["served"],
            **own,
        )
    return placing.add_statement(context.document, context.baseline, competence, kind, data["text"], **own)
