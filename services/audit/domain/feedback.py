"""Feedback: received, assigned, answered, rated; or none in a whole period.

Owns the order of handling one piece and the key of the statement that there was none. That such a statement
contradicts feedback of its period is not visible to one record: oversight shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.audit.domain.periods import refuse_period_closed, refuse_period_not_over
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import day_field, refuse_future, refuse_incomplete, refuse_reversed, refuse_subject
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="phản ánh, kiến nghị",
    en="feedback",
    table={
        "received": move(to="received"),
        "none_in_period": move(to="none"),
        "baselined": move(),
        "assigned": move("received", "assigned", to="assigned"),
        "answered": move("assigned", to="answered"),
        "rated": move("answered", to="rated"),
    },
    words={
        "received": "đã tiếp nhận",
        "assigned": "đã giao xử lý",
        "answered": "đã trả lời",
        "rated": "đã được đánh giá",
        "none": "không có trong kỳ",
    },
)


@dataclass(slots=True)
class FeedbackState:
    """Where feedback stands; days are ISO dates."""

    status: str
    kind: str | None = None
    #: How many of one kind came together.
    count: int = 1
    received_on: str | None = None
    due_on: str | None = None
    answered_on: str | None = None
    rating: str | None = None


def _received(fact: Fact) -> Refusal | None:
    refused = refuse_future(fact, "received_on")
    if refused is None and "due_on" in fact.data:
        refused = refuse_reversed(fact, "due_on", day_field(fact, "received_on"))
    return refused


def _none_in_period(fact: Fact) -> Refusal | None:
    return (
        refuse_subject(fact, f"none-{fact.data['period']}")
        or refuse_period_not_over(fact)
        or refuse_period_closed(fact)
    )


def _baselined(fact: Fact) -> Refusal | None:
    return refuse_incomplete(fact, "answered_on", ("answered", "rated")) or _received(fact)


def _assigned(state: FeedbackState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_reversed(fact, "due_on", state.received_on or "") if "due_on" in fact.data else None


def _answered(state: FeedbackState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "answered_on") or refuse_reversed(fact, "answered_on", state.received_on or "")


def _rated(state: FeedbackState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "rated_on") or refuse_reversed(fact, "rated_on", state.answered_on or "")


def _opened(fact: Fact) -> FeedbackState:
    data = fact.data
    if fact.name == "none_in_period":
        return FeedbackState("none", count=0)
    return FeedbackState(
        status=data.get("state", "received"),
        kind=data["kind"],
        count=int(data.get("count", 1)),
        received_on=day_field(fact, "received_on"),
        due_on=data.get("due_on"),
        answered_on=data.get("answered_on"),
    )


def _with_due_date(state: FeedbackState, fact: Fact) -> dict[str, Any]:
    return {"due_on": fact.data.get("due_on", state.due_on)}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"received": _received, "none_in_period": _none_in_period, "baselined": _baselined},
    rules={"assigned": _assigned, "answered": _answered, "rated": _rated},
    changes={
        "assigned": _with_due_date,
        "answered": lambda _state, fact: {"answered_on": fact.data["answered_on"]},
        "rated": lambda _state, fact: {"rating": fact.data["rating"]},
    },
)

AGGREGATE: Aggregate[FeedbackState] = Aggregate(
    name="feedback",
    state_type=FeedbackState,
    opens=frozenset({"received", "none_in_period", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
)
