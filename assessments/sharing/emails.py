"""E-mails about sharing, one function for each; texts: templates/assessments/sharing/email/."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.functional import lazy

from assessments.models import GrantRequest
from kip_site.accounts.models import in_words
from kip_site.mail.actions import absolute, send


def asked(request: GrantRequest, roles: Collection[str]) -> None:
    """Ask a person whether somebody who is new in these roles may see her profiles, too."""
    context = {
        "recipient": request.person,
        "newcomer": request.recipient,
        "organisation": request.organisation,
        "roles": lazy(in_words, str)(roles),  # in the language of the reader
        "address": absolute(reverse("assessments:grant_request", args=[request.pk])),
    }
    send("assessments/sharing/email/asked", request.person, context)
