"""Remembers in the session whose invitation link a visitor has followed, while she signs up or signs in."""

from django.conf import settings
from django.urls import reverse

from kip_site.accounts.models import Invitation
from kip_site.addresses import normalised

# The key in the session of the token in the link.
SESSION_KEY = "invitation"


def follow(request, invitation):
    """Remember that this visitor has followed the link of the invitation."""
    request.session[SESSION_KEY] = invitation.token


def followed(request):
    """The open invitation whose link this visitor has followed, or None."""
    token = request.session.get(SESSION_KEY)
    return Invitation.objects.in_time().filter(token=token).first() if token else None


def page_followed(request):
    """The address of the page of the invitation whose link this visitor has followed, if it is open; else None."""
    found = followed(request)
    return reverse("invitation", args=[found.token]) if found else None


def waits_for(addresses) -> bool:
    """Whether there is an open invitation to one of the addresses."""
    return Invitation.objects.in_time().to_addresses(addresses).exists()


def other_address_asked(request, email):
    """The invited address, if sign-up is open only for this one and `email` is another; else None."""
    if settings.SIGN_UP_OPEN:
        return None
    found = followed(request)
    return found.email if found and found.email != normalised(email) else None
