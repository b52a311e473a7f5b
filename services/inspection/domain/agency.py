"""The agency: registered, renamed, put under another, suspended, ended; who may stand under whom.

Its state is the dated record that all services share (`shared.registry`). What only several streams
together show is not decided here: a code in use elsewhere, live children of an agency that ends, a
cycle longer than two agencies. The parent's record shows one step upwards; since no agency stands under
one of a lower level, a longer cycle could only run among agencies of the same level.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from services.inspection.domain import agency_rules as rules
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move
from shared.registry.fold import fold
from shared.registry.record import AgencyRecord

MOVES = Moves(
    vi="cơ quan",
    en="agency",
    table={
        "registered": move(),
        "baselined": move(),
        "renamed": move("active", "suspended"),
        "reparented": move("active", "suspended"),
        "obligation_changed": move("active", "suspended"),
        "suspended": move("active"),
        "resumed": move("suspended"),
        "ended": move("active", "suspended"),
    },
    words={"proposed": "chưa hoạt động", "active": "đang hoạt động", "suspended": "tạm dừng", "ended": "đã chấm dứt"},
)

_RULES: dict[str, Callable[[AgencyRecord, Fact, Mapping[Reference, Any]], Refusal | None]] = {
    "renamed": rules.renamed,
    "reparented": rules.reparented,
    "obligation_changed": rules.obligation_changed,
    "ended": rules.ended,
}


def decide(state: AgencyRecord | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks.

    A change is judged by the day from which it holds: what was decided before an agency's end, and
    holds before it, is accepted also when it arrives later.
    """
    refused = rules.other_identity(fact)
    if refused is not None:
        return refused
    if state is None:
        return rules.opened(fact, related) or ACCEPT
    if fact.name in AGGREGATE.opens:
        return check_move(MOVES, state.status_on(fact.day), fact) or ACCEPT
    day = rules.effective_day(fact)
    refused = rules.after_the_end(state, fact, day) or check_move(MOVES, state.status_on(day), fact)
    if refused is None and fact.name in _RULES:
        refused = _RULES[fact.name](state, fact, related)
    return refused or ACCEPT


def evolve(state: AgencyRecord | None, fact: Fact) -> AgencyRecord:
    """Return the record after an accepted fact."""
    before = asdict(state) if state else None
    return AgencyRecord(**fold(before, fact.type, fact.data, fact.day, agency_id=fact.source))


def _references(fact: Fact) -> Sequence[Reference]:
    data = fact.data
    named = [data.get("parent_id"), data.get("sector_parent_id"), *data.get("successors", ())]
    if fact.name == "reparented":
        named.append(data["to"])
    return [Reference("agency", agency) for agency in named if agency]


def _stream_id(fact: Fact) -> str:
    return fact.source


AGGREGATE: Aggregate[AgencyRecord] = Aggregate(
    name="agency",
    state_type=AgencyRecord,
    opens=frozenset({"registered", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    stream_id=_stream_id,
)
