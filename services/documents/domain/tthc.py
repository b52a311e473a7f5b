"""A public procedure (TTHC) in the catalogue, and an agency's opting out of one.

Two kinds of record share the aggregate: the publisher's entry, and the record of an agency of
that level that does not carry the entry out. Which agencies an entry is meant for is computed by
the inspection service from the registry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.documents.domain import errors
from services.documents.domain.named import stream_named
from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

MOVES = Moves(
    vi="thủ tục hành chính",
    en="public procedure",
    table={
        "published": move(to="live"),
        "baselined": move(to="live"),
        "amended": move("live"),
        "abolished": move("live", to="abolished"),
        "opted_out": move("opted_in", to="opted_out"),
        "opted_in": move("opted_out", to="opted_in"),
    },
    words={
        "live": "đang áp dụng",
        "abolished": "đã bãi bỏ",
        "opted_out": "cơ quan không thực hiện",
        "opted_in": "cơ quan thực hiện lại",
    },
)


@dataclass(slots=True)
class TthcState:
    """Whether the entry is live, or the agency carries it out."""

    status: str


def decide(state: TthcState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Return a refusal, or nothing further."""
    refusal = check_move(MOVES, state.status if state else None, fact)
    if refusal is None and any(entry.status == "abolished" for entry in related.values()):
        return errors.tthc_not_live()
    return refusal or ACCEPT


def evolve(state: TthcState | None, fact: Fact) -> TthcState:
    """Return the state after an accepted fact."""
    state = state or TthcState("live")
    state.status = MOVES.after(state.status, fact.name)
    return state


def references(fact: Fact) -> Sequence[Reference]:
    """Return the entry that an agency opts out of: it must be published first."""
    if fact.name != "opted_out":
        return ()
    return (Reference("tthc", stream_named(fact.data["entry"], fact.source)),)


AGGREGATE = Aggregate(
    name="tthc",
    state_type=TthcState,
    opens=frozenset({"published", "baselined", "opted_out"}),
    decide=decide,
    evolve=evolve,
    references=references,
)
