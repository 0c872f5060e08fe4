"""An outage of the database or the disk answers 503 or 507 with words, never 500: what people saved is safe."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
# SQLite says the first, PostgreSQL the second, each as the operating system or its own table of errors words it.
DISK_FULL_WORDS = ("disk is full", "No space left on device")


def server_error(request):
    """The site's handler500. Django calls it while it handles the exception, wherever that was raised."""
    status = status_of(sys.exc_info()[1])
    # No request for the template: the context processors of a page ask the database who is signed in.
    headers = {} if status == 500 else {"Retry-After": "120"}
    return HttpResponse(render_to_string(f"{status}.html"), status=status, headers=headers)


def status_of(exception) -> int:
    """507 when the disk is full, 503 when the database cannot be reached, 500 for every fault of ours."""
    if isinstance(exception, OSError) and exception.errno in DISK_FULL:
        return 507
    if isinstance(exception, OperationalError | InterfaceError):
        return 507 if any(words in str(exception) for words in DISK_FULL_WORDS) else 503
    return 500
