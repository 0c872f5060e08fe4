"""allauth's views of sign-in providers, with pages for a provider that does not answer or is not configured."""

from functools import wraps

from allauth.socialaccount import views
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from requests import RequestException


def _with_outages(view):
    """Decorate a view: if the provider does not answer, it answers 503 with a page that says so, instead of 500."""

    @login_not_required
    @wraps(view)
    def guarded(request, provider_id):
        try:
            return view(request, provider_id)
        except RequestException:
            return render(request, "socialaccount/authentication_error.html", status=503)

    return guarded


# Redirecting the user to the provider, and back from there.
leave = _with_outages(openid_connect.login)
come_back = _with_outages(openid_connect.callback)


def connections(request):
    """The user's accounts at sign-in providers; 404 if no provider is configured."""
    if not get_adapter().list_providers(request):
        raise Http404
    return views.connections(request)
