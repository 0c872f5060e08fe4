"""The library's own page of its tasks is not in the administration: the page of jobs says what becomes of each job."""

from django.contrib import admin
from django_tasks_db import admin as library  # noqa: F401 - importing it registers its model, whatever the order of apps
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)
