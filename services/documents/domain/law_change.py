"""A proposal to change the law: one fact, the agency's own record.

The text it names belongs to nobody in particular and may not be known here yet, so nothing is looked up: proposals
are counted by text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.documents.domain import errors
from shared import clock
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

MOVES = Moves(
    vi="kiến nghị sửa đổi văn bản",
    en="proposal to change a legal text",
    table={"proposed": move(to="proposed")},
    words={"proposed": "đã kiến nghị"},
)


@dataclass(slots=True)
class LawChangeState:
    """What was proposed for which text."""

    status: str
    legal_text_id: str


def decide(state: LawChangeState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Accept a proposal, once; a day to come is none on which it can have been made."""
    proposed_on = fact.data.get("proposed_on")
    if proposed_on is not None and clock.day_of(proposed_on) > fact.day:
        return errors.date_in_future("/data/proposed_on", proposed_on)
    return check_move(MOVES, state.status if state else None, fact) or ACCEPT


def evolve(_state: LawChangeState | None, fact: Fact) -> LawChangeState:
    """Return the state after the accepted proposal."""
    return LawChangeState("proposed", fact.data["legal_text_id"])


AGGREGATE = Aggregate(
    name="law_change",
    state_type=LawChangeState,
    opens=frozenset({"proposed"}),
    decide=decide,
    evolve=evolve,
)
