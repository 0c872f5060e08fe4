"""An outage of the database or the disk answers 503 or 507 with words, never 500: what people saved is safe."""

import errno
import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string


def server_error(request):
    """The site's handler500. Django calls it while it handles the exception, wherever that was raised."""
    exception = sys.exc_info()[1]
    status = status_of(exception)
    template = "500.html" if status == 500 else "503.html"
    headers = {} if status == 500 else {"Retry-After": "120"}
    return HttpResponse(render_to_string(template), status=status, headers=headers)


def status_of(exception):
    """507 when the disk is full, 503 when the database cannot be reached, 500 for every fault of ours."""
    if isinstance(exception, OSError) and exception.errno in {errno.ENOSPC, errno.EDQUOT}:
        return 507
    if isinstance(exception, OperationalError) and "disk is full" in str(exception):
        return 507
    return 503 if isinstance(exception, OperationalError | InterfaceError) else 500
