"""What an inspection may not do before it begins: come unannounced, too soon after another, to an agency that is gone.

Rules by event; the order of states is in `inspection_state`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.inspection.domain.checklists import checklist, checklists
from services.inspection.domain.inspection_state import InspectionState, visits_of
from services.inspection.domain.inspection_team import judge_team
from services.inspection.domain.limits import NOTICE_WORKING_DAYS, QUIET_DAYS
from shared import clock
from shared.eventsourcing import references
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.indexes import entries_of
from shared.eventsourcing.lifecycle import Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete
from shared.registry.record import AgencyRecord
from shared.vietnam.calendar import WorkingCalendar

_CALENDAR = WorkingCalendar()
Window = Mapping[str, Any]


def planned(fact: Fact, related: Related) -> Refusal | None:
    """Judge the plan of an inspection."""
    data = fact.data
    return (
        _unknown_checklist(fact)
        or _window(fact, related)
        or _quiet_period(fact, related)
        or judge_team(fact, data["agency_id"], data["window"]["from"], _version(fact))
    )


def baselined(fact: Fact, _related: Related) -> Refusal | None:
    """Judge a state that was brought along."""
    return (
        _unknown_checklist(fact)
        or _reversed(fact)
        or refuse_incomplete(fact, "concluded_on", ("concluded", "follow_up", "closed"))
    )


def _version(fact: Fact) -> str:
    found = checklist(fact.data.get("checklist_version"))
    return found.version if found else ""


def _unknown_checklist(fact: Fact) -> Refusal | None:
    if checklist(fact.data.get("checklist_version")):
        return None
    known = ", ".join(checklists())
    return refuse(
        "UNKNOWN_CHECKLIST_VERSION",
        f"Không có bảng kiểm '{fact.data['checklist_version']}'. Các phiên bản: {known}.",
        f"There is no checklist '{fact.data['checklist_version']}'. Known: {known}.",
        "/data/checklist_version",
    )


def _reversed(fact: Fact) -> Refusal | None:
    window: Window = fact.data["window"]
    if window["from"] <= window["to"]:
        return None
    return refuse(
        "DATES_REVERSED",
        "Ngày kết thúc kiểm tra sớm hơn ngày bắt đầu.",
        "The last day of the inspection is before its first.",
        "/data/window/to",
    )


def _window(fact: Fact, related: Related) -> Refusal | None:
    """Refuse days that are reversed, or on which the agency does not exist."""
    window: Window = fact.data["window"]
    record: AgencyRecord | None = related.get(Reference("agency", fact.data["agency_id"]))
    if _reversed(fact) or record is None:
        return _reversed(fact)
    if all(record.live_on(clock.day_of(window[end])) for end in ("from", "to")):
        return None
    successors = ", ".join(record.successors) or "-"
    return refuse(
        "AGENCY_NOT_LIVE_IN_WINDOW",
        f"Cơ quan {record.agency_id} không hoạt động trong suốt thời gian kiểm tra. Cơ quan kế thừa: {successors}.",
        f"The agency {record.agency_id} does not exist on all days of the inspection. Successors: {successors}.",
        "/data/window",
    )


def _quiet_period(fact: Fact, related: Related) -> Refusal | None:
    """Refuse a visit that comes within the quiet period around another one and is not joint with it."""
    data = fact.data
    if data.get("kind") == "joint" or "joint_with" in data:
        return None
    own = {f"{fact.source}/{fact.subject}"}
    if "follows" in data:
        own.add(references.stream_of(data["follows"], fact))
    first, last = (clock.day_of(data["window"][end]) for end in ("from", "to"))
    for other, (begins, ends, joint) in entries_of(related, visits_of(data["agency_id"])).items():
        if other not in own and not joint and begins - last <= QUIET_DAYS and first - ends <= QUIET_DAYS:
            return refuse(
                "QUIET_PERIOD",
                f"Cơ quan đã có cuộc kiểm tra '{other}' từ {clock.to_date(begins)} đến {clock.to_date(ends)}, cách chưa quá "
                f"{QUIET_DAYS} ngày. Phối hợp (joint_with) hoặc chọn thời gian khác.",
                f"The agency is inspected by '{other}' from {clock.to_date(begins)} to {clock.to_date(ends)}, no more than "
                f"{QUIET_DAYS} days apart. Make it joint (joint_with), or choose other days.",
                "/data/window",
            )
    return None


def team_appointed(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Judge the team."""
    return judge_team(fact, state.agency_id, state.window_from, state.checklist)


