"""The person chooses who sees a submitted profile. She can change it at any time, and the change counts at once."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from assessments.own import crumbs, own_assessment
from kip_site.requests import form_page, sent

from .actions import share
from .audience import audience_of
from .forms import Audience, SharingForm


@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request, pk):
    assessment = own_assessment(request.user, pk)
    if not assessment.is_submitted:
        messages.info(
            request, _("Nobody else sees an assessment before it is submitted. You choose who does when you submit.")
        )
        return redirect("assessments:contents", pk)
    form = SharingForm(sent(request), initial={"audience": Audience.of(assessment)})
    if request.method == "POST" and form.is_valid():
        share(assessment, form.with_trainers, form.with_managers)
        messages.success(request, _said(form.cleaned_data["audience"]))
        return redirect("assessments:profile", pk)
    return form_page(
        request,
        "assessments/sharing/sharing.html",
        {
            "assessment": assessment,
            "form": form,
            "people": audience_of(request.user),
            "crumbs": crumbs(assessment, (_("Sharing"), "")),
            "footer_revision": assessment.form.revision,
        },
        form,
    )


def _said(audience):
    return {
        Audience.NOBODY: _("From now on, nobody but you sees this profile."),
        Audience.TRAINERS: _("From now on, your trainers see this profile, and nobody else."),
        Audience.MANAGERS: _("From now on, your managers see this profile, and nobody else."),
        Audience.BOTH: _("From now on, your trainers and your managers see this profile, and nobody else."),
    }[audience]
