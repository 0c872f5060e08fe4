"""A person's own plan: the modules that she is to take and those that she has completed."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kip_site.refusals import Refused
from kip_site.requests import FormFault
from training.assignments import actions, plan
from training.catalogue.presentation import crumbs_to
from training.catalogue.views import index_page
from training.models import Module


@require_safe
def own_plan(request):
    return render(
        request,
        "training/assignments/plan.html",
        {"plan": plan.load(request.user), "crumbs": crumbs_to((_("Your plan"), ""))},
    )


@require_POST
def add(request):
    module = Module.objects.visible_to(request.user).filter(key=request.POST.get("module", "")).first()
    if module is None:
        gone = FormFault(_("This module is not in the catalogue any more. Choose another one."))
        return index_page(request, faults=[gone])
    try:
        actions.add_to_plan(request.user, module)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(module)s” is on your plan.") % {"module": module})
    return redirect("training:module", module.key)
