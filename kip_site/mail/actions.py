"""Sending e-mails: all of them are put into the queue by `send`, in the transaction of the caller."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now
from django.template.loader import select_template
from django.utils import translation
from django.utils.translation import gettext as _

from kip_site.jobs.models import Lane, ago
from kip_site.refusals import Refused

from . import delivery
from .models import Mail

# E-mails that were sent or given up are kept this long.
KEPT = timedelta(days=30)
LONGEST_SUBJECT = 255


def absolute(path: str) -> str:
    """The absolute URL of a page of the site."""
    return f"{settings.SITE_URL}{path}"


@transaction.atomic(savepoint=False)
def send(
    template: str,
    to: AbstractBaseUser | str,
    context: Mapping[str, object],
    *,
    address: str = "",
    is_secret: bool = False,
    lane: Lane = Lane.DEFAULT,
) -> Mail:
    """Put an e-mail into the queue; a worker sends it once the transaction of the caller has committed.

    `template` is the path without its ending: `TEMPLATE_subject.txt`, `TEMPLATE.txt` and `TEMPLATE.html` (allauth names
    the last two `TEMPLATE_message.…`) are rendered now, in the language of the recipient. `to` is a user, or the
    address of somebody without an account; `address` is used instead of the user's own. An e-mail that `is_secret` has
    a link or code for signing in or joining: nobody else can read its text, which is deleted once it is sent.
    """
    mail = _queued(template, to, context, address, is_secret, lane)
    mail.save(force_insert=True)
    delivery.ask(lane)
    return mail


@transaction.atomic(savepoint=False)
def send_each(
    template: str,
    readers: Iterable[tuple[AbstractBaseUser | str, Mapping[str, object]]],
    *,
    is_secret: bool = False,
    lane: Lane = Lane.DEFAULT,
) -> list[Mail]:
    """As `send`, to many, each with a context of their own: [(to, context), …]. Returns the e-mails in this order.

    The number of queries does not depend on that of the readers.
    """
    mails = Mail.objects.bulk_create([_queued(template, to, context, "", is_secret, lane) for to, context in readers])
    if mails:
        delivery.ask(lane)
    return mails


def _queued(
    template: str,
    to: AbstractBaseUser | str,
    context: Mapping[str, object],
    address: str,
    is_secret: bool,
    lane: Lane,
) -> Mail:
    """An e-mail in the language of its reader, not saved."""
    person = None if isinstance(to, str) else to
    address = address or (to if isinstance(to, str) else str(getattr(to, to.get_email_field_name())))
    language = getattr(person, "language", "") or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(language):
        # A subject must be one line, even if a title or a name in it has line breaks.
        subject = " ".join(select_template([f"{template}_subject.txt"]).render(dict(context)).split())
        text = _rendered(template, "txt", context)
        html = _rendered(template, "html", context)
    return Mail(
        template=template,
        to=address,
        person_id=person.pk if person else None,
        language=language,
        subject=subject[:LONGEST_SUBJECT],
        text=text,
        html=html,
        is_secret=is_secret,
        lane=lane,
        message_id=make_msgid(domain=urlsplit(settings.SITE_URL).hostname or "localhost"),
    )


def _rendered(template: str, end: str, context: Mapping[str, object]) -> str:
    found = select_template([f"{template}.{end}", f"{template}_message.{end}"])
    return f"{found.render(dict(context)).strip()}\n"


def call_off(pk: int | None) -> None:
    """Delete an e-mail that has not been sent and must not be any more; nothing happens to one that was sent."""
    if pk is not None:
        Mail.objects.waiting().filter(pk=pk).delete()


def call_off_sign_in(person: int) -> None:
    """Delete the links and codes for signing in that were not sent yet to this person, a primary key."""
    waiting = Mail.objects.filter(state__in=(Mail.State.WAITING, Mail.State.UNSENT))
    waiting.filter(person=person, lane=Lane.SIGN_IN).delete()


@transaction.atomic
def send_again(mail: Mail) -> None:
    """Put an e-mail that was sent or given up into the queue again.

    Raises Refused if it is waiting or being sent already, or if its text was deleted.
    """
    ended = Mail.objects.ended().filter(pk=mail.pk)
    if not ended.exclude(text="").update(**_anew()):
        if not ended.exists():
            raise Refused(_("This e-mail is on its way already. Nothing was sent twice."))
        raise Refused(_("What this e-mail said is not kept, because its reader could sign in or join with it."))
    delivery.ask_at_once(Lane(mail.lane))


@transaction.atomic
def send_all_again() -> int:
    """Put all e-mails that were given up and still have their text into the queue again; returns their number."""
    unsent = Mail.objects.unsent().exclude(text="")
    lanes = set(unsent.values_list("lane", flat=True))
    number = unsent.update(**_anew())
    for lane in lanes:
        delivery.ask_at_once(Lane(lane))
    return number


def _anew() -> dict[str, Any]:
    """The fields of an e-mail that begins anew."""
    fresh = {"state": Mail.State.WAITING, "tries": 0, "refusals": 0, "error": "", "ended_at": None}
    return {**fresh, "due_at": Now(), "queued_at": Now()}


@transaction.atomic
def look_after() -> int:
    """Make sure that waiting e-mails have a job, and delete old ones; returns the number of deleted e-mails."""
    for lane in set(Mail.objects.unfinished().values_list("lane", flat=True)):
        delivery.ask(Lane(lane))
    # Those that were refused could be sent again until then.
    late = Mail.objects.unsent().filter(lane=Lane.SIGN_IN, queued_at__lt=ago(delivery.GIVEN_UP_AFTER[Lane.SIGN_IN]))
    late.exclude(text="").update(text="", html="")
    number, _by_model = Mail.objects.filter(ended_at__lt=ago(KEPT)).delete()
    return number
