"""Taking a module: the person begins it, does steps, completes it and shows it; the trainer approves it.

Both may withdraw it.
"""

from functools import partial

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kip_site.accounts.access import found_or_refuse, led_or_refuse, own_or_refuse
from kip_site.accounts.models import Organisation
from kip_site.refusals import Refused
from training.assignments import actions
from training.models import Assignment, Material

WITH_NAMES = Assignment.objects.select_related("module", "person", "assigned_by", "organisation")


@require_POST
def start(request, pk):
    assignment = own_or_refuse(WITH_NAMES, request.user, pk=pk)
    actions.start(assignment)
    first = (
        Material.objects.filter(module=assignment.module).exclude(pk__in=assignment.steps.values("material")).first()
    )
    if first is None:
        return redirect("training:module", assignment.module.key)
    return redirect("training:material", assignment.module.key, first.position)


@require_POST
def step(request, pk, position):
    """Mark a step as done (`done=1`) and redirect to the next one, or as not done (`done=0`) and stay at it."""
    assignment = own_or_refuse(WITH_NAMES, request.user, pk=pk)
    material = get_object_or_404(Material, module=assignment.module, position=position)
    is_done = request.POST.get("done") == "1"
    try:
        actions.set_step(assignment, material, done=is_done)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("training:module", assignment.module.key)
    if not is_done:
        return redirect("training:material", assignment.module.key, position)
    following = Material.objects.filter(module=assignment.module, position__gt=position).order_by("position").first()
    if following:
        return redirect("training:material", assignment.module.key, following.position)
    return redirect("training:module", assignment.module.key)


@require_POST
def complete(request, pk):
    assignment = own_or_refuse(WITH_NAMES, request.user, pk=pk)
    try:
        actions.complete(assignment, without_all_steps=request.POST.get("without_all_steps") == "1")
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You have completed “%(module)s”.") % {"module": assignment.module})
    return redirect("training:module", assignment.module.key)


@require_POST
def approve(request, pk):
    assignment = led_or_refuse(WITH_NAMES, request.user, pk=pk)
    try:
        actions.approve(assignment, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("You confirmed “%(module)s” for %(person)s.")
            % {"module": assignment.module, "person": assignment.person},
        )
    return redirect("training:board")


@require_POST
def withdraw(request, pk):
    """Trainers may withdraw what was assigned in their organisations; a person what is on her own plan alone."""
    known = partial(WITH_NAMES.known_to, request.user)
    assignment = found_or_refuse(WITH_NAMES.withdrawable_by(request.user), known, pk=pk)
    is_mine = assignment.person_id == request.user.pk
    try:
        actions.withdraw(assignment, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _withdrawn(assignment, is_mine=is_mine))
    return redirect("training:plan" if is_mine else "training:board")


def _withdrawn(assignment, *, is_mine):
    """What a page says after an assignment was withdrawn."""
    values = {"module": assignment.module, "person": assignment.person}
    if not is_mine:
        return _("%(person)s is not asked to take “%(module)s” any more.") % values
    if Assignment.objects.together(assignment).exists():
        return _("A trainer asks you to take “%(module)s”, so it stays on your plan.") % values
    return _("“%(module)s” is no longer on your plan.") % values


@require_POST
def show(request, pk):
    """Show something of one's own choice to the trainers of an organisation (`organisation=kvarner`), or to nobody."""
    known = partial(WITH_NAMES.known_to, request.user)
    assignment = found_or_refuse(WITH_NAMES.chosen_by(request.user), known, pk=pk)
    slug = request.POST.get("organisation", "")
    if not slug:
        actions.show_to_nobody(assignment)
        messages.success(request, _("Only you see “%(module)s” on your plan.") % {"module": assignment.module})
        return redirect("training:module", assignment.module.key)
    organisation = get_object_or_404(Organisation.objects.of(request.user), slug=slug)
    try:
        actions.show_to(assignment, organisation)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("The trainers of %(organisation)s see that you take “%(module)s”.")
            % {"organisation": organisation, "module": assignment.module},
        )
    return redirect("training:module", assignment.module.key)
