"""allauth's views of signing in and of confirming once more, with what the platform changes; see `urls.py`."""

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.stages import LoginByCodeStage
from allauth.core import ratelimit
from allauth.mfa.webauthn import views as passkey_views
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from kip_site.accounts.models import User
from kip_site.accounts.people.actions import opens

from . import begun, code_again
from .actions import make_room, remove_password
from .forms import ConfirmLoginCodeForm, keep_signed_in

FORBIDDEN = 403


class OpenWhileCodeWaits:
    """Mixin for views with a way to sign in: whoever waits for a code may still choose another, or correct her address.

    allauth itself would send her back to the page of the code.
    """

    def _redirect_to_pending_stage(self, request, stage):
        return None if stage.key == LoginByCodeStage.key else super()._redirect_to_pending_stage(request, stage)


class LoginView(OpenWhileCodeWaits, views.LoginView):
    pass


class RequestLoginCodeView(OpenWhileCodeWaits, views.RequestLoginCodeView):
    def form_valid(self, form):
        response = super().form_valid(form)
        keep_signed_in(self.request, form.cleaned_data["remember"])
        return response


class ConfirmLoginCodeView(views.ConfirmLoginCodeView):
    """The page of the code; if no code is waited for any more, it says why, and keeps the page that was asked for."""

    _process = None

    @method_decorator(login_not_required)
    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        if request.user.is_anonymous and self._process is None:
            text = _(
                "No code works here any more: it was too old, or was asked for in another browser. Ask for a new one."
            )
            messages.warning(request, text)
            return self._ask_again()
        return response

    def form_invalid(self, form):
        if self._process.record_invalid_attempt():
            return self.render_to_response(self.get_context_data(form=form))
        messages.error(self.request, _("That code was wrong too often, and does not work any more. Ask for a new one."))
        return self._ask_again()

    def _ask_again(self):
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_request_login_code")))


class LoginPasskeyView(OpenWhileCodeWaits, views.NextRedirectMixin, passkey_views.LoginWebAuthnView):
    def form_valid(self, form):
        response = super().form_valid(form)
        keep_signed_in(self.request, "remember" in self.request.POST)
        return response

    def form_invalid(self, form):
        super().form_invalid(form)  # adds a message
        return HttpResponseRedirect(self.passthrough_next_url(reverse("account_login")))

    def get_success_url(self):
        return self.get_next_url()


class ConfirmByPasskeyView(passkey_views.ReauthenticateWebAuthnView):
    def form_invalid(self, form):
        super().form_invalid(form)  # adds a message
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))


@method_decorator(login_required, name="dispatch")
class ConfirmByCodeView(views.BaseReauthenticateView):
    """Sends a code to somebody who is signed in (POST with `action=send`), and takes it (POST with `code`)."""

    form_class = ConfirmLoginCodeForm
    template_name = "account/reauthenticate_by_code.html"

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") == "send":
            return self._send()
        if code_again.waiting(request) is None:
            messages.warning(request, _("No code works here any more. Ask for a new one."))
            return self._show()
        return super().post(request, *args, **kwargs)

    def _send(self):
        if ratelimit.consume(self.request, action="confirmation_code", user=self.request.user):
            code_again.send(self.request, self.request.user)
            text = _("A code is on its way to %(email)s.")
            messages.success(self.request, text % {"email": self.request.user.email})
        else:
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
        return self._show()

    def _show(self):
        return HttpResponseRedirect(self.passthrough_next_url(self.request.path))

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "code": code_again.waiting(self.request)}

    def form_valid(self, form):
        code_again.note_success(self.request)
        return super().form_valid(form)

    def form_invalid(self, form):
        code_again.note_failure(self.request)
        if code_again.waiting(self.request):
            return super().form_invalid(form)
        messages.error(self.request, _("That code was wrong too often, and does not work any more. Ask for a new one."))
        return self._show()

    def get_context_data(self, **kwargs):
        return {**super().get_context_data(**kwargs), "is_sent": code_again.waiting(self.request) is not None}


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
def confirm_email(request, key):
    """Show which address is confirmed for whom (GET), or confirm it (POST).

    A change of address is confirmed only by somebody signed in to the account: the link may lie in the mailbox of
    somebody who has never heard of it. So is, with what opens the account, an address that an administrator gave it.
    """
    confirmation = EmailConfirmationHMAC.from_key(key)
    if confirmation is None:
        return render(request, "account/email_confirm.html", {"state": "used"})
    address = confirmation.email_address
    is_change = address.email != address.user.email
    if is_change and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    context = {"address": address, "key": key, "is_change": is_change}
    if not is_change and not _may_confirm(request, address.user):
        return render(request, "account/email_confirm.html", {**context, "state": "sign_in_first"}, status=FORBIDDEN)
    if is_change and request.user != address.user:
        return render(request, "account/email_confirm.html", {**context, "state": "elsewhere"}, status=FORBIDDEN)
    if not address.can_set_verified():
        return render(request, "account/email_confirm.html", {**context, "state": "taken"})
    if request.method == "POST":
        return _confirm(request, context)
    is_hers = begun.is_hers(request, address.user) or begun.sign_up_for(request, address.user)
    return render(request, "account/email_confirm.html", {**context, "state": "open", "is_hers": bool(is_hers)})


def _may_confirm(request, user):
    """Whether the mailbox alone is enough, or the person has shown here that the account is hers.

    It is not enough for an account that was used and to which an administrator gave this address, perhaps his own.
    """
    return opens(user.email, user) or begun.is_hers(request, user)


def _confirm(request, context):
    adapter, user = get_adapter(request), context["address"].user
    try:
        with transaction.atomic():
            # Of two simultaneous requests the second finds it done.
            User.objects.select_for_update().get(pk=user.pk)
            confirmation = EmailConfirmationHMAC.from_key(context["key"])
            if confirmation and not (make_room(confirmation.email_address) and confirmation.confirm(request)):
                return render(request, "account/email_confirm.html", {**context, "state": "taken"})
    except IntegrityError:
        # Somebody confirmed it for another account in the meantime.
        return render(request, "account/email_confirm.html", {**context, "state": "taken"})
    if request.user.is_authenticated and request.user != user:
        logout(request)
    if not request.user.is_authenticated:
        begun.remember_confirmed(request, context["address"].email)
    return redirect(adapter.get_email_verification_redirect_url(context["address"]))


@require_http_methods(["GET", "HEAD", "POST"])
def no_password(request):
    """Ask (GET) whether to remove the password, and remove it (POST); then she signs in with codes by e-mail."""
    if not request.user.has_usable_password():
        return redirect("account")
    raise_if_reauthentication_required(request, app="allauth.account")
    if request.method == "POST":
        remove_password(request.user)
        update_session_auth_hash(request, request.user)
        get_adapter(request).send_notification_mail("account/email/password_removed", request.user)
        messages.success(request, _("Your password is removed. You sign in with a code by e-mail."))
        return redirect("account")
    return render(request, "account/password_remove.html")


login = LoginView.as_view()
request_code = RequestLoginCodeView.as_view()
# What the account becomes by the code is one with the confirmation of its address.
confirm_code = transaction.atomic(ConfirmLoginCodeView.as_view())
login_by_passkey = LoginPasskeyView.as_view()
confirm_by_passkey = ConfirmByPasskeyView.as_view()
confirm_by_code = ConfirmByCodeView.as_view()
# allauth lets anybody at an open browser set a first password, who could then change everything else.
set_password = reauthentication_required(
    views.password_set, enabled=lambda request: not request.user.has_usable_password()
)
