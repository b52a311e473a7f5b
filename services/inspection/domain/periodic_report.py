"""The periodic report: opened, filled in from events, submitted, returned, accepted, rolled up.

Owns the difference between what the events say and what the agency submits: kept with its reason, and looked at before
anybody accepts. The record is the reporting agency's, whoever writes in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.inspection.domain import periodic_report_rules as rules
from shared.contracts.inspection.record_owner import owner_of
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Lifecycle
from shared.eventsourcing.rules import day_field
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="báo cáo định kỳ",
    en="periodic report",
    table={
        "opened": move(to="opened"),
        "baselined": move(),
        "prefilled": move("opened", "prefilled", to="prefilled", by_system=True),
        "submitted": move("opened", "prefilled", "returned", to="submitted"),
        "returned": move("submitted", to="returned"),
        "accepted": move("submitted", to="accepted"),
        "rolled_up": move("accepted", to="rolled_up"),
    },
    words={
        "opened": "đã mở kỳ",
        "prefilled": "đã điền sẵn số liệu",
        "submitted": "đã nộp",
        "returned": "trả lại để hoàn thiện",
        "accepted": "đã tiếp nhận",
        "rolled_up": "đã tổng hợp",
    },
)


@dataclass(slots=True)
class ReportState:
    """Where a report stands; days are ISO dates."""

    status: str
    #: Agency whose report it is.
    agency_id: str
    template_version: str
    period: str
    due_on: str
    lock_on: str
    receiver: str | None = None
    #: Relative difference that needs no reason.
    tolerance: float = 0
    #: Value by field, as the events say and as the agency submitted.
    prefilled: dict[str, float | None] = field(default_factory=dict)
    submitted: dict[str, float | None] = field(default_factory=dict)
    #: Why the agency departs from what the events say, by field.
    reasons: dict[str, str] = field(default_factory=dict)
    submitted_on: str | None = None
    #: How often it was returned.
    returned: int = 0


def _values(values: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    return {entry["field"]: entry["value"] for entry in values}


def _opened(fact: Fact) -> ReportState:
    data = fact.data
    return ReportState(
        status=data.get("state", "opened"),
        agency_id=fact.agency_id,
        template_version=data["template_version"],
        period=data["period"],
        due_on=data["due_on"],
        lock_on=data.get("lock_on", data["due_on"]),
        # Who opens another agency's report is the one that it goes to, unless another is named.
        receiver=data.get("receiver") or (fact.source if fact.source != fact.agency_id else None),
        tolerance=data.get("tolerance", 0),
        submitted=_values(data.get("values", ())),
        submitted_on=data.get("submitted_on"),
    )


def _submitted(_state: ReportState, fact: Fact) -> dict[str, Any]:
    differences = fact.data.get("differences", ())
    return {
        "submitted": _values(fact.data["values"]),
        "reasons": {entry["field"]: entry["reason"] for entry in differences if "reason" in entry},
        "submitted_on": day_field(fact, "submitted_on"),
    }


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"opened": rules.opened, "baselined": rules.opened},
    rules={
        "prefilled": rules.prefilled,
        "submitted": rules.submitted,
        "returned": rules.returned,
        "accepted": rules.accepted,
        "rolled_up": rules.rolled_up,
    },
    changes={
        "prefilled": lambda _state, fact: {"prefilled": _values(fact.data["values"])},
        "submitted": _submitted,
        "returned": lambda state, _fact: {"returned": state.returned + 1},
    },
)


def _references(fact: Fact) -> Sequence[Reference]:
    return (rules.roll_up_of(fact),) if fact.name == "rolled_up" else ()


def _stream_id(fact: Fact) -> str:
    return f"{owner_of('periodic_report', fact.source, fact.data)}/{fact.subject}"


AGGREGATE: Aggregate[ReportState] = Aggregate(
    name="periodic_report",
    state_type=ReportState,
    opens=frozenset({"opened", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
    references=_references,
    stream_id=_stream_id,
)
