from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kip_site.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from allauth.account.signals import authentication_step_completed

        from kip_site.mail.signals import mail_sent

        from .invitations.hooks import note_sent
        from .sign_in.hooks import note_code

        mail_sent.connect(note_sent, dispatch_uid="accounts.note_sent")
        authentication_step_completed.connect(note_code, dispatch_uid="accounts.note_code")
