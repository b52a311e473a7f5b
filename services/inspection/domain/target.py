"""The target: an indicator, whom it counts, milestones in order, and what was found at each of them.

Whether it is on track is not decided here but computed by whoever asks, as of any day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_unchanged
from shared.eventsourcing.transitions import Moves, move

#: Indicators that are shares of agencies or of their records, so that a target can be set on them.
METRICS = (
    *("I1", "I2", "I3", "I3a", "I4", "I5", "I6", "I7", "I7a", "I9", "I11", "I13", "I14"),
    *("I15", "I16", "I17", "I18", "I19", "I21", "I22", "I23", "I25"),
)
#: A share is given to four decimals; the quotient of its parts may differ by as much.
_TOLERANCE = 0.0001

MOVES = Moves(
    vi="chỉ tiêu",
    en="target",
    table={
        "set": move(to="set"),
        "baselined": move(),
        "amended": move("set"),
        "milestone_assessed": move("set"),
        "withdrawn": move("set", to="withdrawn"),
    },
    words={"set": "đang theo dõi", "withdrawn": "đã hủy bỏ"},
)


@dataclass(slots=True)
class TargetState:
    """A target; days are ISO dates."""

    status: str
    metric: str
    comparator: str
    #: `{"date", "value"}` in order.
    milestones: list[dict[str, Any]]
    #: `level`, `kind`, `obligation`, `territory` as far as given.
    scope: dict[str, Any] = field(default_factory=dict)
    variant: str = "reported"
    #: `{"value", "met", "as_of"}` by day of the milestone; a later assessment replaces an earlier one.
    assessed: dict[str, dict[str, Any]] = field(default_factory=dict)


def _unordered(milestones: Sequence[Mapping[str, Any]]) -> Refusal | None:
    for index, (before, after) in enumerate(pairwise(milestones)):
        if after["date"] <= before["date"]:
            return refuse(
                "MILESTONES_NOT_INCREASING",
                f"Thời hạn của các mốc phải tăng dần; {after['date']} không sau {before['date']}.",
                f"The days of the milestones must increase; {after['date']} is not after {before['date']}.",
                f"/data/milestones/{index + 1}/date",
            )
    return None


def _opened(fact: Fact) -> Refusal | None:
    if fact.data["metric"] not in METRICS:
        known = ", ".join(METRICS)
        return refuse(
            "UNKNOWN_METRIC",
            f"Không có chỉ tiêu đo lường '{fact.data['metric']}' để đặt mục tiêu. Các chỉ tiêu: {known}.",
            f"There is no indicator '{fact.data['metric']}' to set a target on. Known: {known}.",
            "/data/metric",
        )
    return _unordered(fact.data["milestones"])


def _amended(state: TargetState, fact: Fact, _related: Related) -> Refusal | None:
    new = fact.data.get("milestones", state.milestones)
    gone = [one for one in state.milestones if one["date"] in state.assessed and one not in new]
    if gone:
        return refuse(
            "MILESTONE_ASSESSED",
            f"Mốc {gone[0]['date']} đã được đánh giá, không thể thay đổi.",
            f"The milestone of {gone[0]['date']} was assessed and cannot be changed.",
            "/data/milestones",
        )
    return refuse_unchanged(fact, ("scope", "comparator", "milestones", "basis")) or _unordered(new)


def reached(comparator: str, value: float, wanted: float) -> bool:
    """Return whether a value meets what is wanted."""
    return value >= wanted if comparator == "at_least" else value <= wanted


def _assessed(state: TargetState, fact: Fact, _related: Related) -> Refusal | None:
    data = fact.data
    wanted = next((one["value"] for one in state.milestones if one["date"] == data["milestone"]), None)
    if wanted is None:
        known = ", ".join(one["date"] for one in state.milestones)
        return refuse(
            "UNKNOWN_MILESTONE",
            f"Chỉ tiêu không có mốc {data['milestone']}. Các mốc: {known}.",
            f"The target has no milestone on {data['milestone']}. Its milestones: {known}.",
            "/data/milestone",
        )
    return _figures_differ(data) or _verdict_differs(state, data, wanted)


def _figures_differ(data: Mapping[str, Any]) -> Refusal | None:
    above, below = data.get("numerator"), data.get("denominator")
    if above is None or not below or abs(above / below - data["value"]) <= _TOLERANCE:
        return None
    return refuse(
        "VALUE_DIFFERS",
        f"Giá trị {data['value']:g} không bằng tử số / mẫu số ({above:g}/{below:g}).",
        f"The value {data['value']:g} is not numerator / denominator ({above:g}/{below:g}).",
        "/data/value",
    )


def _verdict_differs(state: TargetState, data: Mapping[str, Any], wanted: float) -> Refusal | None:
    if data["met"] == reached(state.comparator, data["value"], wanted):
        return None
    return refuse(
        "VERDICT_DIFFERS",
        f"Kết luận đạt/không đạt không khớp giá trị {data['value']:g} so với mức {wanted:g}.",
        f"Met or not does not follow from the value {data['value']:g} against {wanted:g}.",
        "/data/met",
    )


def _state_of(fact: Fact) -> TargetState:
    data = fact.data
    return TargetState(
        status=data.get("state", "set"),
        metric=data["metric"],
        comparator=data["comparator"],
        milestones=[dict(one) for one in data["milestones"]],
        scope=dict(data["scope"]),
        variant=data.get("variant", "reported"),
    )


def _with_amendment(state: TargetState, fact: Fact) -> dict[str, Any]:
    data = fact.data
    return {
        "milestones": [dict(one) for one in data.get("milestones", state.milestones)],
        "scope": dict(data.get("scope", state.scope)),
        "comparator": data.get("comparator", state.comparator),
    }


def _with_assessment(state: TargetState, fact: Fact) -> dict[str, Any]:
    found = {name: fact.data[name] for name in ("value", "met", "as_of")}
    return {"assessed": {**state.assessed, fact.data["milestone"]: found}}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_state_of,
    openings={"set": _opened, "baselined": _opened},
    rules={"amended": _amended, "milestone_assessed": _assessed},
    changes={"amended": _with_amendment, "milestone_assessed": _with_assessment},
)

AGGREGATE: Aggregate[TargetState] = Aggregate(
    name="target",
    state_type=TargetState,
    opens=frozenset({"set", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
)
