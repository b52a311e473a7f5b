"""The corrective action: planned, in progress, done, verified; or cancelled.

Owns the due date and the record of every extension. Overdue is derived from `due_on` by whoever
looks, and never a state (ISO 9001:2015 10.2; ISO 19011:2018 6.7).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.rules import day_field, refuse_future, refuse_missing_evidence
from shared.eventsourcing.transitions import Moves, check_move, move

#: Extensions that the agency may decide itself; further ones need its parent.
OWN_EXTENSIONS = 2


@dataclass(slots=True)
class ActionState:
    """Where an action stands; days are ISO dates."""

    status: str
    source: str
    type: str
    #: Opaque reference to a role.
    owner: str
    planned_on: str
    due_on: str
    #: First due date, before any extension.
    original_due_on: str
    #: Stream id of the nonconformity, if it belongs to one.
    nonconformity: str | None = None
    #: `{"from", "to", "approved_by"}` of every move to a later day, in order.
    extensions: list[dict[str, Any]] = field(default_factory=list)
    done_on: str | None = None
    #: How often the completion was not accepted.
    rejections: int = 0

    @property
    def open(self) -> bool:
        """Whether work is still to be done."""
        return self.status in ("planned", "in_progress")


MOVES = Moves(
    vi="hành động",
    en="action",
    table={
        "planned": move(to="planned"),
        "baselined": move(),
        "started": move("planned", to="in_progress"),
        # Small agencies report the result only: a note of progress or the completion implies the start.
        "progress_noted": move("planned", "in_progress", to="in_progress"),
        "due_changed": move("planned", "in_progress"),
        "done": move("planned", "in_progress", to="done"),
        "verified": move("done", to="verified"),
        "rejected": move("done", to="in_progress"),
        "cancelled": move("planned", "in_progress", to="cancelled"),
    },
    words={
        "planned": "đã lập kế hoạch",
        "in_progress": "đang thực hiện",
        "done": "đã hoàn thành",
        "verified": "đã xác nhận",
        "cancelled": "đã hủy",
    },
)


def _due_before_planned(pointer: str, due_on: str, planned_on: str) -> Refusal:
    return refuse(
        "DUE_BEFORE_PLANNED",
        f"Hạn hoàn thành {due_on} sớm hơn ngày lập kế hoạch {planned_on}. Kiểm tra lại hai ngày này.",
        f"The due date {due_on} is before the day of planning, {planned_on}. Check both days.",
        pointer,
    )


def _planned(fact: Fact) -> Refusal | None:
    planned_on = day_field(fact, "planned_on")
    if fact.data["due_on"] < planned_on:
        return _due_before_planned("/data/due_on", fact.data["due_on"], planned_on)
    if fact.data["source"] == "nc" and "nc_id" not in fact.data:
        return refuse(
            "NONCONFORMITY_MISSING",
            "Hành động phát sinh từ sự không phù hợp phải nêu mã sự không phù hợp (nc_id).",
            "An action that comes from a nonconformity must name it (nc_id).",
            "/data/nc_id",
        )
    return None


def _due_changed(state: ActionState, fact: Fact) -> Refusal | None:
    old, new = fact.data["from"], fact.data["to"]
    if old != state.due_on:
        return refuse(
            "VALUE_NOT_CURRENT",
            f"Hạn hiện tại là {state.due_on}, không phải {old}.",
            f"The present due date is {state.due_on}, not {old}.",
            "/data/from",
        )
    if new == old:
        return refuse(
            "SAME_VALUE", "Hạn mới trùng với hạn hiện tại.", "The new due date is the present one.", "/data/to"
        )
    if new < state.planned_on:
        return _due_before_planned("/data/to", new, state.planned_on)
    return _extension(state, fact) if new > old else None


def _extension(state: ActionState, fact: Fact) -> Refusal | None:
    number = len(state.extensions) + 1
    if fact.data.get("n", number) != number:
        return refuse(
            "EXTENSION_NUMBER_WRONG",
            f"Đây là lần gia hạn thứ {number}, không phải lần thứ {fact.data['n']}.",
            f"This is extension number {number}, not number {fact.data['n']}.",
            "/data/n",
        )
    if number > OWN_EXTENSIONS and not _approved_from_outside(fact):
        return refuse(
            "PARENT_APPROVAL_MISSING",
            f"Từ lần gia hạn thứ {OWN_EXTENSIONS + 1} phải được cơ quan cấp trên phê duyệt: "
            "ghi mã cơ quan cấp trên vào approved_by.",
            f"From extension number {OWN_EXTENSIONS + 1} on the parent agency must approve: "
            "give the parent's agency id in approved_by.",
            "/data/approved_by",
        )
    return None


def _approved_from_outside(fact: Fact) -> bool:
    """Whether another agency approved.

    That it is one above is not visible to this stream; the registry knows, and oversight shows it.
    """
    return bool(fact.data.get("approved_by", fact.source) != fact.source)


def _done(_state: ActionState, fact: Fact) -> Refusal | None:
    return refuse_future(fact, "done_on") or refuse_missing_evidence(fact)


def _verified(state: ActionState, fact: Fact) -> Refusal | None:
    if fact.data["verifier"] != state.owner:
        return None
    return refuse(
        "VERIFIER_IS_OWNER",
        "Người xác nhận không được là người chịu trách nhiệm thực hiện hành động.",
        "The verifier must not be the owner of the action.",
        "/data/verifier",
    )


def _baselined(fact: Fact) -> Refusal | None:
    if fact.data["state"] in ("done", "verified") and "done_on" not in fact.data:
        return refuse(
            "BASELINE_INCOMPLETE",
            "Hành động đã hoàn thành phải có ngày hoàn thành (done_on).",
            "A completed action needs the day of its completion (done_on).",
            "/data/done_on",
        )
    return None


_OPENINGS: dict[str, Callable[[Fact], Refusal | None]] = {"planned": _planned, "baselined": _baselined}
_RULES: dict[str, Callable[[ActionState, Fact], Refusal | None]] = {
    "due_changed": _due_changed,
    "done": _done,
    "verified": _verified,
}


def decide(state: ActionState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return _OPENINGS[fact.name](fact) or ACCEPT
    refused = check_move(MOVES, state.status, fact)
    if refused is None and fact.name in _RULES:
        refused = _RULES[fact.name](state, fact)
    return refused or ACCEPT


def _opened(fact: Fact) -> ActionState:
    data = fact.data
    named = data.get("nc_id")
    return ActionState(
        status=data.get("state", "planned"),
        source=data["source"],
        type=data["type"],
        owner=data["owner"],
        planned_on=day_field(fact, "planned_on"),
        due_on=data["due_on"],
        original_due_on=data.get("original_due_on", data["due_on"]),
        nonconformity=references.stream_of(named, fact) if named else None,
        extensions=[{**extension, "approved_by": None} for extension in data.get("extensions", ())],
        done_on=data.get("done_on"),
    )


def evolve(state: ActionState | None, fact: Fact) -> ActionState:
    """Return the state after an accepted fact."""
    if state is None:
        return _opened(fact)
    after = replace(state, status=MOVES.after(state.status, fact.name))
    if fact.name == "due_changed":
        after.due_on = fact.data["to"]
        if after.due_on > state.due_on:
            step = {"from": state.due_on, "to": after.due_on, "approved_by": fact.data.get("approved_by")}
            after.extensions = [*state.extensions, step]
    elif fact.name == "done":
        after.done_on = fact.data["done_on"]
    elif fact.name == "rejected":
        after.done_on = None
        after.rejections += 1
    return after


def _references(fact: Fact) -> Sequence[Reference]:
    named = fact.data.get("nc_id")
    return (references.to("nonconformity", named, fact),) if named else ()


AGGREGATE: Aggregate[ActionState] = Aggregate(
    name="action",
    state_type=ActionState,
    opens=frozenset({"planned", "baselined"}),
    decide=decide,
    evolve=evolve,
    references=_references,
)
