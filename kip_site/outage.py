"""Answers an outage of the database with 503 and a full disk with 507, each with an explanation, instead of 500."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

DISK_FULL = {errno.ENOSPC, errno.EDQUOT}
# Parts of the error messages of SQLite (the first) and PostgreSQL (the second).
DISK_FULL_WORDS = ("disk is full", "No space left on device")


def server_error(request):
    """The site's handler500. Django calls it while the exception is being handled, so `sys.exc_info` has it."""
    status = status_of(sys.exc_info()[1])
    # The template gets no request: with one, context processors would query the database for the user.
    headers = {} if status == 500 else {"Retry-After": "120"}
    return HttpResponse(render_to_string(f"{status}.html"), status=status, headers=headers)


def status_of(exception) -> int:
    """507 if the disk is full, 503 if the database cannot be reached, 500 for any other exception."""
    if isinstance(exception, OSError) and exception.errno in DISK_FULL:
        return 507
    if isinstance(exception, OperationalError | InterfaceError):
        return 507 if any(words in str(exception) for words in DISK_FULL_WORDS) else 503
    return 500
