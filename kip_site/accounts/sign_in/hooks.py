"""The signal receivers of signing in, connected in AccountsConfig.ready()."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from kip_site.accounts.people import actions

from . import limits


def note_code(
    sender: type[User], request: HttpRequest, user: User, method: str, email: str = "", **arguments: Any
) -> None:
    """Receives `authentication_step_completed`, before allauth stores that a code has confirmed the address."""
    if method != "code" or not email:
        return
    had_password = user.has_usable_password()
    if actions.prove_address(user, email) and had_password:
        text = _(
            "Nobody had confirmed this address before, so the password that was set for it does not work any more. "
            "You need none; if you want one, set it on the page of your account."
        )
        messages.info(request, text)


def forget_wrong_passwords(sender: type[User], request: HttpRequest, user: User, **arguments: Any) -> None:
    """Receives `password_reset` and `password_set`."""
    limits.forget(request, user.email)
