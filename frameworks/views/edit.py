"""Editing a draft in the browser: what it holds, by competence, what is said of it, and adding to it."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frameworks import actions, edit_page, editing, kinds
from frameworks.edit_forms import AddForm, AddOutcomeForm, BeginForm, DescribeForm, FindForm
from frameworks.elements import COMPETENCE, LEARNING_OUTCOME
from frameworks.forms import SeenForm
from frameworks.models import Revision
from frameworks.views.choice import Choice
from frameworks.views.desk import (
    UNPROCESSABLE,
    competence_page,
    crumbs,
    edit_crumb,
    on_draft,
    place_of,
    row_of,
    save,
    sent,
    tell,
)
from kip_site.accounts.access import platform_admin_required
from kip_site.refusals import Refused


@platform_admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, framework):
    revision = get_object_or_404(Revision.objects.current().select_related("framework"), framework__key=framework)
    day = timezone.localdate()
    form = BeginForm(sent(request), initial={"day": day})
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.begin_draft(
                revision.framework, form.cleaned_data["version"], form.cleaned_data["day"], request.user
            )
        except actions.Overtaken as error:
            messages.error(request, str(error))
            return redirect("frameworks:manage")
        except editing.CannotEdit as error:
            tell(form, error)
        else:
            return redirect("frameworks:edit", draft.pk)
    context = {
        "form": form,
        "revision": revision,
        "crumbs": [(_("Revisions"), reverse("frameworks:manage")), (revision.title_text, ""), (_("Begin a draft"), "")],
    }
    return render(request, "frameworks/edit_begin.html", context, status=UNPROCESSABLE if form.errors else 200)


@on_draft
@require_safe
def edit(request, desk):
    form = FindForm(request.GET if "find" in request.GET else None, auto_id="%s")
    words = form.cleaned_data["find"] if form.is_valid() else ""
    context = {
        "editing": desk,
        "page": edit_page.load(desk, words),
        "form": form,
        "crumbs": crumbs(desk, (_("Edit"), "")),
    }
    return render(request, "frameworks/edit.html", context)


@on_draft
@require_safe
def competence(request, desk, key):
    found = desk.find(key)
    if found is None or found.kind != COMPETENCE:
        messages.error(request, _("This competence is not in the draft any more. Nothing was changed."))
        return redirect("frameworks:edit", desk.revision.pk)
    context = {
        "editing": desk,
        "page": edit_page.load_competence(desk, found, Choice(request, desk).elements()),
        "crumbs": crumbs(desk, edit_crumb(desk), (found.code, "")),
    }
    return render(request, "frameworks/edit_competence.html", context)


@on_draft
@require_POST
def undo(request, desk):
    """Go back to what the draft was before its last change."""
    form = SeenForm(request.POST)
    try:
        said = actions.undo_last_edit(desk.revision, form.seen) if form.is_valid() else ""
    except Refused as error:
        messages.error(request, str(error))
    else:
        if said:
            messages.success(request, _("Undone: “%(change)s”") % {"change": said})
    return redirect("frameworks:edit", desk.revision.pk)


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request, desk):
    revision = desk.document["revision"]
    initial = desk.seen | {
        "version": revision["version"],
        "day": revision["date"],
        "languages": desk.document["framework"]["languages"],
        **{f"notes_{language}": text for language, text in revision.get("notes", {}).items()},
    }
    form = DescribeForm(sent(request), initial=initial, document=desk.document)
    status = 200
    if request.method == "POST":
        status, answer = save(request, desk, form, lambda: _described(desk, form), _("The revision is described anew."))
        if answer:
            return answer
    context = {
        "editing": desk,
        "form": form,
        "crumbs": crumbs(desk, edit_crumb(desk), (_("About the revision"), "")),
    }
    return render(request, "frameworks/edit_describe.html", context, status=status)


def _described(desk, form):
    data = form.cleaned_data
    return editing.describe(
        desk.document,
        desk.ground,
        version=data["version"],
        date=data["day"].isoformat(),
        notes=form.notes(),
        languages=data["languages"],
    )


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def add(request, desk, kind, competence=""):
    parent = desk.find(competence)
    if kind not in kinds.NAMES or kind == "scale" or (kind == COMPETENCE) != (not competence):
        raise Http404
    if competence and (parent is None or parent.kind != COMPETENCE):
        messages.error(request, _("This competence is not in the draft any more. Nothing was changed."))
        return redirect("frameworks:edit", desk.revision.pk)
    options = {"kind": kind}
    if kind == LEARNING_OUTCOME:
        options |= {"document": desk.document, "competence": competence}
    form = (AddOutcomeForm if kind == LEARNING_OUTCOME else AddForm)(sent(request), initial=desk.seen, **options)
    status = 200
    if request.method == "POST":
        said = _("“%(text)s” is added.") % {"text": request.POST.get("text", "")}
        status, answer = save(
            request, desk, form, lambda: _added(desk, kind, competence, form), said, place=row_of(desk)
        )
        if answer:
            return answer
    above = [(parent.code, competence_page(desk, parent.id))] if parent else []
    context = {
        "page": edit_page.load_adding(kind, parent, place_of(desk, parent)),
        "form": form,
        "crumbs": crumbs(desk, edit_crumb(desk), *above, (_("Add"), "")),
    }
    return render(request, "frameworks/edit_add.html", context, status=status)


def _added(desk, kind, competence, form):
    data = form.cleaned_data
    own = {"key": data["key"], "code": data["code"]}
    if kind == COMPETENCE:
        return editing.add_competence(desk.document, desk.ground, data["text"], **own)
    if kind == LEARNING_OUTCOME:
        return editing.add_outcome(
            desk.document, desk.ground, competence, data["text"], level=data["level"], serves=data["served"], **own
        )
    return editing.add_statement(desk.document, desk.ground, competence, kind, data["text"], **own)
