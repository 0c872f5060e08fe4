from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "kip_site.jobs"
    label = "jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from . import due, watch

        due.register(due.Part("jobs", _("Forget jobs that ended long ago"), watch.forget))
