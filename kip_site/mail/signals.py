"""Signals about e-mails for the apps that send them.

`mail_sent` is sent with the argument `mail` once a mail server has accepted the e-mail.
"""

from django.dispatch import Signal

mail_sent = Signal()
