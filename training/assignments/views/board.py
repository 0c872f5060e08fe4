"""The trainer's side: the board, one assignment, and assigning a module."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kip_site.accounts import access
from kip_site.accounts.models import Role
from kip_site.refusals import Refused
from kip_site.requests import form_page, number, sent
from training.assignments import actions
from training.assignments import board as boards
from training.assignments.forms import AssignForm, BoardForm
from training.catalogue import due
from training.catalogue.presentation import today
from training.models import Assignment

from .progress import WITH_NAMES


@require_safe
@access.trainers_only
def board(request):
    all_of_them = Assignment.objects.led_by(request.user)
    form = BoardForm(request.GET or None, trainer=request.user, assignments=all_of_them)
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    assignments = all_of_them.filter(**{name: chosen[name] for name in ("person", "module") if name in chosen})
    assignments = boards.narrowed(assignments, chosen.get("due"))
    columns = boards.columns(
        assignments, whole=request.GET.get("all"), with_organisation=_trains_in_several(request.user)
    )
    counts = {column.state: column.count for column in columns}
    return form_page(
        request,
        "training/assignments/board.html",
        {
            "form": form,
            "columns": columns,
            "is_narrowed": bool(chosen),
            "is_empty": not any(counts.values()),
            "waiting": counts[Assignment.State.COMPLETED],
            "filters": urlencode({name: request.GET[name] for name in form.fields if request.GET.get(name)}),
        },
        form,
        intro=_("All assignments are shown. Please look at:"),
        status=200,
    )


@require_safe
def assignment(request, pk):
    """Show one assignment with its steps. The person herself is redirected to the module."""
    found = access.visible_or_refuse(WITH_NAMES, request.user, pk=pk)
    if found.person_id == request.user.pk:
        return redirect("training:module", found.module.key)
    shown = boards.detail(found)
    return render(
        request,
        "training/assignments/assignment.html",
        {
            "shown": shown,
            "assignment": shown.assignment,
            "due": due.tag(shown.assignment.due, today()),
            "in_several": _trains_in_several(request.user),
            "crumbs": [(_("Assignments"), reverse("training:board")), (str(shown.assignment.person), "")],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request):
    """Assign a module to a person; both may be given in the address (`?person=…&module=…`) or chosen in the form."""
    person = _person_in_address(request)
    form = AssignForm(
        sent(request),
        trainer=request.user,
        person=person,
        initial={"module": request.GET.get("module", "")},
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        person = person or chosen["person"]
        try:
            actions.assign(
                request.user, person, chosen["module"], chosen["organisation"], chosen["due"], chosen["message"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("%(person)s has “%(module)s” to take, and gets an e-mail about it.")
                % {"person": person, "module": chosen["module"]},
            )
            return redirect("training:board")
    return form_page(
        request,
        "training/assignments/assign.html",
        {
            "form": form,
            "person": person,
            "crumbs": [(_("Assignments"), reverse("training:board")), (_("Assign a module"), "")],
        },
        form,
    )


def _trains_in_several(user):
    """Whether the user is a trainer of several organisations."""
    return sum(role == Role.TRAINER for _organisation, role in user.own_memberships) > 1


def _person_in_address(request):
    """The person given in the address, or None if none is given there, but in the form.

    Answers 403 or 404 unless the user is a trainer, and the trainer of that person.
    """
    in_address = request.GET.get("person")
    pk = in_address or request.POST.get("person")
    if not pk:
        access.role_or_refuse(request.user, Role.TRAINER)
        return None
    pk = number(pk)
    if pk is None:
        raise Http404
    person = access.person_led_by(request.user, Role.TRAINER, pk)
    return person if in_address else None
