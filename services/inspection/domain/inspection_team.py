"""Who may inspect: a team with one head, nobody with a conflict of interest, each only the parts assigned.

Whoever worked for the agency within some years, or advised it on its system, does not inspect it (ISO 19011:2018 clause
4 e: independence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.inspection.domain.checklists import checklist
from services.inspection.domain.inspection_state import InspectionState
from services.inspection.domain.limits import CONFLICT_YEARS
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact

Members = Sequence[Mapping[str, Any]]


def judge_team(fact: Fact, agency_id: str, first_day: str, version: str) -> Refusal | None:
    """Judge the team that a fact names, for an inspection of an agency from a day on."""
    members: Members = fact.data.get("team", ())
    return (
        _listed_twice(members)
        or _two_heads(members)
        or _conflict(members, agency_id, first_day)
        or _unknown_items(members, version)
    )


def _listed_twice(members: Members) -> Refusal | None:
    seen: set[str] = set()
    for index, member in enumerate(members):
        if member["person_ref"] in seen:
            return refuse(
                "MEMBER_LISTED_TWICE",
                f"Thành viên '{member['person_ref']}' được ghi hai lần.",
                f"The member '{member['person_ref']}' is listed twice.",
                f"/data/team/{index}/person_ref",
            )
        seen.add(member["person_ref"])
    return None


def _two_heads(members: Members) -> Refusal | None:
    heads = [index for index, member in enumerate(members) if member["role"] == "head"]
    if len(heads) < 2:  # noqa: PLR2004 - two
        return None
    return refuse(
        "SECOND_HEAD_OF_TEAM",
        "Đoàn kiểm tra chỉ có một trưởng đoàn.",
        "A team has one head.",
        f"/data/team/{heads[1]}/role",
    )


def _years_before(day: str, years: int) -> str:
    then = date.fromisoformat(day)
    # 29 February has no counterpart in most years.
    return then.replace(year=then.year - years, day=min(then.day, 28)).isoformat()


def _conflict(members: Members, agency_id: str, first_day: str) -> Refusal | None:
    since = _years_before(first_day, CONFLICT_YEARS)
    for index, member in enumerate(members):
        worked = any(
            past["agency_id"] == agency_id and past.get("until", "9999-12-31") >= since
            for past in member.get("worked_for", ())
        )
        if worked or agency_id in member.get("advised", ()):
            return refuse(
                "TEAM_CONFLICT_OF_INTEREST",
                f"Thành viên '{member['person_ref']}' đã công tác tại cơ quan trong {CONFLICT_YEARS} năm gần đây hoặc đã tư vấn "
                "cho cơ quan. Cử người khác.",
                f"The member '{member['person_ref']}' worked for the agency within {CONFLICT_YEARS} years, or advised it. "
                "Appoint somebody else.",
                f"/data/team/{index}",
            )
    return None


def _unknown_items(members: Members, version: str) -> Refusal | None:
    known = checklist(version)
    for index, member in enumerate(members):
        unknown = [item for item in member.get("items", ()) if known and item not in known.names]
        if unknown:
            return unknown_item(unknown[0], version, f"/data/team/{index}/items")
    return None


def unknown_item(item: str, version: str, pointer: str) -> Refusal:
    """Return the refusal of an item that the checklist does not have."""
    known = checklist(version)
    listed = ", ".join(entry.item for entry in known.items) if known else "-"
    return refuse(
        "UNKNOWN_CHECKLIST_ITEM",
        f"Bảng kiểm {version} không có mục '{item}'. Các mục: {listed}.",
        f"The checklist {version} has no item '{item}'. Its items: {listed}.",
        pointer,
    )


def judge_inspector(state: InspectionState, fact: Fact) -> Refusal | None:
    """Refuse an answer by somebody who is not in the team, or to whom the item was not assigned."""
    inspector, item = fact.data["inspector"], fact.data["item"]
    member = next((one for one in state.team if one["person_ref"] == inspector), None)
    if member is None and state.team:
        return refuse(
            "INSPECTOR_NOT_IN_TEAM",
            f"'{inspector}' không thuộc đoàn kiểm tra.",
            f"'{inspector}' is not in the team.",
            "/data/inspector",
        )
    if member is None or not member["items"] or item in member["items"]:
        return None
    return refuse(
        "INSPECTOR_NOT_ASSIGNED",
        f"Mục '{item}' không được phân công cho '{inspector}' (được phân công: {', '.join(member['items'])}).",
        f"The item '{item}' is not assigned to '{inspector}' (assigned: {', '.join(member['items'])}).",
        "/data/inspector",
    )
