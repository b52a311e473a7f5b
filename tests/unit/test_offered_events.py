"""The events that a refusal offers as next ones are those that somebody may push."""

from __future__ import annotations

import pytest

from services.audit.domain import action, nonconformity
from services.documents.domain import declaration, procedure
from services.inspection.domain import periodic_report, recommendation, reorganisation, target
from shared.contracts.catalogue import load
from shared.eventsourcing.transitions import check_move
from shared.testing.world import fact

TABLES = [action, nonconformity, declaration, procedure, periodic_report, recommendation, reorganisation, target]


@pytest.mark.parametrize("module", TABLES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_what_only_the_system_records_is_allowed_but_not_offered(module):
    aggregate, types = module.__name__.rpartition(".")[2], load()
    states = {state for step in module.MOVES.table.values() for state in step.origins}
    for state in states:
        allowed = module.MOVES.allowed_from(state)
        pushable = [name for name in allowed if types[f"qms.{aggregate}.{name}"].asserter != "system"]
        assert module.MOVES.offered_from(state) == pushable


def test_the_refusal_of_a_procedure_offers_no_event_of_the_system():
    refusal = check_move(
        procedure.MOVES, "in_force", fact("procedure.issued", "qt", {}, on="2026-03-02", source="so-khcn")
    )
    assert refusal is not None
    assert "revised" in refusal.hint.en
    assert "stale" not in refusal.hint.en + refusal.hint.vi
