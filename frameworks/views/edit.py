"""Editing a draft in the browser: what it holds, and a page for each element with what can be done to it."""

import re
from dataclasses import dataclass
from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from frameworks import actions, editing, kinds
from frameworks.actions import Seen
from frameworks.changes import Comparison
from frameworks.edit_forms import AddForm, AddOutcomeForm, BeginForm, DescribeForm
from frameworks.edit_operations import OPERATIONS, forms_for
from frameworks.elements import COMPETENCE, LEARNING_OUTCOME, elements
from frameworks.forms import SeenForm
from frameworks.models import Revision
from frameworks.outline import outline, tag_of, undoing
from frameworks.working_copy import WorkingCopy, compared
from kip_site.accounts.access import platform_admin_required

UNPROCESSABLE, CONFLICT = 422, 409


@dataclass(frozen=True)
class Desk:
    """A draft with all that editing it needs."""

    revision: Revision
    document: dict
    ground: editing.Ground
    current: Revision | None
    comparison: Comparison

    @property
    def language(self):
        return self.document["framework"]["source_language"]

    @property
    def seen(self):
        return {"sha256": self.revision.file.sha256, "current": self.current and self.current.pk}

    def find(self, key):
        """The Element of the draft, or None."""
        return next((element for element in elements(self.document) if element.id == key), None)


def on_draft(view):
    """Hands a view the Desk of the draft `pk`; leads elsewhere when it is published, or does not fit any more."""

    @wraps(view)
    def found(request, pk, **kwargs):
        revision = get_object_or_404(Revision.objects.select_related("framework", "file", "file__uploaded_by"), pk=pk)
        if revision.status != Revision.Status.DRAFT:
            return redirect("frameworks:revision", revision.framework.key, revision.version)
        current = actions.in_force(revision.framework)
        ground = actions.ground_of(current, revision.framework.key)
        document = revision.file.document
        comparison = compared(document, ground)
        if comparison.faults:
            # Another revision took force since: the preview says what no longer fits.
            return redirect("frameworks:draft", pk)
        return view(request, Desk(revision, document, ground, current, comparison), **kwargs)

    return platform_admin_required(found)


