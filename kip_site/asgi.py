"""The ASGI application that servers load."""

import os

import django
from django.core.handlers.asgi import ASGIHandler

from kip_site.unreadable import AsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kip_site.settings")


class Handler(ASGIHandler):
    request_class = AsgiRequest


django.setup(set_prefix=False)
application = Handler()
