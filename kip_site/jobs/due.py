"""Scheduled work: each app registers its parts, and `manage.py run_due` runs them.

Each part may be run at any time, twice, and by two processes at once: nothing is done a second time.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from django.db import Error
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.functional import Promise

from .models import DueRun, ago
from .progress import Lost

logger = logging.getLogger(__name__)

# A run that began longer ago than this and has not ended must have been killed.
LONGEST_RUN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Part:
    name: str  # on the command line and in the database
    words: Promise  # what it does, as shown to people
    run: Callable[[], int]  # does it; returns how many people or things it handled


@dataclass(frozen=True, slots=True)
class Done:
    """The result of running a part."""

    part: Part
    number: int = 0
    error: str = ""
    is_elsewhere: bool = False  # not run, because another process is running it


class Incomplete(Exception):
    """Some items of a part could not be done; the log has the reasons. All the others are done."""


Item = TypeVar("Item")


def for_each(items: Iterable[Item], do: Callable[[Item], bool]) -> int:
    """Do something for each item; returns how many it was done for.

    A mistake with one item is logged and does not stop the others. Raises Incomplete at the end if there was one, and
    database errors and Lost (of a job) at once.
    """
    done = failed = 0
    for item in items:
        try:
            done += do(item)
        except (Error, Lost):
            raise
        except Exception:
            failed += 1
            logger.exception("This could not be done for %r.", item)
    if failed:
        raise Incomplete(f"It could not be done for {failed}, and was done for {done}.")
    return done


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    _parts[part.name] = part


def parts() -> list[Part]:
    return [_parts[name] for name in sorted(_parts)]


def run(chosen: list[Part]) -> Iterator[Done]:
    """Run the parts one after the other; if one fails, the others are still run."""
    for part in chosen:
        yield _run(part)


def _run(part: Part) -> Done:
    DueRun.objects.bulk_create([DueRun(part=part.name)], ignore_conflicts=True)
    row = DueRun.objects.filter(pk=part.name)
    killed = Q(began_at__lt=ago(LONGEST_RUN))
    idle = Q(began_at=None) | Q(ended_at__gte=F("began_at"))
    if not row.filter(idle | killed).update(began_at=Now()):
        return Done(part, is_elsewhere=True)
    try:
        number = part.run()
    except Exception as error:
        logger.exception("“%s” of what is due failed.", part.name)
        message = f"{type(error).__name__}: {error}"
        row.update(ended_at=Now(), error=message)
        return Done(part, error=message)
    row.update(ended_at=Now(), done=number, error="")
    return Done(part, number)
