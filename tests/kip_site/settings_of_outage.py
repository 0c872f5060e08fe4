"""The settings of the site for a separate process, with static files served from static/."""

from kip_site.settings import *  # noqa: F403
from kip_site.settings import STORAGES

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
