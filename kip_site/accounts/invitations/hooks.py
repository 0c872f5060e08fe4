"""The signal receiver of invitations, connected in AccountsConfig.ready()."""

from typing import Any

from kip_site.mail.models import Mail

from . import actions


def note_sent(sender: type[Mail], mail: Mail, **arguments: Any) -> None:
    """Receives `mail_sent`."""
    actions.note_sent(mail)
