"""What becomes of e-mails, for whoever caused them.

`mail_sent` is sent with `mail`, once a mail server has taken it.
"""

from django.dispatch import Signal

mail_sent = Signal()
