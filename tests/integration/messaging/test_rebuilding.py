"""A rebuild empties a consumer's tables and sends its subscriptions back to the beginning."""

from __future__ import annotations

import pytest

from services.notify.delivery_planner import DeliveryPlanner
from shared.messaging.rebuilding import NotRebuildableError, is_rebuildable, rebuild
from shared.registry.projection import RegistryProjection


def test_what_has_effects_outside_is_never_rebuilt() -> None:
    with pytest.raises(NotRebuildableError):
        rebuild(None, DeliveryPlanner({}, webhooks=0))  # type: ignore[arg-type]


def test_the_registry_copy_may_be_read_again() -> None:
    assert is_rebuildable(RegistryProjection(None))  # type: ignore[arg-type]
