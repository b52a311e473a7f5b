"""The administrative unit: a territory with a code, a name and a type, valid for a period, succeeded by others.

A unit is its code and its first day; most codes of before July 2025 are in use again for another territory. Succession
is n to m: a unit may be divided, and others may go into the same one; exactly one successor stands for the old unit
where only one can (`is_default`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move, move

Related = Mapping[Reference, Any]


@dataclass(slots=True)
class AdminUnitState:
    """One unit; days are ISO dates."""

    code: str
    type: str
    valid_from: str
    #: `[first day, name]` and `[first day, unit it lies in or None]`, in the order of the days.
    names: list[list[Any]]
    parents: list[list[Any]]
    #: First day on which it no longer exists.
    ended_on: str | None = None
    #: `[unit, whole or part, is_default]`.
    successors: list[list[Any]] = field(default_factory=list)

    @property
    def status(self) -> str:
        """Return whether it exists."""
        return "ended" if self.ended_on else "established"

    def exists_on(self, day: str) -> bool:
        """Return whether it exists on a day."""
        return self.valid_from <= day and (self.ended_on is None or day < self.ended_on)


MOVES = Moves(
    vi="đơn vị hành chính",
    en="administrative unit",
    table={
        "established": move(),
        "renamed": move("established"),
        "reparented": move("established"),
        "ended": move("established"),
    },
    words={"established": "đang tồn tại", "ended": "đã kết thúc"},
)


def _exists(related: Related, unit: str, day: str, pointer: str) -> Refusal | None:
    state: AdminUnitState | None = related.get(Reference("admin_unit", unit))
    if state is None or state.exists_on(day):
        return None
    return refuse(
        "UNIT_NOT_LIVE",
        f"Đơn vị {unit} không tồn tại vào ngày {day}.",
        f"The unit {unit} does not exist on {day}.",
        pointer,
    )


def _established(fact: Fact, related: Related) -> Refusal | None:
    data = fact.data
    identity = f"{data['code']}@{data['valid_from']}"
    if fact.subject != identity:
        return refuse(
            "SUBJECT_DIFFERS",
            f"subject phải là mã và ngày đầu tiên của đơn vị: {identity}",
            f"The subject must be the unit's code and first day: {identity}",
            "/subject",
        )
    parent = data.get("parent")
    return _exists(related, parent, data["valid_from"], "/data/parent") if parent else None


def _begun(state: AdminUnitState, day: str, pointer: str) -> Refusal | None:
    if day > state.valid_from:
        return None
    return refuse(
        "BEFORE_FIRST_DAY",
        f"Đơn vị chỉ tồn tại từ ngày {state.valid_from}.",
        f"The unit exists only from {state.valid_from} on.",
        pointer,
    )


def _reparented(state: AdminUnitState, fact: Fact, related: Related) -> Refusal | None:
    to, day = fact.data["to"], fact.data["effective"]
    if to == fact.subject:
        return refuse(
            "PARENT_CYCLE", "Đơn vị không thể trực thuộc chính mình.", "A unit cannot lie in itself.", "/data/to"
        )
    return _begun(state, day, "/data/effective") or (_exists(related, to, day, "/data/to") if to else None)


def _ended(state: AdminUnitState, fact: Fact, related: Related) -> Refusal | None:
    day, successors = fact.data["effective"], fact.data["successors"]
    refused = _begun(state, day, "/data/effective") or (_fit(successors) if successors else None)
    for place, successor in enumerate(successors):
        pointer = f"/data/successors/{place}/unit"
        refused = refused or _exists(related, successor["unit"], day, pointer)
    return refused


def _fit(successors: Sequence[Mapping[str, Any]]) -> Refusal | None:
    """Refuse successors that contradict one another."""
    units = {successor["unit"] for successor in successors}
    defaults = sum(successor["is_default"] for successor in successors)
    whole = any(successor["share"] == "whole" for successor in successors)
    if len(units) == len(successors) and defaults == 1 and not (whole and len(successors) > 1):
        return None
    return refuse(
        "SUCCESSORS_CONTRADICT",
        "Mỗi đơn vị tiếp nhận nêu một lần, có đúng một đơn vị mặc định; whole chỉ khi có một đơn vị tiếp nhận.",
        "Name each successor once, exactly one of them the default; say whole only where there is one.",
        "/data/successors",
    )


def _renamed(state: AdminUnitState, fact: Fact, _related: Related) -> Refusal | None:
    return _begun(state, fact.data["effective"], "/data/effective")


_RULES: dict[str, Callable[[AdminUnitState, Fact, Related], Refusal | None]] = {
    "renamed": _renamed,
    "reparented": _reparented,
    "ended": _ended,
}


def decide(state: AdminUnitState | None, fact: Fact, related: Related) -> Decision:
    """Accept the fact, or refuse it with the rule it breaks."""
    if state is None:
        return _established(fact, related) or ACCEPT
    refused = check_move(MOVES, state.status, fact)
    if refused is None and fact.name in _RULES:
        refused = _RULES[fact.name](state, fact, related)
    return refused or ACCEPT


def _dated(history: Sequence[list[Any]], day: str, value: Any) -> list[list[Any]]:
    kept = [entry for entry in history if entry[0] != day]
    return sorted([*kept, [day, value]], key=lambda entry: str(entry[0]))


def evolve(state: AdminUnitState | None, fact: Fact) -> AdminUnitState:
    """Return the state after an accepted fact."""
    data = fact.data
    if state is None:
        first = data["valid_from"]
        return AdminUnitState(data["code"], data["type"], first, [[first, data["name"]]], [[first, data.get("parent")]])
    if fact.name == "renamed":
        state.names = _dated(state.names, data["effective"], data["new"])
    elif fact.name == "reparented":
        state.parents = _dated(state.parents, data["effective"], data["to"])
    elif fact.name == "ended":
        state.ended_on = data["effective"]
        state.successors = [[one["unit"], one["share"], one["is_default"]] for one in data["successors"]]
    return state


def _references(fact: Fact) -> Sequence[Reference]:
    named = [fact.data.get("parent"), *(successor["unit"] for successor in fact.data.get("successors", ()))]
    if fact.name == "reparented":
        named.append(fact.data["to"])
    return [Reference("admin_unit", unit) for unit in named if unit]


def _stream_id(fact: Fact) -> str:
    return fact.subject


AGGREGATE: Aggregate[AdminUnitState] = Aggregate(
    name="admin_unit",
    state_type=AdminUnitState,
    opens=frozenset({"established"}),
    decide=decide,
    evolve=evolve,
    references=_references,
    stream_id=_stream_id,
)
