"""What somebody is told who sends a form after her session has ended: it would otherwise be lost without a word."""

from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _


class AskToSignIn(LoginRequiredMiddleware):
    """Leads to the sign-in page, and from there to the page that was asked for, or from which a form was sent.

    The address of a form itself is often none that can be opened.
    """

    def handle_no_permission(self, request, view_func):
        # The script that saves answers keeps them and says so itself.
        is_script = request.headers.get("X-Requested-With") == "XMLHttpRequest"
        if request.method != "POST" or is_script:
            return super().handle_no_permission(request, view_func)
        text = _("You are not signed in any more, so what you sent was not saved. Sign in, and send it again.")
        messages.warning(request, text)
        return redirect_to_login(_page_before(request))


def _page_before(request):
    """The path of this site's page from which the form was sent; the home page if the browser does not say it."""
    page = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return "/"
    parts = urlsplit(page)
    path = f"/{parts.path.lstrip('/')}" if parts.netloc else "/"
    return f"{path}?{parts.query}" if parts.query else path
