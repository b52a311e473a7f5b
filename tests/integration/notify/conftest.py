"""Fixtures of the notify service on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.notify.alert_world import AlertWorld


@pytest.fixture
def world(database_url: str) -> Iterator[AlertWorld]:
    """Give the service's deciding parts on a fresh database of each kind."""
    world = AlertWorld(database_url)
    yield world
    world.close()
