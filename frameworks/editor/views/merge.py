"""Pages for merging statements of a draft, from one competence or several."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from frameworks.editor import page
from frameworks.editor.document import reshaping
from frameworks.editor.forms import ChooseForm, MergeForm
from frameworks.editor.outline import rows_of
from kip_site.requests import FormFault, form_page, sent

from .choice import Choice
from .context import crumbs, edit_crumb, on_draft, row_of, save


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request, context):
    """Shows the chosen statements and the form for the result; with POST, merges them."""
    choice = Choice(request, context)
    chosen = rows_of(context.document, context.comparison, choice.elements())
    initial = context.seen | {"text": chosen[0].text if chosen else ""}
    form = MergeForm(sent(request), initial=initial, chosen=chosen)
    status = None
    if request.method == "POST":
        said = _("%(codes)s are merged.") % {"codes": ", ".join(row.code for row in chosen)}
        status, answer = save(
            request,
            context,
            form,
            lambda: _merged(context, chosen, form),
            said,
            place=lambda doc: _place(context, form, doc),
        )
        if answer:
            choice.empty()
            return answer
    return _page(request, context, chosen, form, ChooseForm(document=context.document), status)


def _merged(context, chosen, form):
    data = form.cleaned_data
    keys = [row.key for row in chosen]
    return reshaping.merge(context.document, context.baseline, keys, data["text"], into=data["stays"] or None)


def _place(context, form, document):
    return row_of(context, form.cleaned_data["stays"])(document)


def _page(request, context, chosen, form, codes_form, status=None):
    merging = page.load_merging(context, chosen, codes_form)
    forms, faults = [form, codes_form], []
    if form.is_bound and not merging.can_merge and {"text", "stays"} & set(form.errors):
        # With fewer than two statements, the page does not have the fields of this form.
        forms = [codes_form]
        faults = [
            FormFault(_("Choose two at least: tick them on the pages of the competences, or write their codes here."))
        ]
    return form_page(
        request,
        "frameworks/editor/merge.html",
        {
            "editing": context,
            "page": merging,
            "form": form,
            "crumbs": crumbs(context, edit_crumb(context), (_("Merge statements"), "")),
        },
        *forms,
        faults=faults,
        intro=_("Nothing was merged.") if faults else None,
        status=status,
    )


@on_draft
@require_POST
def choose(request, context):
    """Changes the choice of statements; the draft is not changed."""
    choice = Choice(request, context)
    if "drop" in request.POST:
        choice.drop(request.POST["drop"])
    elif "empty" in request.POST:
        choice.empty()
        return redirect("frameworks:edit", context.revision.pk)
    elif "codes" in request.POST:
        form = ChooseForm(request.POST, document=context.document)
        if not form.is_valid():
            chosen = rows_of(context.document, context.comparison, choice.elements())
            merging = MergeForm(initial=context.seen | {"text": chosen[0].text if chosen else ""}, chosen=chosen)
            return _page(request, context, chosen, merging, form)
        choice.add(form.cleaned_data["codes"])
    elif "with" in request.POST:
        element = context.find(request.POST["with"])
        if element is not None and element.family == "statement":
            choice.add([element.id])
            return redirect(row_of(context, element.id)(context.document))
    else:
        choice.set_within(request.POST.get("competence", ""), request.POST.getlist("chosen"))
    return redirect(reverse("frameworks:edit_merge", args=[context.revision.pk]))
