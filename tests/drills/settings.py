"""The settings of the site for drills: with the jobs of `jobs.py`, and static files straight from static/."""

from kip_site.settings import *  # noqa: F403
from kip_site.settings import INSTALLED_APPS, STORAGES

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills.jobs.DrillsConfig"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
