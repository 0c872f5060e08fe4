"""allauth's views of signing in and of confirming once more, with what the platform changes; see `urls.py`."""

from allauth.account import views
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.stages import LoginByCodeStage
from allauth.core import ratelimit
from allauth.mfa.webauthn import views as passkey_views
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _

from . import code_again
from .forms import ConfirmLoginCodeForm, keep_signed_in


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
        email = self.request.user.email
        if ratelimit.consume(self.request, action="request_login_code", key=email):
            code_again.send(self.request, self.request.user)
            messages.success(self.request, _("A code is on its way to %(email)s.") % {"email": email})
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


login = LoginView.as_view()
request_code = RequestLoginCodeView.as_view()
confirm_code = ConfirmLoginCodeView.as_view()
login_by_passkey = LoginPasskeyView.as_view()
confirm_by_passkey = ConfirmByPasskeyView.as_view()
confirm_by_code = ConfirmByCodeView.as_view()
# allauth lets anybody at an open browser set a first password, who could then change everything else.
set_password = reauthentication_required(
    views.password_set, enabled=lambda request: not request.user.has_usable_password()
)
