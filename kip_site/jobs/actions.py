"""What puts jobs into the queue."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import translation

from . import tasks
from .models import Job, Lane


@transaction.atomic(savepoint=False)
def ask(
    kind: str,
    *,
    user: AbstractBaseUser | None = None,
    name: str = "",
    payload: dict[str, object] | None = None,
    file: bytes = b"",
    lane: Lane = Lane.DEFAULT,
) -> Job:
    """A waiting Job of a registered kind, in the transaction of what causes it: both are kept, or neither is.

    `name` is what its page calls it, `payload` what JSON can hold, `file` the bytes of what it works on.
    """
    job = Job(
        kind=kind,
        lane=lane,
        name=name,
        payload=payload or {},
        file=file,
        asked_by_id=user.pk if user else None,
        language=translation.get_language() or "",
    )
    job.save()
    tasks.enqueue(job)
    return job
