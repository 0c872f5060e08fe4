"""A draft, and helpers to edit it through the pages."""

from datetime import date

import pytest
from django.urls import reverse

from frameworks.editor.actions import begin_draft
from tests.frameworks.editor.drafts import seen


@pytest.fixture
def admin(client, elodie):
    """The test client with Élodie, the platform admin, signed in."""
    client.force_login(elodie)
    return client


@pytest.fixture
def draft(kip, elodie):
    """A draft of the Repository of skills that was begun from the revision in force."""
    return begin_draft(kip.framework, "2027.1", date(2027, 1, 31), elodie)


@pytest.fixture
def at(draft):
    """The URL of a page of the draft's editor: `at("edit_element", "identify-needs")`."""
    return lambda name, *arguments: reverse(f"frameworks:{name}", args=[draft.pk, *arguments])


@pytest.fixture
def send(admin):
    """Opens a page and sends its form with these fields: `send(url, text="…")`."""

    def send(address, *, follow=True, **fields):
        return admin.post(address, {**seen(admin.get(address)), **fields}, follow=follow)

    return send


@pytest.fixture
def press(admin, draft):
    """Presses a button on an element's page: `press("identify-needs", "same", text="…")`."""

    def press(key, operation, *, follow=True, **fields):
        url = reverse("frameworks:edit_element", args=[draft.pk, key])
        shown = admin.get(url)
        if shown.status_code == 302:  # a retired element has no page: its button is on the page of its competence
            shown = admin.get(reverse("frameworks:edit_revision", args=[draft.pk]))
        return admin.post(url, {**seen(shown), "operation": operation, **fields}, follow=follow)

    return press
