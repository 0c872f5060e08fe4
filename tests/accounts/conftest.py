"""Petra, who looks after the people of her organisation."""

import pytest


@pytest.fixture
def as_petra(client, petra):
    """The browser of the administrator of Kvarner."""
    client.force_login(petra)
    return client
