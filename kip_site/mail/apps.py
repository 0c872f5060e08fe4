from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "kip_site.mail"
    label = "mail"
    verbose_name = _("E-mails")

    def ready(self) -> None:
        from kip_site.jobs import due, kinds

        from . import actions, delivery

        kinds.register(delivery.KIND)
        due.register(due.Part("mail", _("Send e-mails that were left, and forget old ones"), actions.look_after))
