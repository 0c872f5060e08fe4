"""The way from the link in an invitation's e-mail to its page, however long it is: through sign-up or sign-in."""

from django.conf import settings
from django.urls import reverse

from kip_site.accounts.models import Invitation

# Where the session keeps the token of the link that was followed.
SESSION_KEY = "invitation"


def follow(request, invitation):
    """Remember that this visitor has followed the link of the invitation."""
    request.session[SESSION_KEY] = invitation.token


def followed(request):
    """The open invitation whose link this visitor has followed, or None."""
    token = request.session.get(SESSION_KEY)
    return Invitation.objects.in_time().filter(token=token).first() if token else None


def page_followed(request):
    """The address of the invitation's page whose link this visitor has followed, while it is open; else None."""
    found = followed(request)
    return reverse("invitation", args=[found.token]) if found else None


def waits_for(addresses) -> bool:
    """Whether an invitation to one of the addresses is open."""
    return Invitation.objects.in_time().to_addresses(addresses).exists()


def other_address_asked(request, email):
    """The address that sign-up is open for, if that is another one than `email`; else None."""
    if settings.SIGN_UP_OPEN:
        return None
    found = followed(request)
    return found.email if found and found.email != email.lower() else None
