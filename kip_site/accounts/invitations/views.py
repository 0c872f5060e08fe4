"""The page on which an invited person answers, and the pages on which administrators invite people."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from kip_site.accounts.access import organisation_led_by, visible_or_refuse
from kip_site.accounts.models import Invitation, Organisation, Role, User
from kip_site.accounts.organisation.forms import MEANINGS
from kip_site.accounts.organisation.views import page_of
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page, sent

from . import actions, link
from .forms import InviteForm

# The HTTP status of the page of an expired invitation.
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def invitation(request, token):
    """Show what joining means, to a user whose confirmed address is invited (GET), or save her `answer` (POST).

    The answer is "join" or "decline". Other visitors with the link are sent to sign-up or sign-in, or told whom the
    invitation is for. The link alone gives no rights.
    """
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token=token).first()
    if found is None:
        return _closed(request)
    if found.is_expired:
        return render(request, "accounts/invitations/expired.html", {"invitation": found}, status=GONE)
    if not request.user.is_authenticated:
        return _to_sign_in(request, found)
    if not Invitation.objects.waiting_for(request.user).filter(pk=found.pk).exists():
        return render(request, "accounts/invitations/elsewhere.html", _elsewhere(request.user, found), status=403)
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        try:
            text = ANSWERS[request.POST["answer"]](request.user, found)
        except Refused:
            return _closed(request)
        messages.success(request, text % {"organisation": found.organisation})
        return redirect("home")
    unanswered = [FormFault(_("Nothing was decided: choose whether you join or decline."))]
    return form_page(
        request,
        "accounts/invitations/invitation.html",
        {
            "invitation": found,
            "organisation": found.organisation,
            "roles": [(role.label, MEANINGS[role]) for role in Role if role in found.roles],
        },
        faults=unanswered if request.method == "POST" else (),
    )


def _join(person, invitation):
    actions.join(person, invitation)
    return _("Welcome: you are a member of %(organisation)s now.")


def _decline(person, invitation):
    actions.decline(person, invitation)
    return _("You have declined the invitation of %(organisation)s. It is closed, and nothing else has changed.")


ANSWERS = {"join": _join, "decline": _decline}


def _closed(request):
    """The page of an invitation that is closed; it names the user's organisations, in case she has just joined."""
    joined = Organisation.objects.of(request.user) if request.user.is_authenticated else ()
    return render(request, "accounts/invitations/closed.html", {"joined": list(joined)}, status=404)


def _to_sign_in(request, invitation):
    link.follow(request, invitation)
    # Only the reader of the e-mail has this link, so the redirect reveals to nobody else who has an account.
    if User.objects.filter(email__iexact=invitation.email).exists():
        return redirect("account_login")
    return redirect(reverse("account_signup", query={"email": invitation.email}))


def _elsewhere(user, invitation):
    return {"invitation": invitation, "is_unconfirmed": invitation.email == user.email}


# --- For administrators --------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request, slug):
    organisation = organisation_led_by(request.user, Role.ORG_ADMIN, slug)
    form = InviteForm(sent(request), organisation=organisation, initial={"roles": [Role.PRACTITIONER]})
    if request.method == "POST" and form.is_valid():
        invited = actions.invite(organisation, form.cleaned_data["addresses"], form.cleaned_data["roles"], request.user)
        _report(request, invited)
        return redirect(page_of(organisation))
    crumbs = [(organisation.name, page_of(organisation)), (_("Invite people"), "")]
    context = {"organisation": organisation, "form": form, "days": settings.INVITATION_DAYS, "crumbs": crumbs}
    return form_page(request, "accounts/invitations/invite.html", context, form)


def _report(request, invitations):
    """Add a message that says how many people were invited."""
    if number := len(invitations):
        text = ngettext("%(count)s invitation is on its way.", "%(count)s invitations are on their way.", number)
        messages.success(request, text % {"count": number})


@require_POST
def send_again(request, pk):
    invitation = visible_or_refuse(Invitation.objects.select_related("organisation", "invited_by"), request.user, pk=pk)
    try:
        actions.send_again(invitation)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(page_of(invitation.organisation))
    values = {"address": invitation.email, "day": date_format(invitation.valid_until)}
    text = _("The invitation to %(address)s is on its way again. It is valid until %(day)s.")
    messages.success(request, text % values)
    return redirect(page_of(invitation.organisation))


@require_POST
def withdraw(request, pk):
    invitation = visible_or_refuse(Invitation.objects.select_related("organisation"), request.user, pk=pk)
    actions.withdraw(invitation)
    messages.success(request, _("The invitation to %(address)s is withdrawn.") % {"address": invitation.email})
    return redirect(page_of(invitation.organisation))
