"""E-mails about sharing, one function for each; texts: templates/assessments/sharing/email/."""

from django.urls import reverse

from assessments.models import GrantRequest
from kip_site.mail.actions import absolute, send


def asked(request: GrantRequest) -> None:
    """Ask a person whether somebody who is new in a role may see her profiles, too."""
    context = {
        "recipient": request.person,
        "newcomer": request.recipient,
        "organisation": request.organisation,
        "address": absolute(reverse("assessments:grant_request", args=[request.pk])),
    }
    send("assessments/sharing/email/asked", request.person, context)
