"""Where allauth's views of sign-in providers need more care than they take."""

from functools import wraps

from allauth.socialaccount import views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from requests import RequestException


def _in_words(view):
    """A provider that does not answer is no fault of ours: say so, instead of failing."""

    @login_not_required
    @wraps(view)
    def guarded(request, provider_id):
        try:
            return view(request, provider_id)
        except RequestException:
            return render(request, "socialaccount/authentication_error.html", status=503)

    return guarded


leave = _in_words(openid_connect.login)
come_back = _in_words(openid_connect.callback)


def connections(request):
    """Accounts at other sites that open this one; a page only where such a site is configured."""
    if not get_adapter().list_providers(request):
        raise Http404
    return views.connections(request)
