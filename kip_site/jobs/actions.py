"""Adding jobs to the queue."""

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
    """Create a waiting Job of a registered kind, in the transaction of the caller: both are committed, or neither.

    `name` is its name on pages, `payload` its arguments as JSON data, `file` the bytes of the file it works on.
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
