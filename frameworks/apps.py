from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworksConfig(AppConfig):
    name = "frameworks"
    label = "frameworks"
    verbose_name = _("Frameworks")

    def ready(self):
        from .publishing.jobs.work import register_kinds

        register_kinds()
