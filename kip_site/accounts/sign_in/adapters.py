"""django-allauth's adapters, with what the platform changes: messages, e-mails, and who may sign up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kip_site.accounts.invitations import link
from kip_site.accounts.models import User
from kip_site.accounts.people.actions import account_at
from kip_site.addresses import normalised
from kip_site.jobs.models import Lane
from kip_site.mail.actions import absolute, send

from . import code_again, limits
from .actions import forget_changes_to, is_unused
from .passkeys import site_of


def _mismatch() -> str:
    words = gettext(
        "<strong>That e-mail and password do not match.</strong>"
        ' Check both and try again, or <a href="{}">set a new password</a>.'
    )
    return format_html(words, reverse("account_reset_password"))


# E-mails that somebody waits for in order to sign in: codes, links, and the answers to those who ask for one.
SIGN_IN_TEMPLATES = {
    f"account/email/{name}"
    for name in (
        "account_already_exists",
        "email_change_asked",
        "email_confirmation",
        "email_confirmation_signup",
        "login_code",
        "password_reset_code",
        "password_reset_key",
        "reauthentication_code",
        "unknown_account",
    )
}


def _with_own_addresses(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """The context of an e-mail, in which links start with SITE_URL instead of the host of the request."""
    asked = request.build_absolute_uri("/")
    return {
        name: absolute(f"/{value.removeprefix(asked)}") if isinstance(value, str) and value.startswith(asked) else value
        for name, value in context.items()
    }


class AccountAdapter(DefaultAccountAdapter):
    # allauth's own messages say what happened; these also say what to do.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the administrator of your organisation to open it again."),
        "cannot_remove_primary_email": _("This is the e-mail you sign in with. Change it first."),
        "duplicate_email": _("This is the e-mail you sign in with already. Enter a different one."),
        "email_password_mismatch": lazy(_mismatch, str)(),
        "email_taken": _("There is an account with this e-mail already. Enter a different one."),
        "enter_current_password": _("That is not the password you have now. Enter it again."),
        "incorrect_code": _("That code does not match. Enter the one of the newest e-mail."),
        "incorrect_password": _("That password does not match. Enter it again."),
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "rate_limited": _("That was too often in a short time. Wait a few minutes and try again."),
        "same_as_current": _("This is what you have already. Enter a different one."),
        "too_many_login_attempts": _(
            "That was too many attempts in a short time. Your account is safe; wait five minutes and try again."
        ),
        "unverified_primary_email": _("Confirm this e-mail first: open the link that we sent."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Where sign-up is closed, somebody who has followed the link of an invitation may still sign up.

        The sign-up form then accepts only the invited address.
        """
        return settings.SIGN_UP_OPEN or link.followed(request) is not None

    def get_login_redirect_url(self, request):
        """The page of the invitation whose link the user has followed before signing in, or allauth's own."""
        return link.page_followed(request) or super().get_login_redirect_url(request)

    def get_signup_redirect_url(self, request):
        return link.page_followed(request) or super().get_signup_redirect_url(request)

    def get_password_change_redirect_url(self, request):
        """Where she came from: allauth would ask for another change of the password that was just set."""
        return reverse("account")

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt: in place of allauth's limit, which lets anybody shut the right person out."""
        self._attempt = limits.count(request, credentials["email"])

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            self._attempt.take_back()
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        limits.forget_here(request, user.email)

    def send_account_already_exists_mail(self, email: str) -> None:
        """For an account that nobody has confirmed yet, send the link that confirms it: no other leads anywhere."""
        begun = EmailAddress.objects.filter(email=email, user__email=email).select_related("user").first()
        if begun and is_unused(begun.user):
            self.send_confirmation_mail(allauth_context.request, EmailConfirmationHMAC.create(begun), signup=True)
        else:
            super().send_account_already_exists_mail(email)

    def send_confirmation_mail(
        self, request: HttpRequest, emailconfirmation: EmailConfirmationHMAC, signup: bool
    ) -> None:
        address = emailconfirmation.email_address
        if address.email == address.user.email:
            super().send_confirmation_mail(request, emailconfirmation, signup)
            return
        # Whoever reads it may have never heard of the account.
        url = self.get_email_confirmation_url(request, emailconfirmation)
        self.send_mail("account/email/email_change_asked", address.email, {"user": address.user, "activate_url": url})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the e-mail like every other; those that somebody waits for in order to sign in have their own lane."""
        request = allauth_context.request
        is_for_signing_in = template_prefix in SIGN_IN_TEMPLATES
        send(
            template_prefix,
            User.objects.filter(email=email).first() or context.get("user") or email,
            {"email": email, **_with_own_addresses(context, request)},
            address=email,
            is_secret=is_for_signing_in,
            lane=Lane.SIGN_IN if is_for_signing_in else Lane.DEFAULT,
        )

    def get_reauthentication_methods(self, user):
        """The ways in which a user can confirm her identity, in the platform's words; the first is offered first.

        Everybody may get a code by e-mail instead; it is the only way for somebody with neither a password nor a second
        step, and the way out for somebody whose password others have tried too often.
        """
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
            "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
        }
        methods = super().get_reauthentication_methods(user)
        if methods and site_of(allauth_context.request):
            # A passkey is at hand more often than a recovery code; allauth names it last.
            methods.sort(key=lambda method: list(words).index(method["id"]))
        described = [{**method, "description": words[method["id"]]} for method in methods]
        if user.is_authenticated:
            address = reverse("account_reauthenticate_by_code")
            described.append({"id": "code", "description": _("Get a code by e-mail"), "url": address})
        return described

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody with neither a password nor a second step has to confirm by a code, which allauth does not know.

        Raises ReauthenticationRequired, because allauth itself would let her pass.
        """
        required = super().is_reauthentication_required(app=app, **kwargs)
        request = allauth_context.request
        if required and not super().get_reauthentication_methods(request.user) and not code_again.is_recent(request):
            raise ReauthenticationRequired
        return required


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    error_messages = {
        **DefaultSocialAccountAdapter.error_messages,
        "connected_other": _("That account opens somebody else's account here already."),
        "email_taken": _("There is an account with this e-mail already. Sign in to it first, then connect %s there."),
        "invalid_token": _("The answer of the provider could not be read. Try again."),
        "no_verified_email": _("Your e-mail is not confirmed yet. Open the link that we sent."),
    }

    def is_open_for_signup(self, request, sociallogin):
        """Where sign-up is closed, only people may sign up who are invited by an address that the provider verified."""
        return settings.SIGN_UP_OPEN or link.waits_for(
            address.email for address in sociallogin.email_addresses if address.verified
        )

    @transaction.atomic
    def pre_social_login(self, request, sociallogin):
        """An address that the provider has verified is hers, whoever else has typed it here and never confirmed it."""
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        _normalise(sociallogin)
        for email in [address.email for address in sociallogin.email_addresses if address.verified]:
            forget_changes_to(email)
            begun = account_at(email)
            if begun and begun.is_active and is_unused(begun):
                sync_user_email_address(begun)
                verify_email_indirectly(request, begun, email)
                sociallogin.connect(request, begun)
                return

    def save_user(self, request, sociallogin, form=None):
        """Make the account, unless another request with the same address or account over there was quicker."""
        try:
            with transaction.atomic():
                return super().save_user(request, sociallogin, form)
        except IntegrityError as error:
            answer = HttpResponseRedirect(reverse("account_login"))
            email = sociallogin.user.email
            if not _knows(sociallogin) and account_at(email):
                answer = prevent_enumeration(request, email=email)
            elif not _knows(sociallogin):
                raise
            raise ImmediateHttpResponse(answer) from error

    def populate_user(self, request, sociallogin, data):
        """Take the whole name from the provider, because User has a single field for it."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(part for part in parts if part) or data.get("email", ""))[:150]
        return user

    def get_signup_form_initial_data(self, sociallogin):
        return {**super().get_signup_form_initial_data(sociallogin), "name": sociallogin.user.name}


def _normalise(sociallogin) -> None:
    """Turn the addresses that the provider gave into the form in which they are stored, each once."""
    sociallogin.user.email = normalised(sociallogin.user.email)
    found: dict[str, EmailAddress] = {}
    for address in sociallogin.email_addresses:
        address.email = normalised(address.email)
        same = found.setdefault(address.email, address)
        same.verified = same.verified or address.verified
        same.primary = same.primary or address.primary
    sociallogin.email_addresses[:] = found.values()


def _knows(sociallogin) -> bool:
    """Whether the account over there opens one here already."""
    account = sociallogin.account
    return SocialAccount.objects.filter(provider=account.provider, uid=account.uid).exists()


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Two-step sign-in cannot be turned off for this account."),
        "cannot_generate_recovery_codes": _("Turn on two-step sign-in first; recovery codes belong to it."),
        "incorrect_code": _("That code does not match. Enter the one that your app shows now."),
        "unverified_email": _("Your e-mail is not confirmed yet. Open the link that we sent."),
    }

    def generate_authenticator_name(self, user, kind):
        number = Authenticator.objects.filter(user=user, type=kind).count()
        return gettext("Passkey %(number)s") % {"number": number + 1} if number else gettext("Passkey")

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        request = allauth_context.request
        # The browser refuses an IP address; pages do not offer passkeys there.
        return {"id": site_of(request) or request.get_host(), "name": gettext("KIP competence platform")}

    def build_totp_svg(self, url: str) -> str:
        """The QR code as an inline `<svg>`, because the Content-Security-Policy blocks `data:` images."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]
