"""Every event type of the audit service: what holds beside `test_catalogue.py`."""

from __future__ import annotations

import pytest

from services.audit.domain import AGGREGATES
from shared.contracts.catalogue import load
from shared.contracts.flags import KERNEL_EVENTS
from shared.testing.world import World
from tests.contract.test_catalogue import fast

OWNER = "audit"
TYPES = [entry for entry in load().values() if entry.owner == OWNER and entry.aggregate in AGGREGATES]
OWN = [entry for entry in TYPES if entry.event not in KERNEL_EVENTS]
OPENING = [entry for entry in OWN if entry.event in AGGREGATES[entry.aggregate].opens]
#: What has no state to bring along: the facts themselves are imported.
PASSING = {"training", "commendation", "good_practice", "dossier_step"}


def test_every_aggregate_can_be_opened_and_brought_along():
    names = {entry.name for entry in OWN}
    for aggregate in AGGREGATES.values():
        assert {f"qms.{aggregate.name}.{event}" for event in aggregate.opens} <= names
        assert ("baselined" in aggregate.opens) == (aggregate.name not in PASSING)


@pytest.mark.parametrize("entry", OPENING, ids=lambda entry: entry.name)
def test_the_example_that_opens_a_record_keeps_the_rules_too(entry):
    world = World(AGGREGATES)
    world.push("nonconformity.raised", "KPH-2026-004", load()["qms.nonconformity.raised"].example)
    subject = entry.example_subject or "m-1"
    assert world.push(f"{entry.aggregate}.{entry.event}", subject, entry.example, on="2027-01-04") == "accepted"


@pytest.mark.parametrize("bad", ["hd\n", "Trưởng phòng", "Van Thu", ""])
def test_both_paths_refuse_a_role_that_could_be_a_name(bad):
    entry = load()["qms.action.planned"]
    data = {**entry.example, "owner": bad}
    assert not fast(entry, data)
    assert "owner" in entry.schema().validate(data)
