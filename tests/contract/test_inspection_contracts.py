"""Every event type of the registry: what holds beside `test_catalogue.py`."""

from __future__ import annotations

from services.inspection.domain import AGGREGATES
from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from tests.contract.test_catalogue import fast

OWNER = "inspection"
TYPES = [entry for entry in load().values() if entry.owner == OWNER and entry.aggregate in AGGREGATES]
OWN = [entry for entry in TYPES if entry.event not in KERNEL_EVENTS]


def test_every_aggregate_can_be_opened():
    names = {entry.name for entry in OWN}
    for aggregate in AGGREGATES.values():
        assert {f"qms.{aggregate.name}.{event}" for event in aggregate.opens} <= names


def test_an_agency_cannot_change_its_own_record_and_nobody_pushes_credentials():
    assert {entry.asserter for entry in OWN if entry.aggregate == "agency"} == {"parent"}
    assert {entry.asserter for entry in OWN if entry.aggregate == "credential"} == {"system"}


def test_an_agency_that_loses_its_parent_says_so_by_null():
    entry = load()["qms.agency.reparented"]
    data = {"from": "ubnd-tinh-phu-tho", "to": None, "effective": "2025-07-01"}
    assert fast(entry, data)
    assert entry.schema().validate(data) == {}
