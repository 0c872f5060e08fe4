"""The catalogue, a module, and one material of it."""

from urllib.parse import urlsplit

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kip_site import markdown
from kip_site.accounts import access
from kip_site.requests import UNPROCESSABLE, form_page
from training.models import Material, Module

from . import due, module_page, page
from .forms import CatalogueForm
from .presentation import crumbs_to, today


@require_safe
def index(request):
    return index_page(request)


def index_page(request, faults=()):
    """Render the catalogue; `faults` are FormFaults of a request that was sent from another page."""
    form = CatalogueForm(request.GET or None, choices=page.choices())
    chosen = form.cleaned_data if form.is_valid() else {}
    groups = page.groups(request.user, competence=chosen.get("competence", ""), minutes=chosen.get("minutes"))
    return form_page(
        request,
        "training/catalogue/index.html",
        {
            "form": form,
            "groups": groups,
            "has_several_frameworks": len({group.framework for group in groups if group.framework}) > 1,
            "is_narrowed": any(chosen.values()),
            "count": sum(len(group.entries) for group in groups),
        },
        form,
        faults=faults,
        intro="" if faults else _("All modules are shown. Please look at:"),
        # An impossible filter is reported, but it only reads, so the answer is 200.
        status=UNPROCESSABLE if faults else 200,
    )


@require_safe
def module(request, key):
    shown = module_page.load(_module(request, key), request.user)
    return render(
        request,
        "training/catalogue/module.html",
        {
            "page": shown,
            "module": shown.module,
            "due": due.tag(shown.assignment.due, today()) if shown.is_open else None,
            "may_assign": access.may_assign(request.user) and shown.module.is_listed,
            "serves_nothing": shown.revision is None and access.may_manage(request.user),
            "footer_revision": shown.revision,
            "crumbs": crumbs_to((shown.module.title, "")),
        },
    )


@require_safe
def material(request, key, position):
    shown = module_page.load(_module(request, key), request.user)
    by_position = {step.position: step for step in shown.steps}
    if position not in by_position:
        raise Http404
    chosen = next(found for found in shown.module.materials.all() if found.position == position)
    places = sorted(by_position)
    place = places.index(position)
    return render(
        request,
        "training/catalogue/material.html",
        {
            "page": shown,
            "module": shown.module,
            "material": chosen,
            "text": markdown.html(chosen.body),
            "host": urlsplit(chosen.url).hostname,
            "step": by_position[position],
            "number": place + 1,
            "before": by_position[places[place - 1]] if place else None,
            "after": by_position[places[place + 1]] if place + 1 < len(places) else None,
            "footer_revision": shown.revision,
            "crumbs": crumbs_to(
                (shown.module.title, module_page.address(shown.module)),
                (_("Step %(number)d") % {"number": place + 1}, ""),
            ),
        },
    )


@require_safe
def material_file(request, key, position):
    """The file of a material, as a download."""
    found = get_object_or_404(
        Material.objects.filter(module__in=Module.objects.visible_to(request.user)),
        module__key=key,
        position=position,
        kind=Material.Kind.FILE,
    )
    if not found.file:
        raise Http404
    return FileResponse(found.file.open(), as_attachment=True, filename=found.file.name.rsplit("/", 1)[-1])


def _module(request, key):
    """The module with its materials, if the user may see it; otherwise 404."""
    return get_object_or_404(Module.objects.visible_to(request.user).prefetch_related("materials"), key=key)
