"""E-mails about assignments: one function each; its texts stand in templates/training/assignments/email/.

A mail server that does not answer never undoes what a person did: the failure is logged, the page goes on.
"""

import logging

from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse

from kip_site.accounts.emails import SECONDS_TO_ANSWER, message_of

logger = logging.getLogger(__name__)


def assigned(assignment):
    """Tell the person what her trainer asks her to take."""
    return _send("assigned", assignment.person, assignment, _module_address(assignment))


def completed(assignment, trainer):
    """Tell the trainer that the person has finished and waits for the confirmation."""
    address = _absolute(reverse("training:assignment", args=[assignment.pk]))
    return _send("completed", trainer, assignment, address)


def reminder(assignment):
    """Remind the person of a due date that comes near."""
    return _send("reminder", assignment.person, assignment, _module_address(assignment))


def _module_address(assignment):
    return _absolute(reverse("training:module", args=[assignment.module.key]))


def _absolute(path):
    return f"{settings.SITE_URL}{path}"


def _send(name, recipient, assignment, address):
    """Whether the mail server took the message."""
    context = {"assignment": assignment, "recipient": recipient, "address": address}
    connection = get_connection(timeout=SECONDS_TO_ANSWER)
    message = message_of(f"training/assignments/email/{name}", recipient.email, context, connection)
    try:
        message.send()
    except OSError as error:  # what smtplib and sockets raise
        logger.warning("E-mail “%s” for assignment %s was not sent: %s", name, assignment.pk, error)
        return False
    return True
