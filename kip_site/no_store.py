"""Browsers keep no page of somebody who is signed in: after signing out, Back shows nobody's names and answers."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

Answer = Callable[[HttpRequest], HttpResponse]


def store_nothing_of_people(get_response: Answer) -> Answer:
    """Middleware: whatever is answered to a browser with a session says that it is not to be stored."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        # The cookie tells it without a query. Who has one and is not signed in loses nothing.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            add_never_cache_headers(response)
        return response

    return middleware
