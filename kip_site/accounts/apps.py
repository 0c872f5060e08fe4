from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "kip_site.accounts"
    label = "accounts"
    verbose_name = _("People and organisations")

    def ready(self):
        from allauth.account import signals as allauth

        from kip_site.jobs import due
        from kip_site.mail.signals import mail_sent

        from .invitations.hooks import note_sent
        from .sign_in import hooks, limits

        mail_sent.connect(note_sent, dispatch_uid="accounts.note_sent")
        for signal in (allauth.password_reset, allauth.password_set):
            signal.connect(hooks.forget_wrong_passwords, dispatch_uid="accounts.forget_wrong_passwords")
        for signal in (allauth.password_reset, allauth.password_set, allauth.password_changed):
            signal.connect(hooks.end_half_finished, dispatch_uid="accounts.end_half_finished")
        for signal in (allauth.user_signed_up, allauth.authentication_step_completed):
            signal.connect(hooks.note_step, dispatch_uid="accounts.note_step")
        allauth.email_confirmed.connect(hooks.settle, dispatch_uid="accounts.settle")
        allauth.email_changed.connect(hooks.end_others, dispatch_uid="accounts.end_others")
        allauth.password_reset.connect(hooks.confirm_by_reset, dispatch_uid="accounts.confirm_by_reset")
        due.register(due.Part("sign-in", _("Forget attempts at signing in that count no more"), limits.clean))
