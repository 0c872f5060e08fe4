"""What invitations say by e-mail; its texts stand in templates/accounts/invitations/email/."""

from django.urls import reverse

from kip_site.accounts.emails import absolute, send


def invitation(invitation, connection):
    """Ask somebody to join, with an account or without. Returns whether the mail server took the e-mail."""
    return send(
        "accounts/invitations/email/invitation",
        invitation.email,
        {
            "organisation": invitation.organisation,
            "invited_by": invitation.invited_by,
            "roles": invitation.role_labels,
            "valid_until": invitation.valid_until,
            "address": absolute(reverse("invitation", args=[invitation.token])),
        },
        connection,
    )
