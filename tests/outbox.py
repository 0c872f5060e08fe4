"""An outbox that first delivers waiting e-mails, as a worker would do it, whenever a test reads it."""

from collections.abc import Sequence

import pytest
from django.core import mail
from django.db.models.functions import Now

from kip_site.jobs import kinds, tasks, work
from kip_site.jobs.models import Job


def deliver():
    """Do all routine jobs that are due: they deliver e-mails, or create them."""
    while job := Job.objects.waiting().filter(kind__in=kinds.routines(), due_at__lte=Now()).first():
        work.work_on(job.pk, worker="of the tests", enqueue=tasks.enqueue)


class Outbox(Sequence):
    """The e-mails that were sent up to the moment at which it is read."""

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
