"""Where the platform differs from django-allauth's ways."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class AccountAdapter(DefaultAccountAdapter):
    # What happened, and what to do: allauth says only the first.
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask the administrator of your organisation to open it again."),
        "email_password_mismatch": _("That e-mail and password do not match. Check both, or set a new password."),
        "email_taken": _("There is already an account with this e-mail. Sign in, or set a new password."),
        "enter_current_password": _("Enter the password that you have now."),
        "incorrect_code": _("That code does not match. Enter the one that your app shows now."),
        "incorrect_password": _("That password does not match. Enter it again."),
        "rate_limited": _("That was too often in a short time. Wait a few minutes and try again."),
        "same_as_current": _("This is what you have already. Enter a different one."),
        "too_many_login_attempts": _("Too many attempts. Wait a few minutes, or set a new password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP_OPEN


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request, sociallogin, data):
        """Take the whole name from the provider; our people have one name field."""
        user = super().populate_user(request, sociallogin, data)
        parts = (data.get("first_name"), data.get("last_name"))
        user.name = (data.get("name") or " ".join(part for part in parts if part) or data.get("email", ""))[:150]
        return user


class MFAAdapter(DefaultMFAAdapter):
    def build_totp_svg(self, url: str) -> str:
        """The QR code as an `<svg>` that stands in the page: our security policy blocks `data:` pictures."""
        svg = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]
