"""Proposals to change the law: one fact each, about a text that need not be known."""

from __future__ import annotations

from services.documents.domain import AGGREGATES
from shared.contracts.catalogue import load
from shared.testing.world import World

EXAMPLE = dict(load()["qms.law_change.proposed"].example)


def test_a_proposal_may_name_a_text_that_nobody_has_registered():
    world = World(AGGREGATES)
    assert world.push("law_change.proposed", "KN-1", EXAMPLE) == "accepted"
    assert world.state("law_change", "KN-1").legal_text_id == "61/2018/NĐ-CP|Chính phủ|2018-04-23"


def test_a_proposal_is_made_once():
    world = World(AGGREGATES)
    world.push("law_change.proposed", "KN-1", EXAMPLE)
    assert world.push("law_change.proposed", "KN-1", EXAMPLE) == "ALREADY_EXISTS"
    assert world.push("law_change.proposed", "KN-2", EXAMPLE) == "accepted"


def test_a_proposal_that_is_still_to_be_made_is_refused():
    world = World(AGGREGATES)
    proposal = {**EXAMPLE, "proposed_on": "2026-03-03"}
    assert world.push("law_change.proposed", "KN-1", proposal, on="2026-03-02") == "DATE_IN_FUTURE"
    assert world.refusal.pointer == "/data/proposed_on"
    assert world.push("law_change.proposed", "KN-1", proposal, on="2026-03-03") == "accepted"
