"""The WSGI application that servers load."""

import os

import django
from django.core.handlers.wsgi import WSGIHandler

from kip_site.unreadable import WsgiRequest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kip_site.settings")


class Handler(WSGIHandler):
    request_class = WsgiRequest


django.setup(set_prefix=False)
application = Handler()
