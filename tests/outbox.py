"""The e-mails that were sent: read by a test, the outbox first does what a worker does with those that wait."""

from collections.abc import Sequence

import pytest
from django.core import mail
from django.db.models.functions import Now

from kip_site.jobs import kinds, tasks, work
from kip_site.jobs.models import Job


def deliver():
    """Do what a worker does with the e-mails that are due now, and with what causes some."""
    while job := Job.objects.waiting().filter(kind__in=kinds.routines(), due_at__lte=Now()).first():
        work.work_on(job.pk, worker="of the tests", enqueue=tasks.enqueue)


class Outbox(Sequence):
    """What the mail server of the tests was given, up to the moment at which it is read."""

    def _sent(self):
        deliver()
        return mail.outbox

    def __getitem__(self, index):
        return self._sent()[index]

    def __len__(self):
        return len(self._sent())

    def __eq__(self, other):
        return self._sent() == other

    __hash__ = None

    def __repr__(self):
        return repr(self._sent())

    def clear(self):
        self._sent().clear()


@pytest.fixture
def mailoutbox(db):
    return Outbox()
