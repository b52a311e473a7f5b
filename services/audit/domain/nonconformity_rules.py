"""What a nonconformity refuses, beyond the order of its states: one function per event.

Owns the waiting time before a verification and the window for reopening; the state machine itself is
in `nonconformity`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from services.audit.domain.nonconformity_state import NonconformityState
from shared import clock
from shared.contracts.audit.vocabulary import NC_CLASSES
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.rules import (
    day_field,
    refuse_future,
    refuse_missing_criterion,
    refuse_reversed,
    refuse_unknown_clause,
)

State: TypeAlias = NonconformityState
Related: TypeAlias = Mapping[Reference, Any]

#: An effect cannot be seen earlier: days from completion to the earliest verification.
VERIFICATION_WAIT_DAYS = 30

#: A nonconformity that comes back later than this after its closing is a new one, linked as a recurrence.
REOPEN_WINDOW_DAYS = 730


def _raised(fact: Fact) -> Refusal | None:
    refused = refuse_future(fact, "raised_on") or refuse_unknown_clause(fact)
    if refused is None and fact.data["class"] in NC_CLASSES:
        refused = refuse_missing_criterion(fact)
    return refused


def _baselined(fact: Fact) -> Refusal | None:
    needed = {"completed": "completed_on", "verifying": "completed_on", "closed": "closed_on"}
    name = needed.get(fact.data["state"])
    if name is None or name in fact.data:
        return None
    return refuse(
        "BASELINE_INCOMPLETE",
        f"Trạng thái {fact.data['state']} phải kèm ngày {name}.",
        f"The state {fact.data['state']} needs the day {name}.",
        f"/data/{name}",
    )


def _correction_recorded(_state: State, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "done_on")


def _action_planned(state: State, fact: Fact, related: Related) -> Refusal | None:
    if state.grade in NC_CLASSES and not state.root_causes:
        return refuse(
            "CAUSE_MISSING",
            "Phải xác định nguyên nhân gốc (nonconformity.cause_identified) trước khi lập kế hoạch hành động.",
            "Identify the root cause (nonconformity.cause_identified) before planning actions.",
            "/type",
        )
    own = f"{fact.source}/{fact.subject}"
    for index, named in enumerate(fact.data["action_ids"]):
        action = related[references.to("action", named, fact)]
        if action.nonconformity not in (None, own):
            return refuse(
                "ACTION_OF_ANOTHER_NONCONFORMITY",
                "Hành động này thuộc về một sự không phù hợp khác. Lập hành động riêng.",
                "This action belongs to another nonconformity. Plan one of its own.",
                f"/data/action_ids/{index}",
            )
    return None


def _refuse_unnamed_actions(state: NonconformityState, fact: Fact) -> Refusal | None:
    named = {references.stream_of(item, fact) for item in fact.data["action_ids"]}
    missing = [stream.partition("/")[2] for stream in state.actions if stream not in named]
    if not missing:
        return None
    listed = ", ".join(missing)
    return refuse(
        "ACTIONS_NOT_NAMED",
        f"Phải nêu tất cả hành động của sự không phù hợp; còn thiếu: {listed}.",
        f"Name all actions of the nonconformity; missing: {listed}.",
        "/data/action_ids",
    )


def _completed(state: State, fact: Fact, related: Related) -> Refusal | None:
    for index, named in enumerate(fact.data["action_ids"]):
        action = related[references.to("action", named, fact)]
        if action.open:
            return refuse(
                "ACTION_STILL_OPEN",
                f"Còn hành động chưa hoàn thành (hạn {action.due_on}). Hoàn thành hoặc hủy hành động trước.",
                f"An action is still open (due {action.due_on}). Complete or cancel it first.",
                f"/data/action_ids/{index}",
            )
    return (
        _refuse_unnamed_actions(state, fact)
        or refuse_future(fact, "completed_on")
        or refuse_reversed(fact, "completed_on", state.raised_on)
    )


def _effectiveness_verified(state: State, fact: Fact, related: Related) -> Refusal | None:
    owners = {related[reference].owner for reference in _actions(fact)}
    if fact.data["verifier"] in owners:
        return refuse(
            "VERIFIER_IS_OWNER",
            "Người xác nhận hiệu lực không được là người thực hiện hành động.",
            "The verifier must not own one of the actions.",
            "/data/verifier",
        )
    return _refuse_unnamed_actions(state, fact) or refuse_future(fact, "checked_on") or _too_early(state, fact)


def _actions(fact: Fact) -> list[Reference]:
    return [references.to("action", named, fact) for named in fact.data["action_ids"]]


def _too_early(state: NonconformityState, fact: Fact) -> Refusal | None:
    completed_on = state.completed_on or state.raised_on
    earliest = clock.day_of(completed_on) + VERIFICATION_WAIT_DAYS
    if clock.day_of(fact.data["checked_on"]) >= earliest:
        return None
    shown = clock.to_date(earliest).isoformat()
    return refuse(
        "VERIFIED_TOO_EARLY",
        f"Chỉ xác nhận hiệu lực từ ngày {shown} ({VERIFICATION_WAIT_DAYS} ngày sau khi hoàn thành).",
        f"Effectiveness can be verified from {shown} on ({VERIFICATION_WAIT_DAYS} days after completion).",
        "/data/checked_on",
    )


def _closed(state: State, fact: Fact, _related: Related) -> Refusal | None:
    if state.grade in NC_CLASSES and state.status != "verifying":
        return refuse(
            "NOT_VERIFIED_EFFECTIVE",
            "Sự không phù hợp chỉ được đóng sau khi xác nhận hành động có hiệu lực.",
            "A nonconformity can be closed only after its actions were verified as effective.",
            "/type",
        )
    if state.status != "verifying" and "reason" not in fact.data:
        return refuse(
            "REASON_MISSING",
            "Đóng lưu ý hoặc cơ hội cải tiến khi chưa xác nhận hiệu lực phải nêu lý do.",
            "Closing an observation or opportunity without a verification needs a reason.",
            "/data/reason",
        )
    return refuse_future(fact, "closed_on") or refuse_reversed(fact, "closed_on", state.raised_on)


def _reopened(state: State, fact: Fact, _related: Related) -> Refusal | None:
    closed_on = state.closed_on or state.raised_on
    refused = refuse_future(fact, "reopened_on") or refuse_reversed(fact, "reopened_on", closed_on)
    if refused:
        return refused
    if clock.day_of(day_field(fact, "reopened_on")) - clock.day_of(closed_on) <= REOPEN_WINDOW_DAYS:
        return None
    return refuse(
        "REOPEN_WINDOW_PASSED",
        f"Đã đóng quá {REOPEN_WINDOW_DAYS} ngày. Lập sự không phù hợp mới và liên kết lặp lại (recurrence_linked).",
        f"It was closed more than {REOPEN_WINDOW_DAYS} days ago. Raise a new one and link it (recurrence_linked).",
        "/data/reopened_on",
    )


def _regraded(state: State, fact: Fact, _related: Related) -> Refusal | None:
    if fact.data["from"] != state.grade:
        return refuse(
            "VALUE_NOT_CURRENT",
            f"Mức độ hiện tại là {state.grade}, không phải {fact.data['from']}.",
            f"The present grade is {state.grade}, not {fact.data['from']}.",
            "/data/from",
        )
    if fact.data["to"] == state.grade:
        return refuse(
            "SAME_VALUE", "Mức độ mới trùng mức độ hiện tại.", "The new grade is the present one.", "/data/to"
        )
    return None


def _recurrence_linked(state: State, fact: Fact, related: Related) -> Refusal | None:
    reference = references.to("nonconformity", fact.data["earlier_nc_id"], fact)
    itself = reference.stream_id == f"{fact.source}/{fact.subject}"
    if not itself and related[reference].raised_on <= state.raised_on:
        return None
    return refuse(
        "NOT_EARLIER",
        "Sự không phù hợp được liên kết phải được lập trước sự không phù hợp này.",
        "The linked nonconformity must have been raised before this one.",
        "/data/earlier_nc_id",
    )


#: Rules of the events that open a record.
OPENINGS: dict[str, Callable[[Fact], Refusal | None]] = {"raised": _raised, "baselined": _baselined}

#: Rules of the other events; those without one are bound by the order of states alone.
RULES: dict[str, Callable[[State, Fact, Related], Refusal | None]] = {
    "correction_recorded": _correction_recorded,
    "action_planned": _action_planned,
    "completed": _completed,
    "effectiveness_verified": _effectiveness_verified,
    "closed": _closed,
    "reopened": _reopened,
    "regraded": _regraded,
    "recurrence_linked": _recurrence_linked,
}
