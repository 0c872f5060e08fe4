"""The page of an element of a draft, with all that can be done to it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frameworks.editor import page
from frameworks.editor.buttons import OPERATIONS, forms_for
from frameworks.editor.document.reverting import take_back
from frameworks.files.document import COMPETENCE
from frameworks.publishing.forms import SeenForm
from kip_site.requests import FormFault, form_page

from .context import competence_crumb, crumbs, edit_crumb, on_draft, place_of, row_of, save, save_or_say


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def element(request, context, key):
    operation = OPERATIONS.get(request.POST.get("operation", ""))
    found = context.find(key)
    if found is None:
        return _gone(request, context, key, operation)
    offered = forms_for(found, context.document, context.seen)
    if request.method != "POST":
        return _element_page(request, context, found, offered)
    if operation is None or operation.form not in offered:
        fault = FormFault(_("Nothing was changed: choose what to do with %(code)s.") % {"code": found.code})
        return _element_page(request, context, found, offered, faults=[fault])
    offered = forms_for(found, context.document, context.seen, operation.form, request.POST)
    form = offered[operation.form]
    said = str(operation.done) % {"code": found.code} if operation.done else ""
    here = reverse("frameworks:edit_element", args=[context.revision.pk, key])
    status, answer = save(
        request,
        context,
        form,
        lambda: operation.run(context.document, context.baseline, key, form),
        said,
        place=(lambda document: here) if operation.stays else row_of(context, key),
    )
    return answer or _element_page(request, context, found, offered, operation.form, status)


def _gone(request, context, key, operation):
    """Takes back a retired element if that was asked for; otherwise redirects to the draft with a message."""
    draft = reverse("frameworks:edit", args=[context.revision.pk])
    if operation is OPERATIONS["take-back"]:
        return save_or_say(
            request,
            context,
            SeenForm(request.POST),
            lambda: take_back(context.document, context.baseline, key),
            _("The change is taken back."),
            place=row_of(context, key),
            otherwise=draft,
        )
    messages.error(request, _("This is not in the draft any more. Nothing was changed."))
    return redirect(draft)


def _element_page(request, context, found, offered, sent="", status=None, faults=()):
    here = _("Change") if found.kind == COMPETENCE else found.code
    return form_page(
        request,
        "frameworks/editor/element.html",
        {
            "editing": context,
            "page": page.load_element(context, found, offered, sent, back=place_of(context, found)),
            "crumbs": crumbs(context, edit_crumb(context), competence_crumb(context, found), (here, "")),
        },
        *offered.values(),
        faults=faults,
        status=status,
    )
