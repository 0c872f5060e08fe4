"""The page of an invitation, where the invited person decides, and the way there from the link in the e-mail."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kip_site.refusals import Refused

from . import actions, hooks
from .models import Invitation, Organisation, Role, User
from .organisation_forms import MEANINGS

# What a browser gets with the page of an invitation that has expired.
GONE = 410
# Where the session keeps the token of the link that was followed.
SESSION_KEY = "invitation"


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def invitation(request, token):
    """What joining means, for the person whose confirmed address is invited; her answer, "join" or "decline", by POST.

    Everybody else who holds the link is led to sign-up or sign-in, or told whom it is for. It gives nothing by itself.
    """
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token=token).first()
    if found is None:
        return _closed(request)
    if found.is_expired:
        return render(request, "accounts/invitation_expired.html", {"invitation": found}, status=GONE)
    if not request.user.is_authenticated:
        return _to_the_door(request, found)
    if not Invitation.objects.waiting_for(request.user).filter(pk=found.pk).exists():
        return render(request, "accounts/invitation_elsewhere.html", _elsewhere(request.user, found), status=403)
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        try:
            text = ANSWERS[request.POST["answer"]](request.user, found)
        except Refused:
            return _closed(request)
        messages.success(request, text % {"organisation": found.organisation})
        return redirect("home")
    return render(
        request,
        "accounts/invitation.html",
        {
            "invitation": found,
            "organisation": found.organisation,
            "roles": [(role.label, MEANINGS[role]) for role in Role if role in found.roles],
            "shared": hooks.shared_profiles(request.user),
        },
    )


def _join(person, invitation):
    actions.join(person, invitation)
    return _("Welcome: you are a member of %(organisation)s now.")


def _decline(person, invitation):
    actions.decline(person, invitation)
    return _("You have declined the invitation of %(organisation)s. It is closed, and nothing else has changed.")


ANSWERS = {"join": _join, "decline": _decline}


def _closed(request):
    """Whoever joined in another window reads here that it worked."""
    joined = Organisation.objects.of(request.user) if request.user.is_authenticated else ()
    return render(request, "accounts/invitation_closed.html", {"joined": list(joined)}, status=404)


def _to_the_door(request, invitation):
    request.session[SESSION_KEY] = invitation.token
    # Only the reader of the e-mail comes here, so this tells nobody else who has an account.
    if User.objects.filter(email__iexact=invitation.email).exists():
        return redirect("account_login")
    return redirect(reverse("account_signup", query={"email": invitation.email}))


def _elsewhere(user, invitation):
    return {"invitation": invitation, "is_unconfirmed": invitation.email == user.email}


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
