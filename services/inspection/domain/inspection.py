"""The inspection, by dossier or on site: planned, decided, announced, carried out, concluded, followed up, closed.

Owns the visits booked at each agency, the team's independence, the checklist, and the verdicts on what the agency
reported (Circular 26/2014/TT-BKHCN). Recommendations are records of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.inspection.domain import inspection_outcome as outcome
from services.inspection.domain import inspection_planning as planning
from services.inspection.domain.inspection_state import (
    MOVES,
    InspectionState,
    booked,
    claim_key,
    opened,
    team_of,
    visits_of,
)
from shared.contracts.inspection.record_owner import owner_of
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import day_field
from shared.eventsourcing.transitions import check_move

Rule = Callable[[InspectionState, Fact, Related], Refusal | None]

_OPENINGS: Mapping[str, Callable[[Fact, Related], Refusal | None]] = {
    "planned": planning.planned,
    "baselined": planning.baselined,
}
_RULES: Mapping[str, Rule] = {
    "team_appointed": planning.team_appointed,
    "decided": planning.decided,
    "announced": planning.announced,
    "documents_received": planning.documents_received,
    "started": planning.started,
    "rescheduled": planning.rescheduled,
    "escalated_to_onsite": planning.escalated,
    "checklist_answered": outcome.checklist_answered,
    "finding_recorded": outcome.finding_recorded,
    "claim_verified": outcome.claim_verified,
    "record_signed": outcome.record_signed,
    "concluded": outcome.concluded,
    "objection_filed": outcome.objection_filed,
    "objection_resolved": outcome.objection_resolved,
    "closed": outcome.closed,
}


def decide(state: InspectionState | None, fact: Fact, related: Related) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return _OPENINGS[fact.name](fact, related) or ACCEPT
    refused = check_move(MOVES, state.status, fact) or _other_agency(state, fact, related)
    if refused is None and fact.name in _RULES:
        refused = _RULES[fact.name](state, fact, related)
    return refused or ACCEPT


def _other_agency(state: InspectionState, fact: Fact, related: Related) -> Refusal | None:
    """Refuse a fact about another agency than the inspected one, or than one that took it over."""
    named = fact.data.get("agency_id", state.agency_id)
    record = related.get(Reference("agency", named))
    if named == state.agency_id or (record is not None and state.agency_id in record.predecessors):
        return None
    return refuse(
        "AGENCY_DIFFERS",
        f"Cuộc kiểm tra này là tại cơ quan {state.agency_id}, không phải {named}.",
        f"This inspection is of {state.agency_id}, not of {named}.",
        "/data/agency_id",
    )


def _resumed(state: InspectionState, fact: Fact) -> dict[str, Any]:
    status = state.resumes if state.status == "postponed" else state.status
    return {"status": status, **_days(fact)}


def _days(fact: Fact) -> dict[str, Any]:
    window = fact.data.get("window")
    return {"window_from": window["from"], "window_to": window["to"]} if window else {}


def _escalated(state: InspectionState, fact: Fact) -> dict[str, Any]:
    # Whoever was told of an examination of its dossier is told anew that somebody comes.
    status = "decided" if state.decision_no else "planned"
    return {"mode": "on_site", "status": status, "announced_on": None, **_days(fact)}


def _recommended(state: InspectionState, fact: Fact) -> dict[str, Any]:
    named = [references.stream_of(one, fact) for one in fact.data.get("recommendations", ())]
    return {"recommendations": list(dict.fromkeys([*state.recommendations, *named]))}


#: The fields that a fact sets, by event name, beyond the state it leads to.
_CHANGES: Mapping[str, Callable[[InspectionState, Fact], dict[str, Any]]] = {
    "team_appointed": lambda _state, fact: {"team": team_of(fact.data["team"])},
    "decided": lambda _state, fact: {"decision_no": fact.data["decision_no"]},
    "announced": lambda _state, fact: {"announced_on": fact.data["announced_on"]},
    "started": lambda _state, fact: {"started_on": day_field(fact, "started_on")},
    "rescheduled": _resumed,
    "postponed": lambda state, _fact: {"resumes": state.status},
    "escalated_to_onsite": _escalated,
    "checklist_answered": lambda state, fact: {"answers": {**state.answers, fact.data["item"]: fact.data["result"]}},
    "finding_recorded": lambda state, fact: {
        "findings": {**state.findings, fact.data["finding_id"]: fact.data["class"]}
    },
    "claim_verified": lambda state, fact: {
        "verdicts": {**state.verdicts, claim_key(fact.data["event_id"], state.agency_id): fact.data["verdict"]}
    },
    "concluded": lambda state, fact: {"concluded_on": fact.data["concluded_on"], **_recommended(state, fact)},
    "follow_up_started": _recommended,
    "objection_filed": lambda _state, _fact: {"objection_open": True},
    "objection_resolved": lambda _state, _fact: {"objection_open": False},
}


def evolve(state: InspectionState | None, fact: Fact) -> InspectionState:
    """Return the state after an accepted fact."""
    if state is None:
        return opened(fact, [references.stream_of(one, fact) for one in fact.data.get("recommendations", ())])
    changes: dict[str, Any] = {"status": MOVES.after(state.status, fact.name)}
    if fact.name in _CHANGES:
        changes |= _CHANGES[fact.name](state, fact)
    return replace(state, **changes)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name != "closed":
        return ()
    return [references.to("recommendation", one, fact) for one in fact.data.get("recommendations", ())]


def _sees(fact: Fact) -> Sequence[Reference]:
    seen = [Reference("agency", fact.data["agency_id"])] if "agency_id" in fact.data else []
    if fact.name in ("planned", "rescheduled", "escalated_to_onsite"):
        seen.append(visits_of(fact.data["agency_id"]))
    return seen


def _stream_id(fact: Fact) -> str:
    return f"{owner_of('inspection', fact.source, fact.data)}/{fact.subject}"


AGGREGATE: Aggregate[InspectionState] = Aggregate(
    name="inspection",
    state_type=InspectionState,
    opens=frozenset({"planned", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    sees=_sees,
    stream_id=_stream_id,
    indexed=booked,
)
