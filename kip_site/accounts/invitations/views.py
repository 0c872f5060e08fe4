"""The page on which an invited person answers, and the pages on which administrators invite people."""

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from kip_site.accounts.access import organisation_led_by, visible_or_refuse
from kip_site.accounts.models import Invitation, Organisation, Role
from kip_site.accounts.organisation.forms import MEANINGS
from kip_site.accounts.organisation.views import page_of
from kip_site.accounts.people.actions import account_at
from kip_site.refusals import Refused
from kip_site.requests import FormFault, form_page, sent

from . import actions, link
from .forms import InviteForm, JoinForm

# The HTTP status of the page of an expired invitation.
GONE = 410


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password")
def invitation(request, token):
    """Show what joining means (GET), or save the `answer` (POST): "join" or "decline".

    Whoever is signed in answers if her confirmed address is invited. Of others, the link has proved the address: they
    answer at once, and get an account as they join, or sign in first if the address has one that is in use.
    """
    found = Invitation.objects.select_related("organisation", "invited_by").filter(token=token).first()
    if found is None:
        return _closed(request)
    if found.is_expired:
        return render(request, "accounts/invitations/expired.html", {"invitation": found}, status=GONE)
    if not request.user.is_authenticated:
        return _without_account(request, found)
    if not Invitation.objects.waiting_for(request.user).filter(pk=found.pk).exists():
        return render(request, "accounts/invitations/elsewhere.html", _elsewhere(request.user, found), status=403)
    if request.method == "POST" and request.POST.get("answer") in ANSWERS:
        action, text = ANSWERS[request.POST["answer"]]
        try:
            action(request.user, found)
        except Refused:
            return _closed(request)
        messages.success(request, text % {"organisation": found.organisation})
        return redirect("home")
    return _page(request, found)


def _without_account(request, found):
    """The answer to somebody who is not signed in."""
    account = account_at(found.email)
    if account is not None and not account.is_active:
        return redirect("account_inactive")
    link.follow(request, found)
    if not actions.may_join_at_once(account):
        # Only the reader of the e-mail has this link, so the page reveals to nobody else who has an account.
        text = _("%(organisation)s invites you. Sign in as %(email)s to answer.")
        messages.info(request, text % {"organisation": found.organisation, "email": found.email})
        return redirect("account_login")
    answer = request.POST.get("answer") if request.method == "POST" else None
    form = JoinForm(request.POST if answer == "join" else None, email=found.email)
    if answer == "decline" or (answer == "join" and form.is_valid()):
        return _answer_without_account(request, found, form)
    return _page(request, found, form)


def _answer_without_account(request, found, form):
    try:
        if not form.is_bound:
            actions.decline_unseen(found)
            messages.success(request, DECLINED % {"organisation": found.organisation})
            return redirect("account_login")
        person = actions.join_with_new_account(found, form.cleaned_data["name"], form.cleaned_data["password"])
    except Refused:
        return _closed(request)
    get_adapter().login(request, person)
    request.session.set_expiry(0)  # until the browser is closed: whose device it is, she was not asked
    messages.success(request, WELCOME % {"organisation": found.organisation})
    return redirect("home")


def _page(request, found, form=None):
    """What joining means, and the form to answer."""
    unanswered = request.method == "POST" and request.POST.get("answer") not in ANSWERS
    return form_page(
        request,
        "accounts/invitations/invitation.html",
        {
            "invitation": found,
            "organisation": found.organisation,
            "roles": [(role.label, MEANINGS[role]) for role in Role if role in found.roles],
            "form": form,
        },
        form,
        faults=[FormFault(_("Nothing was decided: choose whether you join or decline."))] if unanswered else (),
    )


WELCOME = gettext_lazy("Welcome: you are a member of %(organisation)s now.")
DECLINED = gettext_lazy(
    "You have declined the invitation of %(organisation)s. It is closed, and nothing else has changed."
)
# What each answer does, and the message that says so.
ANSWERS = {"join": (actions.join, WELCOME), "decline": (actions.decline, DECLINED)}


def _closed(request):
    """The page of an invitation that is closed; it names the user's organisations, in case she has just joined."""
    joined = Organisation.objects.of(request.user) if request.user.is_authenticated else ()
    return render(request, "accounts/invitations/closed.html", {"joined": list(joined)}, status=404)


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
