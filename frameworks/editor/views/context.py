"""What all pages for editing a draft share: the editing context, saving, conflicts, breadcrumbs."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from frameworks.comparison.rules import Comparison
from frameworks.editor.actions import baseline_of, in_force, save_draft_document
from frameworks.editor.document.working_copy import Baseline, CannotEdit, compared
from frameworks.files.document import Document, Element, elements
from frameworks.models import Revision
from frameworks.publishing.baseline import Overtaken, Seen, SeenFields, seen_fields
from kip_site.accounts.access import platform_admin_required
from kip_site.requests import faults_of

CONFLICT = 409

# Takes the changed document; returns the URL to which saving it redirects.
Place = Callable[[Document], str]
# The title of a page and its URL, which is blank for the current page.
Crumb = tuple[str, str]


@dataclass(frozen=True)
class EditingContext:
    """A draft with everything that is needed to edit it: its document, its baseline, and the comparison of both."""

    revision: Revision
    document: Document
    baseline: Baseline
    current: Revision | None
    comparison: Comparison

    @property
    def language(self) -> str:
        language: str = self.document["framework"]["source_language"]
        return language

    @property
    def seen(self) -> SeenFields:
        return seen_fields(self.revision, self.current.pk if self.current else None)

    def find(self, key: str) -> Element | None:
        """The element of the draft with this id, or None."""
        return next((element for element in elements(self.document) if element.id == key), None)


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Gives a view the EditingContext of the draft `pk`; redirects if it is published or its comparison has faults."""

    @wraps(view)
    def found(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        # The bytes of the file, up to 5 MB, are deferred: the pages show its document.
        drafts = Revision.objects.select_related("framework", "file", "file__uploaded_by").defer("file__content")
        revision = get_object_or_404(drafts, pk=pk)
        if revision.status != Revision.Status.DRAFT:
            return redirect("frameworks:revision", revision.framework.key, revision.version)
        current = in_force(revision.framework)
        baseline = baseline_of(current, revision.framework.key)
        document = revision.file.document
        comparison = compared(document, baseline)
        if comparison.faults:
            # Another revision came into force since: the preview says what no longer fits.
            return redirect("frameworks:draft", pk)
        return view(request, EditingContext(revision, document, baseline, current, comparison), **kwargs)

    return platform_admin_required(found)


def save(request, context, form, make, said, *, place=None):
    """Save the document that `make()` returns. Returns (status, redirect); the redirect is None if the form has errors.

    The status is 409 for a conflict, otherwise None: `form_page` then chooses it. `said` is the message about the
    change, blank for none. `place` is a Place for the redirect, by default the page of the draft.
    """
    if not form.is_valid():
        return None, None
    if form.seen != Seen(**context.seen):
        return _conflict(context, form), None
    try:
        document = make()
        save_draft_document(context.revision, document, request.user, form.seen, said or _("The order changed."))
    except Overtaken:
        return _conflict(context, form), None
    except CannotEdit as error:
        tell(form, error)
        return None, None
    if said:
        messages.success(request, said)
    return None, redirect(place(document) if place else reverse("frameworks:edit", args=[context.revision.pk]))


def save_or_say(request, context, form, make, said, *, place, otherwise):
    """Like `save`, for a button without fields: errors are shown as messages on the page with the URL `otherwise`."""
    _status, answer = save(request, context, form, make, said, place=place)
    for fault in faults_of(form):
        messages.error(request, fault.text)
    return answer or redirect(otherwise)


def _conflict(context, form):
    form.add_error(
        None,
        _(
            "Nothing was saved: since you opened this page, somebody changed this draft or published a revision. "
            "What you wrote is still here. Look at the draft, then press again."
        ),
    )
    # Who presses again has read this message, and so accepts the draft as it is now.
    form.data = form.data.copy()
    form.data.update({"sha256": context.seen["sha256"], "current": context.seen["current"] or ""})
    return CONFLICT


def row_of(context: EditingContext, key: str = "") -> Place:
    """The Place after a change of an element: its row on the page of its competence.

    If the change removed the element, it is the row of the first new element, or else its competence, which lists its
    retired elements.
    """

    def place(document: Document) -> str:
        now = {element.id: element for element in elements(document)}
        known = {element.id: element for element in elements(context.document)}
        shown = now.get(key) or next((now[new] for new in now if new not in known), None)
        if shown is None and key in known and known[key].competence in now:
            return competence_page(context, known[key].competence)
        return place_of(context, shown)

    return place


def place_of(context: EditingContext, element: Element | None) -> str:
    """The URL of an element's row; for None, that of the whole draft."""
    if element is None:
        return reverse("frameworks:edit", args=[context.revision.pk])
    return f"{competence_page(context, element.competence or element.id)}#e-{element.id}"


def competence_page(context: EditingContext, key: str) -> str:
    return reverse("frameworks:edit_competence", args=[context.revision.pk, key])


def tell(form: Form, error: CannotEdit) -> None:
    for message in error.messages:
        form.add_error(None, capfirst(re.sub(r"`([^`]*)`", r"“\1”", message)))


def crumbs(context: EditingContext, *more: Crumb) -> list[Crumb]:
    """The breadcrumbs from the list of revisions to the draft's own page, then `more`."""
    draft = (context.revision.version, reverse("frameworks:draft", args=[context.revision.pk]))
    return [(_("Revisions"), reverse("frameworks:manage")), (context.revision.title_text, ""), draft, *more]


def edit_crumb(context: EditingContext) -> Crumb:
    return (_("Edit"), reverse("frameworks:edit", args=[context.revision.pk]))


def competence_crumb(context: EditingContext, element: Element) -> Crumb:
    """The breadcrumb of the competence that an element belongs to, or of the element itself if it is one."""
    parent = (context.find(element.competence) if element.competence else None) or element
    return (parent.code, competence_page(context, parent.id))
