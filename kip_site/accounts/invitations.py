"""The way from an invitation's link to an account, and from a confirmed address to the roles that were promised."""

from allauth.account.signals import email_confirmed, user_logged_in, user_signed_up
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.dispatch import receiver
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import actions
from .models import Invitation, User

# Where the session keeps the token of the link that was followed.
SESSION_KEY = "invitation"


@require_safe
@login_not_required
@never_cache
def invitation(request, token):
    """The link of an invitation's e-mail: on to sign-up or sign-in. It gives nothing by itself."""
    found = Invitation.objects.select_related("organisation").filter(token=token).first()
    if found is None:
        return render(request, "accounts/invitation_closed.html", status=404)
    if request.user.is_authenticated:
        return render(request, "accounts/invitation_elsewhere.html", {"invitation": found})
    request.session[SESSION_KEY] = found.token
    # Only the reader of the e-mail comes here, so this tells nobody else who has an account.
    has_account = User.objects.filter(email__iexact=found.email).exists()
    query = {"next": reverse("home")} if has_account else {"email": found.email, "next": reverse("home")}
    return redirect(reverse("account_login" if has_account else "account_signup", query=query))


def followed(request):
    """The open invitation whose link this visitor has followed, or None."""
    token = request.session.get(SESSION_KEY)
    return Invitation.objects.filter(token=token).first() if token else None


def waits_for(addresses) -> bool:
    """Whether an invitation to one of the addresses is open."""
    return Invitation.objects.to_addresses(addresses).exists()


def other_address_asked(request, email):
    """The address that sign-up is open for, if that is another one than `email`; else None."""
    if settings.SIGN_UP_OPEN:
        return None
    found = followed(request)
    return found.email if found and found.email != email.lower() else None


@receiver(email_confirmed)
def on_confirmation(request, email_address, **_signal):
    _welcome(request, email_address.user)


@receiver(user_signed_up)
@receiver(user_logged_in)
def on_arrival(request, user, **_signal):
    """A provider may have confirmed the address already; and an invitation may have crossed a confirmation."""
    _welcome(request, user)


def _welcome(request, user):
    organisations = actions.accept_invitations(user)
    # An administrator may have confirmed the address for her, and needs no welcome.
    if request is None or (request.user.is_authenticated and request.user != user):
        return
    for organisation in organisations:
        messages.success(
            request, _("Welcome: you are a member of %(organisation)s now.") % {"organisation": organisation}
        )
