"""The ASGI application that servers load."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kip_site.settings")

application = get_asgi_application()
