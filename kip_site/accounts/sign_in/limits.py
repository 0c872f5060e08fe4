"""How often passwords may be tried and codes asked for. The numbers are in settings.ACCOUNT_RATE_LIMITS.

Nobody is shut out of an account by somebody else's wrong passwords: a few close the account's password only at the IP
address they came from, and many only lead to a code by e-mail, for everybody and whether the account exists or not.
"""

from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kip_site.addresses import normalised

APP = "allauth.account"


class CodeNeeded(ValidationError):
    """So many wrong passwords were tried for an account that none is checked for now."""

    def __init__(self) -> None:
        super().__init__(
            _("Too many wrong passwords were tried for this account. Use a code by e-mail instead."), code="code_needed"
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt with a password. It is counted before it is checked, so that many at once are not too many."""

    usages: tuple[ratelimit.RateLimitUsage, ...]  # what was counted

    @transaction.atomic
    def take_back(self) -> None:
        """Forget the attempt, because the password was right."""
        for usage in self.usages:
            usage.rollback()


def count(request: HttpRequest, email: str) -> Attempt:
    """Count an attempt with a password.

    Raises CodeNeeded, or another ValidationError if too many came from this IP address; then nothing is counted.
    """
    with transaction.atomic():  # one for all counts, because each commit waits for the disk
        anywhere = ratelimit.consume(request, app=APP, action="wrong_password", key=normalised(email))
        here = anywhere and ratelimit.consume(
            request, app=APP, action="wrong_password_here", key=_account_here(request, email)
        )
        of_all = here and ratelimit.consume(request, app=APP, action="wrong_passwords")
        usages = tuple(usage for usage in (anywhere, here, of_all) if usage)
        if not of_all:
            for usage in usages:
                usage.rollback()
    if not anywhere:
        raise CodeNeeded
    if not of_all:
        raise get_adapter().validation_error("too_many_login_attempts")
    return Attempt(usages)


def count_code(request: HttpRequest, email: str) -> None:
    """Count a code that is asked for; allauth counts those from anywhere.

    Raises a ValidationError if too many for this e-mail address were asked for from this IP address.
    """
    if not ratelimit.consume(request, app=APP, action="request_login_code_here", key=_account_here(request, email)):
        raise get_adapter().validation_error("too_many_login_attempts")


def forget_here(request: HttpRequest, email: str) -> None:
    """Forget wrong passwords for the account from this IP address: the right person has just signed in there."""
    ratelimit.clear(request, app=APP, action="wrong_password_here", key=_account_here(request, email))


def forget(request: HttpRequest, email: str) -> None:
    """Forget all wrong passwords for the account, because it has a new password."""
    forget_here(request, email)
    ratelimit.clear(request, app=APP, action="wrong_password", key=normalised(email))


def clean() -> int:
    """Delete counts that are over; returns their number. Django itself would keep them until the table is full."""
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - the name is ours
        return cursor.rowcount


def _account_here(request: HttpRequest, email: str) -> str:
    return f"{normalised(email)} {ratelimit.get_ip(request)}"
