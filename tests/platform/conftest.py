"""E-mails in every state."""

import pytest
from django.utils import timezone

from kip_site.mail.models import Mail


@pytest.fixture
def written(db):
    """An e-mail as the queue has it: `written("sent", to="ana@kvarner.example", …)`."""

    def written(state="waiting", **fields):
        told = {"to": "ana@kvarner.example", "subject": "You are invited", "text": "Hello Ana,\n\ncome.\n"}
        ended_at = timezone.now() if state in {"sent", "unsent"} else None
        return Mail.objects.create(**{"ended_at": ended_at, "language": "en", **told, **fields}, state=state)

    return written
