"""What a template says about passkeys: `{% passkey_place as place %}`."""

from typing import NamedTuple

from django import template

from kip_site.accounts.sign_in.passkeys import address_by_name, site_of

register = template.Library()


class Place(NamedTuple):
    works: bool  # whether a browser can use passkeys at this address of the site
    elsewhere: str | None  # the address of this page at which it could; None if nobody knows one


@register.simple_tag(takes_context=True)
def passkey_place(context):
    """The Place at which the page is shown."""
    request = context["request"]
    return Place(works=site_of(request) is not None, elsewhere=address_by_name(request))
