"""The e-mail that tells people of a revision, once each.

Small numbers are sent right after publication; for larger ones there is `manage.py send_revision_notices`, which goes
on where it was stopped. A mail server that does not answer undoes nothing: who got no e-mail gets it the next time the
command runs, and reads the same on her pages meanwhile.
"""

import logging
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from assessments.continuity.plan import change_of
from assessments.models import Assessment, FrameworkNotice, Rating
from frameworks.models import Revision
from kip_site.accounts.emails import message_of, one_connection
from kip_site.accounts.models import User

logger = logging.getLogger(__name__)

# An admin waits for the page that publishes.
MOST_AT_ONCE = 50


def untold(revision):
    """The people who have ratings on an earlier revision and were sent no e-mail about this one."""
    ratings = Rating.objects.filter(
        assessment__person=OuterRef("pk"), statement__revision__framework=revision.framework_id
    ).exclude(statement__revision=revision)
    told = FrameworkNotice.objects.filter(person=OuterRef("pk"), revision=revision, emailed_at__isnull=False)
    return User.objects.filter(Exists(ratings), ~Exists(told), is_active=True).order_by("pk")


def revisions_to_tell_of():
    """The revisions in force that follow another one."""
    return Revision.objects.current().filter(replaces__isnull=False).select_related("framework").order_by("pk")


def tell_soon(sender, revision, previous, **kwargs):
    """Send the e-mails once the publication is safe, if they are few. Receives `revision_published`."""
    if previous is not None:
        # Robust: whatever goes wrong with an e-mail, the revision is published.
        transaction.on_commit(partial(_tell_if_few, revision), robust=True)


def _tell_if_few(revision):
    if len(untold(revision)[: MOST_AT_ONCE + 1]) <= MOST_AT_ONCE:
        tell(revision)


def tell(revision):
    """Send the e-mail to everybody who was not sent it yet: (how many were sent, how many were not)."""
    sent = failed = 0
    with one_connection() as connection:
        for person in untold(revision).iterator():
            outcome = _tell(person, revision, connection)
            sent += outcome is True
            failed += outcome is False
    return sent, failed


def _tell(person, revision, connection):
    """Whether the e-mail was sent; None when another process took it on."""
    notices = FrameworkNotice.objects.filter(person=person, revision=revision)
    FrameworkNotice.objects.bulk_create([FrameworkNotice(person=person, revision=revision)], ignore_conflicts=True)
    # Noted first, so that of two commands at once, or of one that is killed, nobody gets a second e-mail.
    if notices.filter(emailed_at=None).update(emailed_at=timezone.now()) != 1:
        return None
    try:
        connection.send_messages([_message(person, revision)])
    except OSError as error:  # what smtplib and sockets raise
        logger.warning("The e-mail about revision %s was not sent: %s", revision, error)
        notices.update(emailed_at=None)
        return False
    return True


def _message(person, revision):
    earlier = (
        Assessment.objects.of(person)
        .filter(
            form__revision__framework=revision.framework_id,
            form__revision__status=Revision.Status.SUPERSEDED,
            moved_at=None,
        )
        .select_related("form__revision")
        .latest_first()
        .first()
    )
    change = change_of(earlier) if earlier else None
    path = reverse("assessments:changed", args=[earlier.pk]) if change else reverse("home")
    context = {
        "recipient": person,
        "revision": revision,
        "change": change,
        "address": f"{settings.SITE_URL}{path}",
        "site_url": settings.SITE_URL,
    }
    return message_of("assessments/publication/email/revised", person.email, context)
