"""A code by e-mail with which somebody who is signed in confirms that it is she, before she changes how she signs in.

Everybody may choose it instead of the password or the second step; for people who have neither, of whom allauth asks
nothing, it is the only way. The code waits in the session, so that it works only in the browser in which it was asked
for.
"""

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.http import HttpRequest

from kip_site.accounts.models import User

SESSION_KEY = "reauthentication_code"


def is_recent(request: HttpRequest) -> bool:
    """Whether the user has confirmed in the last minutes, in any way."""
    times = [
        record["at"] for record in get_authentication_records(request, request.user) if record.get("reauthenticated")
    ]
    return bool(times) and time.time() - max(times) < app_settings.REAUTHENTICATION_TIMEOUT


def send(request: HttpRequest, user: User) -> None:
    """Send a new code to the user, who is signed in; an earlier one stops working."""
    adapter = get_adapter()
    code = adapter.generate_login_code()
    request.session[SESSION_KEY] = {"code": code, "at": time.time(), "failed": 0}
    adapter.send_mail("account/email/reauthentication_code", user.email, {"code": code})


def waiting(request: HttpRequest) -> str | None:
    """The code that was sent, while it works; else None."""
    sent = request.session.get(SESSION_KEY)
    if sent is None or time.time() - sent["at"] > app_settings.LOGIN_BY_CODE_TIMEOUT:
        return None
    return sent["code"]


def note_failure(request: HttpRequest) -> None:
    """Count a wrong code; after too many, the right one stops working."""
    sent = request.session[SESSION_KEY]
    sent["failed"] += 1
    if sent["failed"] >= app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS:
        del request.session[SESSION_KEY]
    request.session.modified = True


def note_success(request: HttpRequest) -> None:
    """The user has confirmed, as if by her password; the code stops working."""
    del request.session[SESSION_KEY]
    record_authentication(request, request.user, method="code", reauthenticated=True)
