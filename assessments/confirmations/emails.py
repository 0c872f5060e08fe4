"""E-mails about confirmed levels, one function for each; texts: templates/assessments/confirmations/email/."""

from django.urls import reverse
from django.utils.functional import lazy

from assessments.models import Assessment
from kip_site.accounts.models import User
from kip_site.mail.actions import absolute, send

from .loading import who


def levels_confirmed(assessment: Assessment, user: User, role: str, *, added: int, removed: int) -> None:
    """Tell a person how many levels her trainer or manager confirmed, and how many confirmations were taken back."""
    context = {
        "recipient": assessment.person,
        "who": lazy(who, str)(user.name or user.email, role),  # in the language of the reader
        "added": added,
        "removed": removed,
        "assessment": assessment,
        "address": absolute(reverse("assessments:profile", args=[assessment.pk])),
    }
    send("assessments/confirmations/email/confirmed", assessment.person, context)
