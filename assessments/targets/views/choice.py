"""The person chooses with which target her assessment is compared, at any time."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.own import own_assessment
from assessments.targets.actions import change_target
from assessments.targets.forms import TargetForm
from kip_site.requests import form_page, sent


@require_http_methods(["GET", "HEAD", "POST"])
def target(request, pk):
    assessment = own_assessment(request.user, pk)
    back = "assessments:profile" if assessment.is_submitted else "assessments:contents"
    form = TargetForm(sent(request), assessment=assessment)
    if form.is_valid():
        chosen = form.cleaned_data["target"]
        change_target(assessment, chosen)
        if chosen:
            messages.success(request, _("Compared with the target “%(target)s” from now on.") % {"target": chosen})
        else:
            messages.success(request, _("Compared with no target from now on."))
        return redirect(back, pk)
    return form_page(
        request,
        "assessments/targets/target.html",
        {
            "assessment": assessment,
            "form": form,
            "back": reverse(back, args=[pk]),
            "crumbs": [
                (_("Your profile") if assessment.is_submitted else _("Your assessment"), reverse(back, args=[pk])),
                (_("Target"), ""),
            ],
            "footer_revision": assessment.form.revision,
        },
        form,
    )
