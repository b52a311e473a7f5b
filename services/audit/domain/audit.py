"""The audit: planned, begun, findings recorded, reported, completed once every nonconformity is on record.

Owns impartiality of the team and the agreement of the report with the findings (ISO 9001:2015 9.2; ISO
19011:2018). Nonconformities are streams of their own: completion names them, and waits for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.audit.domain.audit_rules import OPENINGS, RULES
from services.audit.domain.audit_state import MOVES, AuditState
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.rules import day_field
from shared.eventsourcing.transitions import check_move


def decide(state: AuditState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return OPENINGS[fact.name](fact) or ACCEPT
    refused = check_move(MOVES, state.status, fact)
    if refused is None and fact.name in RULES:
        refused = RULES[fact.name](state, fact, related)
    return refused or ACCEPT


def _opened(fact: Fact) -> AuditState:
    data = fact.data
    return AuditState(
        status=data.get("state", "planned"),
        kind=data["kind"],
        planned_from=data["planned_from"],
        planned_to=data["planned_to"],
        original_planned_to=data["planned_to"],
        mandatory_items=list(data.get("mandatory_items", ())),
        findings={finding["finding_id"]: finding["class"] for finding in data.get("findings", ())},
        started_on=data.get("started_on"),
        completed_on=data.get("completed_on"),
    )


#: The fields that a fact sets, by event name, beyond the state it leads to.
_CHANGES: dict[str, Callable[[AuditState, Fact], dict[str, Any]]] = {
    "rescheduled": lambda _state, fact: {name: fact.data[name] for name in ("planned_from", "planned_to")},
    "combined": lambda _state, fact: {"combined_into": references.stream_of(fact.data["into"], fact)},
    "started": lambda _state, fact: {"started_on": day_field(fact, "started_on")},
    "checklist_answered": lambda state, fact: {"answers": {**state.answers, fact.data["item"]: fact.data["result"]}},
    "finding_recorded": lambda state, fact: {
        "findings": {**state.findings, fact.data["finding_id"]: fact.data["class"]}
    },
    "completed": lambda _state, fact: {"completed_on": fact.data["completed_on"]},
}


def evolve(state: AuditState | None, fact: Fact) -> AuditState:
    """Return the state after an accepted fact."""
    if state is None:
        return _opened(fact)
    changes: dict[str, Any] = {"status": MOVES.after(state.status, fact.name)}
    if fact.name in _CHANGES:
        changes |= _CHANGES[fact.name](state, fact)
    return replace(state, **changes)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name == "combined":
        return (references.to("audit", fact.data["into"], fact),)
    if fact.name == "completed":
        named = fact.data.get("nonconformities", ())
        return [references.to("nonconformity", entry["nonconformity_id"], fact) for entry in named]
    return ()


AGGREGATE: Aggregate[AuditState] = Aggregate(
    name="audit",
    state_type=AuditState,
    opens=frozenset({"planned", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
)
