"""Where passkeys work: each belongs to the name of a site, and a browser uses it on no other."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port


def site_of(request: HttpRequest) -> str | None:
    """The name to which a passkey belongs that is made or used in this request, such as "kip.example".

    It is the host of SITE_URL for all hosts below it, so that a passkey made at one of them works at the others. None
    if the site was opened by an IP address: no passkey can belong to that.
    """
    host = split_domain_port(request.get_host())[0]
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        main = urlsplit(settings.SITE_URL).hostname or host
        return main if host.endswith(f".{main}") else host
    return None


def address_by_name(request: HttpRequest) -> str | None:
    """The address of this page under a name, for somebody who opened it by the IP address of her own machine.

    None for any other machine: we do not know what it is called.
    """
    host, port = split_domain_port(request.get_host())
    try:
        if not ipaddress.ip_address(host.strip("[]")).is_loopback:
            return None
    except ValueError:
        return None
    return f"{request.scheme}://localhost{f':{port}' if port else ''}{request.get_full_path()}"
