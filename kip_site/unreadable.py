"""Refuses requests that no browser sends and that cannot be read, with 400 and before a view uses anything of them.

They come from programs that try what breaks. For these the site needs nobody to look after it: whatever Django finds
suspicious is logged as a warning, not as an error.
"""

import codecs
import logging
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import BadRequest
from django.core.handlers.asgi import ASGIRequest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, UnreadablePostError
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters

NULL = "\0"
# What no character set is called.
UNKNOWN = "?"


class RefuseUnreadableRequests:
    """Middleware: answers 400 instead of an error somewhere in a view.

    It comes after the middleware that sets headers, so that these pages have them too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _is_utf8(request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"):
            raise BadRequest("Texts in another character set than UTF-8 were sent.")
        try:
            sent = list(_sent(request))
        except (ValueError, UnreadablePostError) as error:
            raise BadRequest("A form was sent that cannot be read.") from error
        if any(NULL in text for text in sent):
            # PostgreSQL cannot store it.
            raise BadRequest("A null character was sent.")
        if not all(map(_is_address, _ways_on(request))):
            raise BadRequest("The address to go to cannot be read.")
        return self.get_response(request)


def _sent(request: HttpRequest) -> Iterator[str]:
    """All texts of a request that a view may look something up by. May raise what reading a form raises."""
    yield request.path_info
    for name, value in request.COOKIES.items():
        yield from (name, value)
    for fields in (request.GET, request.POST):
        for name, values in fields.lists():
            yield from (name, *values)
    for name, files in request.FILES.lists():
        yield name
        for file in files:
            yield from (file.name or "", file.content_type or "")


def _ways_on(request: HttpRequest) -> Iterator[str]:
    """Where the person wants to go afterwards."""
    for fields in (request.GET, request.POST):
        yield from fields.getlist(REDIRECT_FIELD_NAME)


def _is_address(text: str) -> bool:
    try:
        urlsplit(text)
    except ValueError:
        return False
    return True


def _is_utf8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name == "utf-8"
    except (LookupError, ValueError):
        return False


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The site's handler400. Django's own reads the form once more, although that may be what cannot be read."""
    return HttpResponseBadRequest(render_to_string("400.html"))


# --- Before all middleware ----------------------------------------------------------------------


# Django itself raises an exception where it cannot read a Content-Type, and reads the query in whatever character set
# that names, before any middleware could answer. Here everything is UTF-8; the middleware refuses what is said to be
# something else.


class WsgiRequest(WSGIRequest):
    def _set_content_type_params(self, meta):
        self.content_type, self.content_params = _type_in(meta)


class AsgiRequest(ASGIRequest):
    def _set_content_type_params(self, meta):
        self.content_type, self.content_params = _type_in(meta)


def _type_in(meta: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The content type and its parameters; with a character set that does not exist if they cannot be read."""
    try:
        return parse_header_parameters(meta.get("CONTENT_TYPE", ""))
    except ValueError:
        return "", {"charset": UNKNOWN}


# --- The log ------------------------------------------------------------------------------------


class AsWarning(logging.Filter):
    """What a logger logs as an error is logged as a warning."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
        return True
