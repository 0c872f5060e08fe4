"""Pages for editing the scale of a draft: its levels, and which level the ratings at each old level turn into."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from frameworks.editor.document import levels as editing
from frameworks.editor.document.levels import turned_into
from frameworks.editor.views.context import crumbs, edit_crumb, on_draft, save, save_or_say
from frameworks.publishing.forms import SeenForm
from kip_site.requests import FormFault, form_page, sent

from . import page
from .buttons import OPERATIONS, forms_for
from .forms import AddLevelForm, MapForm, name_of

# --- The scale as a whole ------------------------------------------------------------------------


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def scale(request, context):
    """All levels, and the level that each level in force turns into."""
    here = reverse("frameworks:edit_scale", args=[context.revision.pk])
    if request.POST.get("operation") == "take-back":
        return save_or_say(
            request,
            context,
            SeenForm(request.POST),
            lambda: editing.take_back_scale(context.document, context.baseline),
            _("The levels are those in force again."),
            place=lambda document: here,
            otherwise=here,
        )
    pairs = turned_into(context.document, context.baseline)
    old_levels = [old for old, new in pairs]
    form = MapForm(
        sent(request),
        document=context.document,
        old_levels=old_levels,
        initial=context.seen | {f"from_{place}": new["id"] for place, (old, new) in enumerate(pairs)},
    )
    status = None
    if request.method == "POST":
        status, answer = save(
            request,
            context,
            form,
            lambda: editing.turn_into(context.document, context.baseline, form.mapped()),
            _("What ratings turn into is saved."),
            place=lambda document: here,
        )
        if answer:
            return answer
    return form_page(
        request,
        "frameworks/editor/scale/scale.html",
        {
            "editing": context,
            "page": page.load(context),
            "form": form,
            "crumbs": crumbs(context, edit_crumb(context), (_("Levels"), "")),
        },
        form,
        status=status,
    )


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def add_level(request, context):
    levels = context.document["scale"]["levels"]
    form = AddLevelForm(sent(request), document=context.document, initial=context.seen | {"above": levels[-1]["id"]})
    status = None
    if request.method == "POST":
        said = _("The level “%(label)s” is added.") % {"label": request.POST.get("label", "")}
        status, answer = save(
            request,
            context,
            form,
            lambda: editing.add_level(
                context.document,
                context.baseline,
                form.cleaned_data["label"],
                form.descriptors(),
                above=form.cleaned_data["above"],
            ),
            said,
            place=lambda document: reverse("frameworks:edit_scale", args=[context.revision.pk]),
        )
        if answer:
            return answer
    return form_page(
        request,
        "frameworks/editor/scale/level_add.html",
        {
            "editing": context,
            "form": form,
            "crumbs": crumbs(context, edit_crumb(context), _scale_crumb(context), (_("Add a level"), "")),
        },
        form,
        status=status,
    )


# --- One level -----------------------------------------------------------------------------------


@on_draft
@require_http_methods(["GET", "HEAD", "POST"])
def level(request, context, key):
    found = editing.find_level(context.document, key)
    if found is None:
        messages.error(request, _("This level is not in the draft any more. Nothing was changed."))
        return redirect("frameworks:edit_scale", context.revision.pk)
    operation = OPERATIONS.get(request.POST.get("operation", ""))
    wanted = operation.form if operation else ""
    if wanted == "translate":
        wanted = f"translate-{request.POST.get('language', '')}"
    offered = forms_for(found, context.document, context.seen, wanted, request.POST)
    if request.method != "POST":
        return _level_page(request, context, found, offered)
    if wanted not in offered:
        name = name_of(found, context.document)
        fault = FormFault(_("Nothing was changed: choose what to do with “%(name)s”.") % {"name": name})
        return _level_page(request, context, found, offered, faults=[fault])
    form = offered[wanted]
    here = "frameworks:edit_level" if operation.stays else "frameworks:edit_scale"
    arguments = [context.revision.pk, key] if operation.stays else [context.revision.pk]
    status, answer = save(
        request,
        context,
        form,
        lambda: operation.run(context.document, context.baseline, key, form),
        str(operation.done) % {"name": name_of(found, context.document)} if operation.done else "",
        place=lambda document: reverse(here, args=arguments),
    )
    return answer or _level_page(request, context, found, offered, wanted, status)


def _level_page(request, context, found, offered, wanted="", status=None, faults=()):
    return form_page(
        request,
        "frameworks/editor/scale/level.html",
        {
            "editing": context,
            "page": page.load_level(context, found, offered, wanted),
            "crumbs": crumbs(
                context, edit_crumb(context), _scale_crumb(context), (name_of(found, context.document), "")
            ),
        },
        *offered.values(),
        faults=faults,
        status=status,
    )


def _scale_crumb(context):
    return (_("Levels"), reverse("frameworks:edit_scale", args=[context.revision.pk]))
