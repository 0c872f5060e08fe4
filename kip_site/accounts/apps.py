from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kip_site.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from kip_site.mail.signals import mail_sent

        from .invitations.hooks import note_sent

        mail_sent.connect(note_sent, dispatch_uid="accounts.note_sent")
