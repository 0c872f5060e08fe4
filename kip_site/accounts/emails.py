"""E-mails about organisations: one function each; its texts stand in templates/accounts/email/.

A mail server that does not answer never undoes what a person did: the failure is logged, and the caller is told.
"""

import logging
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

logger = logging.getLogger(__name__)

# Somebody waits for the page meanwhile.
SECONDS_TO_ANSWER = 10


class NoServer:
    """Stands for a mail server that did not answer: waiting for it again, for each of many e-mails, would take long."""

    def __init__(self, error):
        self.error = error

    def send_messages(self, messages):
        raise self.error


@contextmanager
def one_connection():
    """A connection to the mail server for several e-mails; it refuses all of them at once if there is none."""
    connection = get_connection(timeout=SECONDS_TO_ANSWER)
    try:
        connection.open()
    except OSError as error:
        yield NoServer(error)
        return
    try:
        yield connection
    finally:
        try:
            connection.close()
        except OSError as error:
            logger.warning("The mail server did not take leave: %s", error)


def invitation(invitation, connection):
    """Ask somebody to join, with an account or without. Returns whether the mail server took the e-mail."""
    return _send(
        "invitation",
        invitation.email,
        {
            "organisation": invitation.organisation,
            "invited_by": invitation.invited_by,
            "roles": invitation.role_labels,
            "valid_until": invitation.valid_until,
            "address": _absolute(reverse("invitation", args=[invitation.token])),
        },
        connection,
    )


def roles_changed(person, organisation, roles, changed_by, connection):
    """Tell a member which roles they have now; `roles` in words. Returns as `invitation` does."""
    return _send(
        "roles_changed",
        person.email,
        {
            "person": person,
            "organisation": organisation,
            "changed_by": changed_by,
            "roles": roles,
            "address": _absolute(reverse("home")),
        },
        connection,
    )


def removed(person, organisation, removed_by, connection):
    """Tell a person that they are no longer a member, and what stays theirs. Returns as `invitation` does."""
    return _send(
        "removed",
        person.email,
        {
            "person": person,
            "organisation": organisation,
            "removed_by": removed_by,
            "address": _absolute(reverse("home")),
        },
        connection,
    )


def _absolute(path):
    return f"{settings.SITE_URL}{path}"


def message_of(template, recipient, context, connection=None):
    """An e-mail to an address, to be sent: its texts are `TEMPLATE_subject.txt`, `TEMPLATE.txt` and `TEMPLATE.html`."""
    subject = render_to_string(f"{template}_subject.txt", context)
    message = EmailMultiAlternatives(
        # One line, whatever a title or a name holds.
        subject=" ".join(subject.split()),
        body=render_to_string(f"{template}.txt", context),
        to=[recipient],
        connection=connection,
    )
    message.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return message


def _send(name, recipient, context, connection):
    message = message_of(f"accounts/email/{name}", recipient, context)
    try:
        taken = connection.send_messages([message])
    except OSError as error:  # what smtplib and sockets raise
        logger.warning("The e-mail “%s” was not sent: %s", name, error)
        return False
    return bool(taken)
