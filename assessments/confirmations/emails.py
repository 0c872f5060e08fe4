"""E-mails about assessments: one function each; its texts stand in templates/assessments/confirmations/email/.

A mail server that does not answer never undoes what a person did: the failure is logged, the page goes on.
"""

import logging

from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse

from kip_site.accounts.emails import SECONDS_TO_ANSWER, message_of

from .loading import who

logger = logging.getLogger(__name__)


def levels_confirmed(assessment, user, act):
    """Tell a person what an actions.Act of her trainer or manager changed; whether the mail server took it."""
    context = {
        "recipient": assessment.person,
        "who": who(user.name or user.email, act.role),
        "act": act,
        "assessment": assessment,
        "address": f"{settings.SITE_URL}{reverse('assessments:profile', args=[assessment.pk])}",
    }
    connection = get_connection(timeout=SECONDS_TO_ANSWER)
    message = message_of("assessments/confirmations/email/confirmed", assessment.person.email, context, connection)
    try:
        message.send()
    except OSError as error:  # what smtplib and sockets raise
        logger.warning("The e-mail about confirmed levels of assessment %s was not sent: %s", assessment.pk, error)
        return False
    return True
