"""Folds the events of an agency into its record: the one place that says what they mean.

Pure; used by the agency aggregate, and by every service's copy of the registry. Facts may come in any
order of their effective days: each is put at its day into the history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from shared import clock
from shared.registry.record import History

State = dict[str, Any]
Data = Mapping[str, Any]


def _dated(history: History, day: int, value: Any) -> History:
    """Return the history with a value from a day on, instead of one that began on that very day."""
    kept = [entry for entry in history if entry[0] != day]
    return sorted([*kept, [day, value]], key=lambda entry: entry[0])


def _opened(agency_id: str, data: Data) -> State:
    first = clock.day_of(data["valid_from"])
    since = clock.day_of(data["state_since"]) if "state_since" in data else first
    last = data.get("valid_to")
    activity: History = [[first, "active"]]
    return {
        "agency_id": agency_id,
        "kind": data["kind"],
        "level": data["level"],
        "valid_from": first,
        "ended_on": clock.day_of(last) + 1 if last else None,
        "ended_how": None,
        "successors": [],
        "predecessors": [],
        "names": [[first, {"vi": data["name_vi"], "en": data.get("name_en")}]],
        "parents": [[first, data.get("parent_id")]],
        "sector_parents": [[first, data.get("sector_parent_id")]],
        "obligations": [[first, data["obligation"]]],
        "activity": _dated(activity, since, data.get("state", "active")),
        "admin_unit_code": data.get("admin_unit_code"),
        "codes": [dict(code) for code in data.get("codes", ())],
        "has_tthc": data["has_tthc"],
        "inspection_rights": data["inspection_rights"],
        "contact": dict(data.get("contact", {})),
        "legal_basis": data.get("legal_basis"),
    }


def _renamed(state: State, data: Data, day: int) -> State:
    name = {"vi": data["new"], "en": data.get("name_en")}
    return {**state, "names": _dated(state["names"], day, name)}


def _reparented(state: State, data: Data, day: int) -> State:
    line = "sector_parents" if data.get("line") == "sector" else "parents"
    return {**state, line: _dated(state[line], day, data["to"])}


def _obligation_changed(state: State, data: Data, day: int) -> State:
    return {**state, "obligations": _dated(state["obligations"], day, data["to"])}


def _suspended(state: State, _data: Data, day: int) -> State:
    return {**state, "activity": _dated(state["activity"], day, "suspended")}


def _resumed(state: State, _data: Data, day: int) -> State:
    return {**state, "activity": _dated(state["activity"], day, "active")}


def _ended(state: State, data: Data, day: int) -> State:
    return {**state, "ended_on": day, "ended_how": data["how"], "successors": list(data["successors"])}


def _merged(state: State, data: Data, _day: int) -> State:
    sources = [source for source in data["sources"] if source != state["agency_id"]]
    known = state.get("predecessors", [])
    return {**state, "predecessors": [*known, *(source for source in sources if source not in known)]}


def _code_assigned(state: State, data: Data, _day: int) -> State:
    code = {name: data[name] for name in ("scheme", "code", "valid_from", "valid_to") if name in data}
    return {**state, "codes": [*state["codes"], code]}


def _code_withdrawn(state: State, data: Data, _day: int) -> State:
    """Give the code's latest period its last day."""
    codes = [dict(code) for code in state["codes"]]
    held = [code for code in codes if (code["scheme"], code["code"]) == (data["scheme"], data["code"])]
    for code in sorted(held, key=lambda code: str(code["valid_from"]))[-1:]:
        code["valid_to"] = data["valid_to"]
    return {**state, "codes": codes}


_CHANGES: dict[str, Callable[[State, Data, int], State]] = {
    "qms.agency.renamed": _renamed,
    "qms.agency.reparented": _reparented,
    "qms.agency.obligation_changed": _obligation_changed,
    "qms.agency.suspended": _suspended,
    "qms.agency.resumed": _resumed,
    "qms.agency.ended": _ended,
    "qms.agency.merged": _merged,
    "qms.agency.code_assigned": _code_assigned,
    "qms.agency.code_withdrawn": _code_withdrawn,
}

#: Types that open the record of an agency.
OPENINGS = frozenset({"qms.agency.registered", "qms.agency.baselined"})


def fold(state: State | None, event_type: str, data: Data, day: int, *, agency_id: str = "") -> State:
    """Return the record (fields of `AgencyRecord`) after an event.

    Args:
        state: The record so far, None where there is none yet.
        event_type: Full type; types that do not concern the record leave it as it is.
        data: The event's fields.
        day: Day of the fact; stands in where the event gives no day of its own.
        agency_id: The agency (the event's subject); needed for the event that opens the record.

    Raises:
        ValueError: the first event is not one that opens a record.
    """
    if state is None:
        if event_type not in OPENINGS:
            message = f"{event_type} cannot open the record of an agency"
            raise ValueError(message)
        return _opened(agency_id or data.get("agency_id", ""), data)
    change = _CHANGES.get(event_type)
    if change is None:
        return state
    effective = data.get("effective")
    return change(state, data, clock.day_of(effective) if effective else day)
