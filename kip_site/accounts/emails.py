"""How e-mails are sent; what they say is each subject's own.

A mail server that does not answer never undoes what a person did: the failure is logged, and the caller is told.
"""

import logging
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

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


def absolute(path):
    """The whole address of a page of the site."""
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


def send(template, recipient, context, connection):
    """Send an e-mail as `message_of` makes it. Returns whether the mail server took it."""
    message = message_of(template, recipient, context)
    try:
        taken = connection.send_messages([message])
    except OSError as error:  # what smtplib and sockets raise
        logger.warning("The e-mail “%s” was not sent: %s", template, error)
        return False
    return bool(taken)
