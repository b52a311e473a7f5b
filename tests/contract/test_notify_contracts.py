"""Every event type of the notify service: what holds beside `test_catalogue.py`."""

from __future__ import annotations

import pytest

from services.notify.domain import AGGREGATES, alert, delivery, silence
from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS

TYPES = [entry for entry in load().values() if entry.owner == "notify" and entry.event not in KERNEL_EVENTS]


@pytest.mark.parametrize("entry", TYPES, ids=lambda entry: entry.name)
def test_nobody_outside_may_push_alerts_and_deliveries(entry):
    assert entry.asserter == "system"


def test_every_event_of_an_aggregate_is_declared():
    names = {entry.name for entry in TYPES}
    for module in (alert, delivery, silence):
        assert {f"qms.{module.AGGREGATE.name}.{event}" for event in module.MOVES.table} <= names
    assert set(AGGREGATES) <= {entry.aggregate for entry in TYPES}
