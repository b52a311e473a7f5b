"""The nonconformity: raised, accepted or disputed, analysed, acted upon, verified, closed, reopened.

Owns the rounds of analysis and action: where a check finds the actions without effect, the next round
starts with a new analysis. Being in action is implied by its actions, and no state here
(ISO 9001:2015 10.2; ISO 19011:2018 6.7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.audit.domain.nonconformity_rules import OPENINGS, RULES
from services.audit.domain.nonconformity_state import NonconformityState
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.rules import day_field
from shared.eventsourcing.transitions import Moves, check_move, move

_OPEN = ("raised", "disputed", "accepted", "analysing", "action_planned", "completed", "verifying")

MOVES = Moves(
    vi="sự không phù hợp",
    en="nonconformity",
    table={
        "raised": move(to="raised"),
        "baselined": move(),
        "accepted": move("raised", to="accepted"),
        "disputed": move("raised", to="disputed"),
        "dispute_resolved": move("disputed"),
        "withdrawn": move("raised", "disputed", to="withdrawn"),
        "correction_recorded": move(*_OPEN),
        "cause_identified": move("accepted", "analysing", to="analysing"),
        "action_planned": move("accepted", "analysing", "action_planned", to="action_planned"),
        "completed": move("action_planned", to="completed"),
        "effectiveness_verified": move("completed", "verifying"),
        "closed": move("raised", "accepted", "analysing", "action_planned", "completed", "verifying", to="closed"),
        "reopened": move("closed", to="analysing"),
        "regraded": move(*_OPEN),
        "recurrence_linked": move(*_OPEN, "closed"),
    },
    words={
        "raised": "mới lập",
        "disputed": "đang có ý kiến không đồng ý",
        "accepted": "đã chấp nhận",
        "analysing": "đang phân tích nguyên nhân",
        "action_planned": "đã lập kế hoạch hành động",
        "completed": "đã hoàn thành hành động",
        "verifying": "đã xác nhận hiệu lực, chờ đóng",
        "closed": "đã đóng",
        "withdrawn": "đã rút lại",
    },
)


def decide(state: NonconformityState | None, fact: Fact, related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return OPENINGS[fact.name](fact) or ACCEPT
    refused = check_move(MOVES, state.status, fact)
    if refused is None and fact.name in RULES:
        refused = RULES[fact.name](state, fact, related)
    return refused or ACCEPT


def _streams(fact: Fact) -> list[str]:
    return [references.stream_of(named, fact) for named in fact.data.get("action_ids", ())]


def _opened(fact: Fact) -> NonconformityState:
    data = fact.data
    origin = data.get("source_id")
    return NonconformityState(
        status=data.get("state", "raised"),
        grade=data["class"],
        source=data["source"],
        raised_on=data["raised_on"],
        origin=references.stream_of(origin, fact) if origin else None,
        finding_id=data.get("finding_id"),
        clause=data.get("clause"),
        root_causes=list(data.get("root_causes", ())),
        actions=_streams(fact),
        round=int(data.get("round", 1)),
        completed_on=data.get("completed_on"),
        effective=data.get("effective"),
        closed_on=data.get("closed_on"),
    )


def _next_round(state: NonconformityState, causes: Sequence[str] = ()) -> NonconformityState:
    return replace(
        state,
        status="analysing",
        round=state.round + 1,
        root_causes=list(causes),
        actions=[],
        completed_on=None,
        closed_on=None,
    )


def _verified(state: NonconformityState, fact: Fact) -> NonconformityState:
    after = replace(state, effective=fact.data["effective"])
    if after.effective:
        after.status = "verifying"
        return after
    return _next_round(after)


def _day_of(_state: NonconformityState, fact: Fact) -> dict[str, Any]:
    name = f"{fact.name}_on"
    return {name: day_field(fact, name)}


def _resolved(_state: NonconformityState, fact: Fact) -> dict[str, Any]:
    return {"status": "accepted" if fact.data["outcome"] == "upheld" else "withdrawn"}


#: The fields that a fact sets, by event name, beyond the state it leads to.
_CHANGES: dict[str, Callable[[NonconformityState, Fact], dict[str, Any]]] = {
    "dispute_resolved": _resolved,
    "correction_recorded": lambda _state, fact: {"corrected_on": fact.data["done_on"]},
    "cause_identified": lambda state, fact: {"root_causes": sorted({*state.root_causes, *fact.data["root_causes"]})},
    "action_planned": lambda state, fact: {"actions": sorted({*state.actions, *_streams(fact)})},
    "completed": _day_of,
    "closed": _day_of,
    "regraded": lambda _state, fact: {"grade": fact.data["to"]},
}


def evolve(state: NonconformityState | None, fact: Fact) -> NonconformityState:
    """Return the state after an accepted fact."""
    if state is None:
        return _opened(fact)
    if fact.name == "effectiveness_verified":
        return _verified(state, fact)
    if fact.name == "reopened":
        after = _next_round(state, fact.data.get("root_causes", ()))
        after.reopened += 1
        return after
    changes: dict[str, Any] = {"status": MOVES.after(state.status, fact.name)}
    if fact.name in _CHANGES:
        changes |= _CHANGES[fact.name](state, fact)
    return replace(state, **changes)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name == "recurrence_linked":
        return (references.to("nonconformity", fact.data["earlier_nc_id"], fact),)
    if fact.name == "baselined":
        # Actions of before are brought along in any order, and many never are.
        return ()
    return [references.to("action", named, fact) for named in fact.data.get("action_ids", ())]


AGGREGATE: Aggregate[NonconformityState] = Aggregate(
    name="nonconformity",
    state_type=NonconformityState,
    opens=frozenset({"raised", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
)
