"""E-mails in any state."""

import pytest
from django.utils import timezone

from kip_site.mail.models import Mail


@pytest.fixture
def written(db):
    """Creates an e-mail in the queue: `written("sent", to="ana@kvarner.example", …)`."""

    def written(state="waiting", **fields):
        defaults = {"to": "ana@kvarner.example", "subject": "You are invited", "text": "Hello Ana,\n\ncome.\n"}
        ended_at = timezone.now() if state in {"sent", "unsent"} else None
        return Mail.objects.create(**{"ended_at": ended_at, "language": "en", **defaults, **fields}, state=state)

    return written