@platform_admin_required
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request, framework):
    revision = get_object_or_404(Revision.objects.current().select_related("framework"), framework__key=framework)
    day = timezone.localdate()
    form = BeginForm(_sent(request), initial={"day": day})
    if request.method == "POST" and form.is_valid():
        try:
            draft = actions.begin_draft(
                revision.framework, form.cleaned_data["version"], form.cleaned_data["day"], request.user
            )
        except actions.Overtaken as error:
            messages.error(request, str(error))
            return redirect("frameworks:manage")
        except editing.CannotEdit as error:
            _tell(form, error)
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
    offered = editing.kinds_in_scale(desk.document)
    context = _context(desk) | {
        "outline": outline(desk.document, desk.comparison, offered),
        "crumbs": _crumbs(desk, (_("Edit"), "")),
    }
    return render(request, "frameworks/edit.html", context)


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
    form = DescribeForm(_sent(request), initial=initial, document=desk.document)
    status = 200
    if request.method == "POST":
        status, answer = _done(
            request, desk, form, lambda: _described(desk, form), _("The revision is described anew.")
        )
        if answer:
            return answer
    context = _context(desk) | {
        "form": form,
        "crumbs": _crumbs(desk, *_edit_crumb(desk), (_("About the revision"), "")),
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
    form = (AddOutcomeForm if kind == LEARNING_OUTCOME else AddForm)(_sent(request), initial=desk.seen, **options)
    status = 200
    if request.method == "POST":
        said = _("“%(text)s” is added.") % {"text": request.POST.get("text", "")}
        status, answer = _done(request, desk, form, lambda: _added(desk, kind, competence, form), said)
        if answer:
            return answer
    context = _context(desk) | {
        "form": form,
        "kind": kinds.NAMES[kind],
        "parent": parent,
        "rated": kind not in (COMPETENCE, LEARNING_OUTCOME),
        "crumbs": _crumbs(desk, *_edit_crumb(desk), (_("Add"), "")),
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


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def element(request, desk, key):
    operation = OPERATIONS.get(request.POST.get("operation", ""))
    found = desk.find(key)
    if found is None:
        return _of_what_is_gone(request, desk, key, operation)
    offered = forms_for(found, desk.document, desk.seen)
    if request.method != "POST" or operation is None or operation.form not in offered:
        return _element_page(request, desk, found, offered)
    offered = forms_for(found, desk.document, desk.seen, operation.form, request.POST)
    form = offered[operation.form]
    said = str(operation.done) % {"code": found.code} if operation.done else ""
    place = reverse("frameworks:edit_element", args=[desk.revision.pk, key]) if operation.stays else ""
    status, answer = _done(
        request, desk, form, lambda: operation.run(desk.document, desk.ground, key, form), said, key, place
    )
    return answer or _element_page(request, desk, found, offered, operation.form, status)


def _of_what_is_gone(request, desk, key, operation):
    """What is retired can be taken back; the page of anything else that is gone leads to the draft."""
    if operation is OPERATIONS["take-back"]:
        form = SeenForm(request.POST)
        said = _("The change is taken back.")
        _status, answer = _done(
            request, desk, form, lambda: editing.take_back(desk.document, desk.ground, key), said, key
        )
        if answer:
            return answer
        for error in form.non_field_errors():
            messages.error(request, error)
    else:
        messages.error(request, _("This is not in the draft any more. Nothing was changed."))
    return redirect("frameworks:edit", desk.revision.pk)


def _element_page(request, desk, found, offered, sent="", status=200):
    work = WorkingCopy(desk.document, desk.ground)
    entry = next(entry for entry in desk.comparison.entries if entry.id == found.id)
    before = work.base.get(found.id)
    is_statement = found.family == "statement"
    is_continuing = bool(work.sources(found))
    label, tone = tag_of(entry)
    context = _context(desk) | {
        "element": found,
        "noun": kinds.NAMES[found.kind],
        "text": work.source_text(found),
        "label": label,
        "tone": tone,
        "forms": offered,
        "sent": sent,
        # Ratings follow what was published; nobody rates competences and learning outcomes.
        "is_rated": is_statement and is_continuing,
        "is_statement": is_statement,
        # What people confirm anyway, and what is new, needs no word on its meaning.
        "is_free": before is None or len(work.sources(found)) > 1 or bool(work.heirs(found.id)),
        "is_new": not is_continuing,
        # Whether anything it continues has no other part to go on in.
        "is_last": any(work.is_last_of(found, source) for source in work.sources(found)),
        "before": [(source.code, source.text.get(desk.language, "")) for source in entry.before],
        "differs": entry.changes != ("unchanged",),
        "undoing": undoing(desk.document, desk.ground, entry),
        "inside": sum(1 for other in elements(desk.document) if other.competence == found.id),
        "repeated": _codes_of_repeated(desk, found),
        "crumbs": _crumbs(desk, *_edit_crumb(desk), (found.code, "")),
    }
    return render(request, "frameworks/edit_element.html", context, status=status)


def _codes_of_repeated(desk, found):
    """The codes of the other statements with the same text, as the file ties them together."""
    first = found.data.get("same_as", found.id)
    return [
        other.code
        for other in elements(desk.document)
        if other.id != found.id and (other.id == first or other.data.get("same_as") == first)
    ]


# --- What the pages share -----------------------------------------------------------------------


def _sent(request):
    return request.POST if request.method == "POST" else None


def _done(request, desk, form, make, said, key="", place=""):
    """Save what `make()` returns. The answer is a redirect, or None with a status where the form says what is wrong."""
    if not form.is_valid():
        return UNPROCESSABLE, None
    if form.seen != Seen(**desk.seen):
        return _conflict(desk, form), None
    try:
        document = make()
        actions.save_draft_document(desk.revision, document, request.user, form.seen)
    except actions.Overtaken:
        return _conflict(desk, form), None
    except editing.CannotEdit as error:
        _tell(form, error)
        return UNPROCESSABLE, None
    if said:
        messages.success(request, said)
    return 200, redirect(place or _place_of_row(desk, document, key))


def _conflict(desk, form):
    form.add_error(
        None,
        _(
            "Nothing was saved: since you opened this page, somebody changed this draft or published a revision. "
            "What you wrote is still here. Look at the draft, then press again."
        ),
    )
    # Whoever presses again has read this, and means the draft as it is now.
    form.data = form.data.copy()
    form.data.update({"sha256": desk.seen["sha256"], "current": desk.seen["current"] or ""})
    return CONFLICT


def _place_of_row(desk, document, key):
    """The row of what was changed, or of the first that is new in its place."""
    known = {element.id for element in elements(desk.document)}
    now = [element.id for element in elements(document)]
    shown = key if key in now else next((new for new in now if new not in known), "")
    address = reverse("frameworks:edit", args=[desk.revision.pk])
    return f"{address}#e-{shown}" if shown else address


def _tell(form, error):
    for message in error.messages:
        form.add_error(None, capfirst(re.sub(r"`([^`]*)`", r"“\1”", message)))


def _context(desk):
    return {
        "revision": desk.revision,
        "current": desk.current,
        "language": desk.language,
        "seen": desk.seen,
    }


def _crumbs(desk, *more):
    draft = (desk.revision.version, reverse("frameworks:draft", args=[desk.revision.pk]))
    return [(_("Revisions"), reverse("frameworks:manage")), (desk.revision.title_text, ""), draft, *more]


def _edit_crumb(desk):
    return [(_("Edit"), reverse("frameworks:edit", args=[desk.revision.pk]))]
