"""The quality objective of a year: set, measured, assessed, closed (ISO 9001:2015 6.2, 9.1).

Owns the link between the measurements and the assessment. It does not recompute the result: a measure may be a sum or
a mean of the year, so the values are kept beside what the agency says of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete, refuse_reversed, refuse_unchanged
from shared.eventsourcing.transitions import Moves, move

_AMENDABLE = ("statement", "direction", "baseline", "target", "weight")

MOVES = Moves(
    vi="mục tiêu chất lượng",
    en="objective",
    table={
        "set": move(to="set"),
        "baselined": move(),
        "amended": move("set", "measured"),
        "measured": move("set", "measured", to="measured"),
        # Without a measurement an objective can only turn out not applicable: the rule below sees to it.
        "assessed": move("set", "measured", to="assessed"),
        "closed": move("assessed", to="closed"),
    },
    words={"set": "đã đặt", "measured": "đã đo lường", "assessed": "đã đánh giá", "closed": "đã kết thúc"},
)


@dataclass(slots=True)
class ObjectiveState:
    """Where an objective stands; days are ISO dates, values in the objective's unit."""

    status: str
    year: int
    direction: str
    target: float
    #: First target, before any amendment.
    original_target: float
    weight: float
    measurements: int = 0
    #: Value of the latest day measured, and that day.
    value: float | None = None
    measured_on: str | None = None
    result: str | None = None
    amendments: int = 0


def _outside_year(fact: Fact, year: int) -> Refusal | None:
    if fact.data["measured_on"].startswith(f"{year:04d}-"):
        return None
    return refuse(
        "OUTSIDE_YEAR",
        f"Mục tiêu của năm {year}: ngày của giá trị đo phải thuộc năm này.",
        f"The objective is one of {year}: the value must hold on a day of that year.",
        "/data/measured_on",
    )


def _measured(state: ObjectiveState, fact: Fact, _related: Related) -> Refusal | None:
    return _outside_year(fact, state.year) or refuse_future(fact, "measured_on")


def _assessed(state: ObjectiveState, fact: Fact, _related: Related) -> Refusal | None:
    result = fact.data["result"]
    if result != "n_a" and state.measurements == 0:
        return refuse(
            "MEASUREMENT_MISSING",
            "Chưa có kết quả đo lường. Gửi objective.measured trước, hoặc đánh giá là không áp dụng (n_a) kèm lý do.",
            "There is no measurement. Push objective.measured first, or assess it as n_a with a reason.",
            "/data/result",
        )
    if result != "met" and "reason" not in fact.data:
        return refuse(
            "REASON_MISSING",
            "Mục tiêu không đạt hoặc không áp dụng phải nêu lý do (reason).",
            "An objective that was not met or not applicable needs a reason.",
            "/data/reason",
        )
    return refuse_future(fact, "assessed_on") or refuse_reversed(fact, "assessed_on", state.measured_on or "")


def _amended(_state: ObjectiveState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_unchanged(fact, _AMENDABLE)


def _baselined(fact: Fact) -> Refusal | None:
    refused = refuse_incomplete(fact, "result", ("assessed", "closed"))
    if refused is None and fact.data.get("result") != "n_a":
        states = ("measured", "assessed", "closed")
        refused = refuse_incomplete(fact, "value", states) or refuse_incomplete(fact, "measured_on", states)
    if refused is None and "measured_on" in fact.data:
        refused = _outside_year(fact, fact.data["year"])
    return refused


def _opened(fact: Fact) -> ObjectiveState:
    data = fact.data
    return ObjectiveState(
        status=data.get("state", "set"),
        year=data["year"],
        direction=data["direction"],
        target=data["target"],
        original_target=data["target"],
        weight=data["weight"],
        measurements=int("value" in data),
        value=data.get("value"),
        measured_on=data.get("measured_on"),
        result=data.get("result"),
    )


def _with_measurement(state: ObjectiveState, fact: Fact) -> dict[str, Any]:
    changes: dict[str, Any] = {"measurements": state.measurements + 1}
    if fact.data["measured_on"] >= (state.measured_on or ""):
        changes |= {"value": fact.data["value"], "measured_on": fact.data["measured_on"]}
    return changes


def _with_amendment(state: ObjectiveState, fact: Fact) -> dict[str, Any]:
    changed = {name: fact.data[name] for name in ("direction", "target", "weight") if name in fact.data}
    return {**changed, "amendments": state.amendments + 1}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"baselined": _baselined},
    rules={"measured": _measured, "assessed": _assessed, "amended": _amended},
    changes={
        "measured": _with_measurement,
        "assessed": lambda _state, fact: {"result": fact.data["result"]},
        "amended": _with_amendment,
    },
)

AGGREGATE: Aggregate[ObjectiveState] = Aggregate(
    name="objective",
    state_type=ObjectiveState,
    opens=frozenset({"set", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
)
