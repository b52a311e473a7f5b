"""The management review: planned, prepared, held with all twelve inputs, minutes signed, decisions followed up.

Owns who may chair, the completeness of the inputs (ISO 9001:2015 9.3.2) and the account of the decisions (9.3.3).
Actions that carry decisions out are records of their own; following up looks at those it names.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.audit.review_content import INPUTS
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete, refuse_reversed
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="cuộc xem xét của lãnh đạo",
    en="management review",
    table={
        "planned": move(to="planned"),
        "baselined": move(),
        "prepared": move("planned", to="prepared"),
        "held": move("prepared", to="held"),
        "minutes_signed": move("held", to="minutes_signed"),
        "followed_up": move("minutes_signed", to="followed_up"),
    },
    words={
        "planned": "đã lập kế hoạch",
        "prepared": "đã chuẩn bị tài liệu",
        "held": "đã họp",
        "minutes_signed": "đã ký biên bản",
        "followed_up": "đã hoàn tất theo dõi",
    },
)


@dataclass(slots=True)
class ReviewState:
    """Where a review stands; days are ISO dates."""

    status: str
    period: str
    held_on: str | None = None
    #: Inputs by how they were dealt with: `presented` or `not_applicable`, by point of 9.3.2.
    inputs: dict[str, str] = field(default_factory=dict)
    #: Ids of the decisions that are not settled yet.
    open_decisions: list[str] = field(default_factory=list)
    #: Outcome by decision: `done` or `dropped`.
    settled: dict[str, str] = field(default_factory=dict)


def _held(_state: ReviewState, fact: Fact, _related: Related) -> Refusal | None:
    return _chair(fact) or _inputs(fact.data["inputs"]) or _decided_twice(fact) or refuse_future(fact, "held_on")


def _chair(fact: Fact) -> Refusal | None:
    chair = fact.data["chair"]
    if chair == "head" or (chair == "delegate" and "delegation_no" in fact.data):
        return None
    return refuse(
        "CHAIR_NOT_ENTITLED",
        "Người chủ trì phải là thủ trưởng cơ quan, hoặc người được ủy quyền kèm số văn bản ủy quyền (delegation_no).",
        "The chair must be the head of the agency, or a delegate with the number of the delegation (delegation_no).",
        "/data/delegation_no" if chair == "delegate" else "/data/chair",
    )


def _inputs(inputs: Mapping[str, Mapping[str, Any]]) -> Refusal | None:
    missing = [point for point in INPUTS if point not in inputs]
    if missing:
        listed = ", ".join(missing)
        return refuse(
            "INPUTS_MISSING",
            f"Thiếu đầu vào theo ISO 9001:2015 điều 9.3.2: {listed}. "
            "Ghi là đã trình bày (presented) hoặc không áp dụng (not_applicable) kèm lý do.",
            f"Inputs of ISO 9001:2015 9.3.2 are missing: {listed}. Mark each presented, or not_applicable with a reason.",
            f"/data/inputs/{missing[0]}",
        )
    for point in INPUTS:
        if inputs[point]["status"] == "not_applicable" and "reason" not in inputs[point]:
            return refuse(
                "REASON_MISSING",
                f"Đầu vào {point} không áp dụng thì phải nêu lý do (reason).",
                f"Input {point} is not applicable: give the reason.",
                f"/data/inputs/{point}/reason",
            )
    return None


def _decided_twice(fact: Fact) -> Refusal | None:
    seen: set[str] = set()
    for index, decision in enumerate(fact.data.get("decisions", ())):
        if decision["decision_id"] in seen:
            return refuse(
                "DECISION_EXISTS",
                "Mã kết luận bị trùng trong cùng cuộc xem xét. Dùng mã khác.",
                "Two decisions of the review have the same id. Use another id.",
                f"/data/decisions/{index}/decision_id",
            )
        seen.add(decision["decision_id"])
    return None


def _minutes_signed(state: ReviewState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "signed_on") or refuse_reversed(fact, "signed_on", state.held_on or "")


def _followed_up(state: ReviewState, fact: Fact, related: Related) -> Refusal | None:
    named = fact.data.get("decisions", ())
    for index, settled in enumerate(named):
        refused = _settled(state, fact, settled, f"/data/decisions/{index}", related)
        if refused is not None:
            return refused
    told = {settled["decision_id"] for settled in named}
    still_open = [decision for decision in state.open_decisions if decision not in told]
    if not still_open:
        return refuse_future(fact, "followed_up_on")
    listed = ", ".join(still_open)
    return refuse(
        "DECISIONS_OPEN",
        f"Còn kết luận chưa thực hiện xong: {listed}. Nêu kết quả của từng kết luận trong decisions.",
        f"Decisions are still open: {listed}. Say in decisions what became of each.",
        "/data/decisions",
    )


def _settled(
    state: ReviewState, fact: Fact, settled: Mapping[str, Any], pointer: str, related: Related
) -> Refusal | None:
    if settled["decision_id"] not in state.open_decisions:
        return refuse(
            "DECISION_UNKNOWN",
            "Cuộc xem xét không có kết luận mang mã này. Kiểm tra lại mã.",
            "The review has no decision with this id. Check the id.",
            f"{pointer}/decision_id",
        )
    if settled["outcome"] == "dropped" and "reason" not in settled:
        return refuse(
            "REASON_MISSING",
            "Kết luận không thực hiện thì phải nêu lý do (reason).",
            "A decision that was dropped needs a reason.",
            f"{pointer}/reason",
        )
    for index, named in enumerate(settled.get("action_ids", ())):
        if related[references.to("action", named, fact)].open:
            return refuse(
                "ACTION_STILL_OPEN",
                "Hành động thực hiện kết luận này chưa hoàn thành.",
                "The action that carries this decision out is still open.",
                f"{pointer}/action_ids/{index}",
            )
    return None


def _baselined(fact: Fact) -> Refusal | None:
    return refuse_incomplete(fact, "held_on", ("held", "minutes_signed", "followed_up")) or _decided_twice(fact)


def _dealt_with(data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "held_on": data.get("held_on"),
        "inputs": {point: given["status"] for point, given in data.get("inputs", {}).items()},
        "open_decisions": [decision["decision_id"] for decision in data.get("decisions", ())],
    }


def _opened(fact: Fact) -> ReviewState:
    state = ReviewState(fact.data.get("state", "planned"), fact.data["period"], **_dealt_with(fact.data))
    if state.status == "followed_up":
        state.open_decisions = []
    return state


def _after_follow_up(_state: ReviewState, fact: Fact) -> dict[str, Any]:
    outcomes = {settled["decision_id"]: settled["outcome"] for settled in fact.data.get("decisions", ())}
    return {"open_decisions": [], "settled": outcomes}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"baselined": _baselined},
    rules={"held": _held, "minutes_signed": _minutes_signed, "followed_up": _followed_up},
    changes={"held": lambda _state, fact: _dealt_with(fact.data), "followed_up": _after_follow_up},
)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name != "followed_up":
        return ()
    named = [action for settled in fact.data.get("decisions", ()) for action in settled.get("action_ids", ())]
    return [references.to("action", action, fact) for action in named]


AGGREGATE: Aggregate[ReviewState] = Aggregate(
    name="management_review",
    state_type=ReviewState,
    opens=frozenset({"planned", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
    references=_references,
)
