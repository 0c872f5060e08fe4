"""The page of an element of a draft, with all that can be done to it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frameworks import editing, kinds
from frameworks.edit_operations import OPERATIONS, forms_for
from frameworks.elements import COMPETENCE, elements
from frameworks.forms import SeenForm
from frameworks.outline import tag_of, undoing
from frameworks.views.desk import (
    competence_crumb,
    context_of,
    crumbs,
    edit_crumb,
    on_draft,
    place_of,
    row_of,
    save,
    save_or_say,
)
from frameworks.working_copy import WorkingCopy


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
    here = reverse("frameworks:edit_element", args=[desk.revision.pk, key])
    status, answer = save(
        request,
        desk,
        form,
        lambda: operation.run(desk.document, desk.ground, key, form),
        said,
        place=(lambda document: here) if operation.stays else row_of(desk, key),
    )
    return answer or _element_page(request, desk, found, offered, operation.form, status)


def _of_what_is_gone(request, desk, key, operation):
    """What is retired can be taken back; the page of anything else that is gone leads to the draft."""
    draft = reverse("frameworks:edit", args=[desk.revision.pk])
    if operation is OPERATIONS["take-back"]:
        return save_or_say(
            request,
            desk,
            SeenForm(request.POST),
            lambda: editing.take_back(desk.document, desk.ground, key),
            _("The change is taken back."),
            place=row_of(desk, key),
            otherwise=draft,
        )
    messages.error(request, _("This is not in the draft any more. Nothing was changed."))
    return redirect(draft)


def _element_page(request, desk, found, offered, sent="", status=200):
    work = WorkingCopy(desk.document, desk.ground)
    entry = next(entry for entry in desk.comparison.entries if entry.id == found.id)
    before = work.base.get(found.id)
    is_statement = found.family == "statement"
    is_continuing = bool(work.sources(found))
    label, tone = tag_of(entry)
    here = _("Change") if found.kind == COMPETENCE else found.code
    context = context_of(desk) | {
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
        "back": place_of(desk, found),
        "undoing": undoing(desk.document, desk.ground, entry),
        "inside": sum(1 for other in elements(desk.document) if other.competence == found.id),
        "repeated": _codes_of_repeated(desk, found),
        "crumbs": crumbs(desk, edit_crumb(desk), competence_crumb(desk, found), (here, "")),
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
