"""The e-mail of an invitation; its texts are in templates/accounts/invitations/email/."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import lazy

from kip_site.accounts.models import Invitation, User, in_words
from kip_site.mail.actions import absolute, send_each
from kip_site.mail.models import Mail


def invitations(invitations: Sequence[Invitation]) -> list[Mail]:
    """Ask people to join, whether they have an account or not; returns the queued Mail of each. Invitations may be new.

    The number of queries does not depend on theirs.
    """
    readers = {person.email: person for person in User.objects.filter(email__in=[one.email for one in invitations])}
    # Secret, because it contains the link to the invitation.
    return send_each(
        "accounts/invitations/email/invitation",
        [(readers.get(one.email, one.email), _context(one)) for one in invitations],
        is_secret=True,
    )


def _context(invitation: Invitation) -> dict[str, object]:
    return {
        "organisation": invitation.organisation,
        "invited_by": invitation.invited_by,
        "roles": lazy(in_words, str)(invitation.roles),  # in the language of the reader
        "valid_until": invitation.valid_until,
        "address": absolute(reverse("invitation", args=[invitation.token])),
    }
