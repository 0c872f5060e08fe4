"""Health checks for load balancers and monitoring, answered before all other middleware.

`/healthz` says that the process is alive: restart it if there is no answer. `/readyz` says that it can do its work:
send no requests to it if it cannot. Both answer under any host name, because such programs often use IP addresses.
"""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kip_site.jobs.models import Lane
from kip_site.jobs.watch import is_held_up, lanes_without_worker

# Monitoring treats a slower answer as an outage anyway.
SECONDS_TO_ANSWER = 1.5
# With less free space, the next upload or the database itself may fail.
LEAST_BYTES = 100_000_000

# All requests at one time share one check, so that a check that hangs does not use up the threads of the site. If it
# hangs for longer, it may be waiting for a connection that is lost, although the database is back: another is started.
GIVEN_UP_AFTER = 30  # seconds
CHECKS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="readyz")


@require_safe
@login_not_required
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    return _text("ok\n")


@require_safe
@login_not_required
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """A line for each of disk, database, tables and queue: 200 if all are well, otherwise 503; answers within 2 s."""
    check, began = _check_under_way()
    try:
        lines = check.result(timeout=max(began + SECONDS_TO_ANSWER - time.monotonic(), 0))
    except TooSlow:
        lines = {"database": "does not answer in time"}
    is_ready = not any(lines.values())
    text = "".join(f"{name}: {fault or 'ok'}\n" for name, fault in lines.items())
    return _text(text, status=200 if is_ready else 503)


_lock = threading.Lock()
_under_way: tuple[Future[dict[str, str]], float] | None = None


def _check_under_way() -> tuple[Future[dict[str, str]], float]:
    """The check that is being made and when it began; whoever asks while there is none begins it."""
    global _under_way
    with _lock:
        now = time.monotonic()
        if _under_way is None or _under_way[0].done() or now - _under_way[1] > GIVEN_UP_AFTER:
            _under_way = CHECKS.submit(_checked), now
        return _under_way


def _text(text: str, status: int = 200) -> HttpResponse:
    headers = {
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8", headers=headers)


# --- Checks: each function returns what is wrong, or a blank text if all is well -------------------


def _checked() -> dict[str, str]:
    """{name of a check: what is wrong, blank if all is well}; checks after one that fails are left out."""
    lines = {"disk": _disk()}
    try:
        for name, check in (("database", _database), ("tables", _tables), ("queue", _queue)):
            lines[name] = check()
            if lines[name]:
                break  # the following checks would fail for the same reason
    except Error:
        lines[name] = "does not answer"
    finally:
        connection.close()
    return lines


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()
    return ""


def _tables() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} migrations are not applied" if missing else ""


def _queue() -> str:
    if lanes := lanes_without_worker(list(Lane.values)):
        return f"no worker is at work in {', '.join(lanes)}"
    # Other jobs may wait for a long one; nobody waits for long to be let in.
    return f"{Lane.SIGN_IN} is held up" if is_held_up(Lane.SIGN_IN) else ""


def _disk() -> str:
    """Checks the disks of the uploaded files and, with SQLite, of the database file."""
    places = [Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        places.append(Path(connection.settings_dict["NAME"]))
    full = [place for place in places if _free_bytes(place) < LEAST_BYTES]
    return "less than 100 MB are free" if full else ""


def _free_bytes(place: Path) -> int:
    """The free bytes on the disk of a file or folder, which need not exist yet."""
    return shutil.disk_usage(next(path for path in (place, *place.absolute().parents) if path.exists())).free


# --- Before all other middleware ----------------------------------------------------------------

ANSWERS: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/readyz": readyz}


def answer_at_once(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answers these two URLs without checking the host name, and without session and database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        answer = ANSWERS.get(request.path_info)
        return answer(request) if answer else get_response(request)

    return middleware
