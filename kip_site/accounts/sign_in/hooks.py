"""What happens beside django-allauth's own acts: receivers of its signals, connected in AccountsConfig.ready()."""

from typing import Any

from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kip_site.accounts.models import User
from kip_site.accounts.people.sessions import end_access

from . import begun, limits
from .actions import is_unused, shut_out_others


def forget_wrong_passwords(sender: type[User], request: HttpRequest, user: User, **arguments: Any) -> None:
    """Receives `password_reset` and `password_set`."""
    limits.forget(request, user.email)


def end_half_finished(sender: type[User], request: HttpRequest, user: User, **arguments: Any) -> None:
    """Receives `password_reset`, `password_set` and `password_changed`.

    Sessions end by themselves, as they depend on the password, but not a sign-in with the old one that waits for its
    second step.
    """
    end_access(user, but=request.session.session_key)


def note_step(sender: type[User], request: HttpRequest, user: User, method: str = "password", **arguments: Any) -> None:
    """Receives `user_signed_up` and `authentication_step_completed`."""
    if method == "code":
        # It proves the mailbox. allauth confirms only an address that it has; people whom an administrator has entered
        # may have none there.
        sync_user_email_address(user)
    else:
        begun.remember_password_shown(request, user)


def settle(sender: type[EmailAddress], request: HttpRequest, email_address: EmailAddress, **arguments: Any) -> None:
    """Receives `email_confirmed`. An address that is changed later settles nothing: she was signed in to change it."""
    user = email_address.user
    if EmailAddress.objects.filter(user=user, verified=True).exclude(pk=email_address.pk).exists():
        return
    if begun.settle(request, user):
        text = _(
            "Nobody had confirmed this address before, so what was set to sign in with it, in the name of %(name)s, "
            "does not work any more. You get a code by e-mail to sign in. If you want a password, or another name, set "
            "it on the page of your account."
        )
        messages.warning(request, text % {"name": user})


def end_others(
    sender: type[EmailAddress],
    request: HttpRequest,
    user: User,
    from_email_address: EmailAddress | None,
    **arguments: Any,
) -> None:
    """Receives `email_changed`. Somebody else may have signed in by codes that went to the old mailbox.

    allauth also sends it when a first address is confirmed.
    """
    if from_email_address is not None:
        end_access(user, but=request.session.session_key)


def confirm_by_reset(sender: type[User], request: HttpRequest, user: User, **arguments: Any) -> None:
    """Receives `password_reset`. The link went to the mailbox, so it is hers, and so is the new password."""
    if is_unused(user):
        shut_out_others(user, user.password)
        begun.remember_password_shown(request, user)
        verify_email_indirectly(request, user, user.email)
