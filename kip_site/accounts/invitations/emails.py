"""The e-mail of an invitation; its texts are in templates/accounts/invitations/email/."""

from django.urls import reverse
from django.utils.functional import lazy

from kip_site.accounts.models import Invitation, User, in_words
from kip_site.mail.actions import absolute, send
from kip_site.mail.models import Mail


def invitation(invitation: Invitation) -> Mail:
    """Ask somebody to join, whether they have an account or not; returns the queued Mail."""
    context = {
        "organisation": invitation.organisation,
        "invited_by": invitation.invited_by,
        "roles": lazy(in_words, str)(invitation.roles),  # in the language of the reader
        "valid_until": invitation.valid_until,
        "address": absolute(reverse("invitation", args=[invitation.token])),
    }
    reader = User.objects.filter(email=invitation.email).first() or invitation.email
    # Secret, because it contains the link to the invitation.
    return send("accounts/invitations/email/invitation", reader, context, is_secret=True)
