"""What the registry refuses of an agency's facts, beyond the order of its states."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from shared import clock
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.registry.record import GOVERNING, LEVEL_ORDER, AgencyRecord

Related = Mapping[Reference, Any]


def effective_day(fact: Fact) -> int:
    """Return the day from which the fact holds."""
    effective = fact.data.get("effective")
    return clock.day_of(effective) if effective else fact.day


def opened(fact: Fact, related: Related) -> Refusal | None:
    """Judge the event that opens the record of an agency."""
    data = fact.data
    if data.get("valid_to", data["valid_from"]) < data["valid_from"]:
        return refuse(
            "DATES_REVERSED",
            "Ngày hoạt động cuối cùng sớm hơn ngày bắt đầu hoạt động.",
            "The last day of existence is before the first.",
            "/data/valid_to",
        )
    day = clock.day_of(data["valid_from"])
    # A baselined agency's present parent may be younger than the agency itself.
    if fact.name == "baselined":
        day = clock.day_of(data["state_since"])
    return (
        _level_is_gone(fact, related)
        or _under(fact, related, day, "parent_id")
        or _under(fact, related, day, "sector_parent_id")
    )


def _level_is_gone(fact: Fact, related: Related) -> Refusal | None:
    """Refuse an agency that would begin after its level has been abolished."""
    level = fact.data["level"]
    abolished = related.get(Reference("registry", level))
    above = {None, fact.data.get("parent_id")}
    begins = fact.data["valid_from"]
    days = [day for territory, day in (abolished.abolitions if abolished else ()) if territory in above]
    if not days or begins < min(days):
        return None
    return refuse(
        "LEVEL_ABOLISHED",
        f"Cấp {level} đã kết thúc hoạt động từ ngày {min(days)}; không thể thành lập cơ quan của cấp này.",
        f"The level {level} was abolished as of {min(days)}; no agency of it can begin.",
        "/data/level",
    )


def other_identity(fact: Fact) -> Refusal | None:
    """Refuse a fact whose source, subject and agency id are not the same agency."""
    pointer = "/subject" if fact.subject != fact.source else "/data/agency_id"
    if fact.subject == fact.source == fact.data.get("agency_id", fact.source):
        return None
    return refuse(
        "AGENCY_ID_DIFFERS",
        f"Mã cơ quan phải giống nhau ở source, subject và data.agency_id (ở source là {fact.source}).",
        f"The agency id must be the same in source, subject and data.agency_id (source says {fact.source}).",
        pointer,
    )


def _under(fact: Fact, related: Related, day: int, name: str) -> Refusal | None:
    """Judge whether the new agency may stand under the one that a field names."""
    named = fact.data.get(name)
    if named is None:
        return None
    parent = related.get(Reference("agency", named))
    return _closes_a_circle(fact, parent, related, day, f"/data/{name}") or _may_stand_under(
        parent, day, f"/data/{name}", (fact.data["kind"], fact.data["level"])
    )


def _closes_a_circle(
    fact: Fact, parent: AgencyRecord | None, related: Related, day: int, pointer: str
) -> Refusal | None:
    """Refuse a parent above which the agency itself stands, directly or not, on that day or a later one."""
    if parent is None:
        return None
    records = {one.agency_id: one for one in related.values() if isinstance(one, AgencyRecord)} | {
        parent.agency_id: parent
    }
    changes = {since for one in records.values() for since, _ in (*one.parents, *one.sector_parents) if since > day}
    if not any(fact.source in _at_or_above(records, parent.agency_id, each) for each in {day, *changes}):
        return None
    return refuse(
        "PARENT_CYCLE",
        "Cơ quan không thể trực thuộc chính mình hoặc trực thuộc (trực tiếp hay gián tiếp) cơ quan cấp dưới của mình.",
        "An agency cannot stand under itself, or under an agency that stands under it, directly or not.",
        pointer,
    )


def _at_or_above(records: Mapping[str, AgencyRecord], agency_id: str, day: int) -> set[str]:
    """Return an agency and all above it on a day, however many; what is in a circle already is met once."""
    found: set[str] = set()
    level = {agency_id}
    while level:
        found |= level
        known = [records[each] for each in level if each in records]
        parents = {one for record in known for one in (record.parent_on(day), record.sector_parent_on(day)) if one}
        level = parents - found
    return found


def _may_stand_under(parent: AgencyRecord | None, day: int, pointer: str, child: tuple[str, str]) -> Refusal | None:
    if parent is None:
        return None
    if not parent.active_on(day):
        return refuse(
            "PARENT_NOT_ACTIVE",
            f"Cơ quan cấp trên không hoạt động vào ngày {clock.to_date(day)}.",
            f"The parent agency is not active on {clock.to_date(day)}.",
            pointer,
        )
    kind, level = child
    rank = LEVEL_ORDER.index(level)
    if rank > parent.rank or (rank == parent.rank and not (kind in GOVERNING and parent.kind in GOVERNING)):
        return None
    return refuse(
        "LEVEL_NOT_BELOW_PARENT",
        f"Cơ quan {level} không thể trực thuộc cơ quan {parent.level}: cấp phải thấp hơn cấp của cơ quan cấp trên.",
        f"An agency of level {level} cannot stand under one of level {parent.level}.",
        pointer,
    )


def after_the_end(state: AgencyRecord, fact: Fact, day: int) -> Refusal | None:
    """Refuse a change for a day on which the agency does not exist; the hint names the successors."""
    # The day it ends is given once; what a fact says of that very day comes too late as well.
    if state.ended_on is None or (day < state.ended_on and fact.name != "ended"):
        return None
    successors = ", ".join(state.successors) or "-"
    return refuse(
        "AGENCY_ENDED",
        f"Cơ quan đã chấm dứt hoạt động từ ngày {clock.to_date(state.ended_on)}. Cơ quan kế thừa: {successors}.",
        f"The agency has ended as of {clock.to_date(state.ended_on)}. Successors: {successors}.",
        "/data/effective",
    )


def _same_value(pointer: str) -> Refusal:
    return refuse("SAME_VALUE", "Giá trị mới trùng với giá trị hiện tại.", "The new value is the present one.", pointer)


def _not_current(shown: object, pointer: str) -> Refusal:
    return refuse(
        "VALUE_NOT_CURRENT",
        f"Giá trị hiện tại là {shown}; kiểm tra lại giá trị cũ.",
        f"The present value is {shown}; check the old value.",
        pointer,
    )


def renamed(state: AgencyRecord, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a name that is the present one."""
    present = unicodedata.normalize("NFC", state.name_on(effective_day(fact)))
    return _same_value("/data/new") if unicodedata.normalize("NFC", fact.data["new"]) == present else None


def reparented(state: AgencyRecord, fact: Fact, related: Related) -> Refusal | None:
    """Refuse a parent that is the present one, ends the chain in a circle, is not active, or is of a lower level."""
    day = effective_day(fact)
    sector = fact.data.get("line") == "sector"
    present = state.sector_parent_on(day) if sector else state.parent_on(day)
    named = fact.data["to"]
    if fact.data.get("from", present) != present:
        return _not_current(present, "/data/from")
    if named == present:
        return _same_value("/data/to")
    parent = related.get(Reference("agency", named)) if named else None
    return _closes_a_circle(fact, parent, related, day, "/data/to") or _may_stand_under(
        parent, day, "/data/to", (state.kind, state.level)
    )


def obligation_changed(state: AgencyRecord, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a duty that is the present one, or a change from one that is not."""
    present = state.obligation_on(effective_day(fact))
    if fact.data["from"] != present:
        return _not_current(present, "/data/from")
    return _same_value("/data/to") if fact.data["to"] == present else None