def decided(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse the decision while nobody leads the team."""
    if any(member["role"] == "head" for member in state.team):
        return refuse_future(fact, "decided_on")
    return refuse(
        "NO_HEAD_OF_TEAM",
        "Đoàn kiểm tra chưa có trưởng đoàn. Ghi nhận thành phần đoàn (team_appointed) trước.",
        "The team has no head. Appoint the team first (team_appointed).",
        "/data",
    )


def announced(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse a notice that is too short for a visit on site, unless it is unplanned."""
    return refuse_future(fact, "announced_on") or notice(state, fact.data["announced_on"], state.window_from)


def notice(state: InspectionState, announced_on: str, first_day: str) -> Refusal | None:
    """Judge the working days between the announcement and the first day."""
    if state.mode != "on_site" or state.kind == "unplanned":
        return None
    earliest = _CALENDAR.add_working_days(clock.day_of(announced_on), NOTICE_WORKING_DAYS)
    if clock.day_of(first_day) >= earliest:
        return None
    return refuse(
        "NOTICE_TOO_SHORT",
        f"Phải công bố trước ngày kiểm tra ít nhất {NOTICE_WORKING_DAYS} ngày làm việc; sớm nhất có thể kiểm tra ngày "
        f"{clock.to_date(earliest)}.",
        f"An inspection on site is announced at least {NOTICE_WORKING_DAYS} working days before; the earliest first day is "
        f"{clock.to_date(earliest)}.",
        "/data",
    )


def documents_received(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse documents of an inspection on site that was not announced: by what would they have been asked for?"""
    if state.mode == "on_site" and state.announced_on is None:
        return _not_announced()
    return refuse_future(fact, "received_on")


def _not_announced() -> Refusal:
    return refuse(
        "NOT_ANNOUNCED",
        "Kiểm tra trực tiếp phải công bố quyết định trước (announced).",
        "An inspection on site must be announced first (announced).",
        "/type",
    )


def started(state: InspectionState, fact: Fact, _related: Related) -> Refusal | None:
    """Refuse to begin on site before the announcement, or by report without the documents."""
    if state.mode == "on_site" and state.announced_on is None:
        return _not_announced()
    if state.mode == "by_report" and state.status != "documents_received":
        return refuse(
            "DOCUMENTS_MISSING",
            "Kiểm tra qua hồ sơ chỉ bắt đầu khi đã nhận báo cáo, hồ sơ (documents_received).",
            "An inspection by report begins when the documents are there (documents_received).",
            "/type",
        )
    return refuse_future(fact, "started_on")


def rescheduled(state: InspectionState, fact: Fact, related: Related) -> Refusal | None:
    """Judge the new days like the first ones; one that was announced keeps its notice."""
    refused = _window(fact, related)
    if refused is None and not state.joint:
        refused = _quiet_period(fact, related)
    if refused is None and state.announced_on is not None:
        refused = notice(state, state.announced_on, fact.data["window"]["from"])
    return refused


def escalated(state: InspectionState, fact: Fact, related: Related) -> Refusal | None:
    """Refuse to send to the spot whoever is there already."""
    if state.mode == "on_site":
        return refuse(
            "ALREADY_ON_SITE",
            "Cuộc kiểm tra đã là kiểm tra trực tiếp.",
            "The inspection is on site already.",
            "/type",
        )
    if "window" not in fact.data:
        return None
    return _window(fact, related) or (None if state.joint else _quiet_period(fact, related))
