"""Petra, who administers her organisation, signed in."""

import pytest


@pytest.fixture
def as_petra(client, petra):
    """The test client with Petra, the administrator of Kvarner, signed in."""
    client.force_login(petra)
    return client
