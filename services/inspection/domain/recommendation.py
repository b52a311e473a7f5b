"""The recommendation: issued, answered by the addressee, planned, carried out, verified by the issuer, settled.

Owns the due date, its extensions, and who may say what: the addressee answers and shows evidence, only the issuer
settles. Overdue is derived by whoever looks, and never a state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.inspection.domain import recommendation_rules as rules
from shared.contracts.inspection.record_owner import owner_of
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import day_field
from shared.eventsourcing.transitions import Moves, check_move, move

_ANSWERED = ("agreed", "decided", "plan_submitted", "in_progress")
_SHOWN = ("evidence_submitted", "under_verification")
_OPEN = ("issued", "disagreed", *_ANSWERED, *_SHOWN)

MOVES = Moves(
    vi="kiến nghị",
    en="recommendation",
    table={
        "issued": move(to="issued"),
        "baselined": move(),
        "agreed": move("issued", "disagreed", to="agreed"),
        "disagreed": move("issued", to="disagreed"),
        "decided": move("disagreed", to="decided"),
        "plan_submitted": move(*_ANSWERED),
        "started": move(*_ANSWERED, to="in_progress"),
        "due_changed": move(*_OPEN),
        "evidence_submitted": move(*_ANSWERED, "evidence_submitted", to="evidence_submitted"),
        "verification_started": move("evidence_submitted", to="under_verification"),
        "evidence_returned": move(*_SHOWN, to="in_progress"),
        "implemented": move(*_SHOWN, to="implemented"),
        "partly_implemented": move(*_SHOWN, to="partly_implemented"),
        "not_implemented": move(*_OPEN, to="not_implemented"),
        "superseded": move(*_OPEN, to="superseded"),
        "lapsed": move(*_OPEN, to="lapsed"),
        "transferred": move(*_OPEN),
    },
    words={
        "issued": "đã ban hành",
        "agreed": "đã thống nhất",
        "disagreed": "chưa thống nhất",
        "decided": "đã quyết định giữ nguyên",
        "plan_submitted": "đã gửi kế hoạch",
        "in_progress": "đang thực hiện",
        "evidence_submitted": "đã gửi minh chứng",
        "under_verification": "đang xác minh",
        "implemented": "đã thực hiện",
        "partly_implemented": "thực hiện một phần",
        "not_implemented": "không thực hiện",
        "superseded": "được thay thế",
        "lapsed": "không còn đối tượng",
    },
)


@dataclass(slots=True)
class RecommendationState:
    """Where a recommendation stands; days are ISO dates."""

    status: str
    #: Body that issued it, or that follows it up since.
    issuer: str
    #: Agency that carries it out.
    addressee: str
    issued_on: str
    due_on: str
    original_due_on: str
    kind: str
    priority: str
    #: How often the due date was moved to a later day.
    extensions: int = 0
    inspection: str | None = None
    #: How often evidence was not enough.
    returned: int = 0


_ADDRESSEE: Mapping[str, rules.Rule] = dict.fromkeys(
    ("agreed", "disagreed", "plan_submitted", "started", "evidence_submitted"), rules.by_addressee
)
_RULES: Mapping[str, Sequence[rules.Rule]] = {
    "due_changed": (rules.by_issuer, rules.due_changed),
    "not_implemented": (rules.by_issuer, rules.risk_accepted),
    "transferred": (rules.by_issuer, rules.transferred),
    "implemented": (rules.by_issuer, rules.verified),
    "partly_implemented": (rules.by_issuer, rules.verified),
    "superseded": (rules.by_issuer, rules.superseded),
    **dict.fromkeys(("decided", "verification_started", "evidence_returned", "lapsed"), (rules.by_issuer,)),
    **{name: (rule,) for name, rule in _ADDRESSEE.items()},
}


def decide(state: RecommendationState | None, fact: Fact, related: Related) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return rules.opened(fact) or ACCEPT
    refused = check_move(MOVES, state.status, fact)
    for rule in _RULES.get(fact.name, ()):
        refused = refused or rule(state, fact, related)
    return refused or ACCEPT


def _opened(fact: Fact) -> RecommendationState:
    data = fact.data
    named = data.get("inspection_id")
    return RecommendationState(
        status=data.get("state", "issued"),
        issuer=fact.source,
        addressee=data["agency_id"],
        issued_on=day_field(fact, "issued_on"),
        due_on=data["due_on"],
        original_due_on=data.get("original_due_on", data["due_on"]),
        kind=data["kind"],
        priority=data["priority"],
        extensions=data.get("extensions", 0),
        inspection=references.stream_of(named, fact) if named else None,
    )


def _decided(_state: RecommendationState, fact: Fact) -> dict[str, Any]:
    return {"status": "lapsed"} if fact.data["outcome"] == "withdrawn" else {}


def _planned(state: RecommendationState, _fact: Fact) -> dict[str, Any]:
    return {} if state.status == "in_progress" else {"status": "plan_submitted"}


def _moved(state: RecommendationState, fact: Fact) -> dict[str, Any]:
    later = fact.data["to"] > state.due_on
    return {"due_on": fact.data["to"], "extensions": state.extensions + later}


_CHANGES: Mapping[str, Callable[[RecommendationState, Fact], dict[str, Any]]] = {
    "decided": _decided,
    "plan_submitted": _planned,
    "due_changed": _moved,
    "evidence_returned": lambda state, _fact: {"returned": state.returned + 1},
    "transferred": lambda _state, fact: {fact.data["party"]: fact.data["to"]},
}


def evolve(state: RecommendationState | None, fact: Fact) -> RecommendationState:
    """Return the state after an accepted fact."""
    if state is None:
        return _opened(fact)
    changes: dict[str, Any] = {"status": MOVES.after(state.status, fact.name)}
    if fact.name in _CHANGES:
        changes |= _CHANGES[fact.name](state, fact)
    return replace(state, **changes)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name == "superseded" and "by" in fact.data:
        return (references.to("recommendation", fact.data["by"], fact),)
    if fact.name == "issued" and "inspection_id" in fact.data:
        return (references.to("inspection", fact.data["inspection_id"], fact),)
    return ()


def _sees(fact: Fact) -> Sequence[Reference]:
    return (Reference("agency", fact.data["to"]),) if fact.name == "transferred" else ()


def _stream_id(fact: Fact) -> str:
    return f"{owner_of('recommendation', fact.source, fact.data)}/{fact.subject}"


AGGREGATE: Aggregate[RecommendationState] = Aggregate(
    name="recommendation",
    state_type=RecommendationState,
    opens=frozenset({"issued", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    sees=_sees,
    stream_id=_stream_id,
)
