"""Ends what was begun with an account: its sessions, its half-finished sign-ins, its links and codes on their way."""

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from kip_site.accounts.models import User
from kip_site.mail.actions import call_off_sign_in


def end_access(person: User, but: str | None = None) -> None:
    """Sign the person out everywhere, and withdraw the e-mails by which she could sign in. Call it in a transaction.

    `but` is the key of a session that stays.
    """
    mine = str(person.pk), user_pk_to_url_str(person)
    open_ones = Session.objects.filter(expire_date__gt=timezone.now()).exclude(session_key=but)
    # The database cannot look into a session, so that all are read; administrators do this rarely.
    keys = [session.session_key for session in open_ones.iterator() if _opens(session.get_decoded(), mine)]
    Session.objects.filter(session_key__in=keys).delete()
    call_off_sign_in(person.pk)


def _opens(session: dict[str, object], mine: tuple[str, str]) -> bool:
    """Whether the session is the person's, or waits for her second step or the confirmation of her address."""
    waiting = session.get(LOGIN_SESSION_KEY)
    return session.get(SESSION_KEY) == mine[0] or (isinstance(waiting, dict) and waiting.get("user_pk") == mine[1])
