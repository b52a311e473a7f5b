"""Event types of an inspection's outcome: conclusion, objection, follow-up, end; and its state brought along.

The recommendations of a conclusion are records of their own (`recommendation`); an inspection is closed when each of
them has reached a final state.
"""

from __future__ import annotations

from shared.contracts.catalogue import Asserter
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, ListOf, Object, Reference, Text
from shared.contracts.inspection.inspection_planning import Span, checklist_version, kind, team, window
from shared.contracts.inspection.inspection_vocabulary import (
    Declared,
    InspectionFact,
    about_agency,
    decision_no,
    declare_events,
    mode,
    person_days,
    reason,
    role_ref,
    state_since,
)
from shared.contracts.inspection.record_owner import record_of

STATES = (
    "planned",
    "decided",
    "announced",
    "documents_received",
    "in_progress",
    "record_signed",
    "concluded",
    "follow_up",
    "closed",
    "postponed",
    "cancelled",
)
RATINGS = ("good", "satisfactory", "weak")


def _recommendations() -> ListOf:
    return ListOf(
        "Recommendations, by id",
        "Mã các kiến nghị",
        Reference("One recommendation", "Một kiến nghị"),
        most=200,
        required=False,
    )


def _concluded_on() -> Date:
    return Date("Day of the conclusion", "Ngày thông báo kết luận")


class Concluded(InspectionFact):
    """The result of the inspection was announced."""

    agency_id = about_agency()
    conclusion_no = Text("Number of the conclusion", "Số thông báo kết luận", longest=100)
    concluded_on = _concluded_on()
    rating = Choice(
        "Rating: good, satisfactory, weak", "Xếp loại: tốt, đạt yêu cầu, chưa đạt yêu cầu", RATINGS, required=False
    )
    summary = Text("Summary", "Tóm tắt kết luận", longest=10_000, required=False)
    recommendations = _recommendations()
    evidence = EVIDENCE_LIST


class ObjectionFiled(InspectionFact):
    """The inspected agency objects to the conclusion."""

    agency_id = about_agency()
    record_of = record_of()
    filed_on = Date("Day of the objection", "Ngày gửi ý kiến", required=False)
    about = Text("What is objected to", "Nội dung không thống nhất", longest=4000)
    evidence = EVIDENCE_LIST


class ObjectionResolved(InspectionFact):
    """The objection was decided on."""

    agency_id = about_agency()
    outcome = Choice(
        "Outcome: upheld (the agency is right), partly, rejected",
        "Kết quả: chấp nhận, chấp nhận một phần, không chấp nhận",
        ("upheld", "partly", "rejected"),
    )
    reason = reason()
    by = role_ref("Post that decided", "Vị trí quyết định", required=False)


class FollowUpStarted(InspectionFact):
    """The carrying out of the recommendations is being followed."""

    agency_id = about_agency()
    recommendations = _recommendations()


class Closed(InspectionFact):
    """The inspection is done with: every recommendation has reached a final state."""

    agency_id = about_agency()
    closed_on = Date("Day it was closed", "Ngày kết thúc hồ sơ", required=False)
    recommendations = _recommendations()


class Baselined(InspectionFact):
    """The state of an inspection from before the body joined."""

    agency_id = about_agency(required=True)
    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    mode = mode()
    kind = kind()
    window = window()
    visit = Object("Days the team was there", "Thời gian làm việc thực tế", Span, required=False)
    checklist_version = checklist_version()
    team = team(required=False)
    person_days = person_days(required=False)
    decision_no = decision_no(required=False)
    conclusion_no = Text("Number of the conclusion", "Số thông báo kết luận", longest=100, required=False)
    concluded_on = Date("Day of the conclusion", "Ngày thông báo kết luận", required=False)
    recommendations = _recommendations()


_AGENCY = {"agency_id": "ubnd-xa-thanh-son"}
_CONCLUDED = {
    **_AGENCY,
    "conclusion_no": "18/TB-SKHCN",
    "concluded_on": "2026-06-30",
    "rating": "satisfactory",
    "recommendations": ["KN-2026-07-1", "KN-2026-07-2"],
}
_OBJECTION = {**_AGENCY, "record_of": "so-khcn-phu-tho", "about": "Phát hiện PH-02: hồ sơ có bản điện tử"}
_BASELINED = {
    **_AGENCY,
    "state": "concluded",
    "state_since": "2025-09-30",
    "mode": "on_site",
    "kind": "planned",
    "window": {"from": "2025-09-08", "to": "2025-09-10"},
    "conclusion_no": "31/TB-SKHCN",
    "concluded_on": "2025-09-30",
}
_BODY: Asserter = "inspection_body"
_EITHER: Asserter = "source"

declare_events(
    "inspection",
    (
        Declared(
            "concluded",
            "The conclusion of the inspection was announced",
            "Thông báo kết luận kiểm tra",
            Concluded,
            _CONCLUDED,
            {
                "no number": {name: value for name, value in _CONCLUDED.items() if name != "conclusion_no"},
                "rating in points": {**_CONCLUDED, "rating": 8},
            },
            _BODY,
        ),
        Declared(
            "objection_filed",
            "The inspected agency objected to the conclusion",
            "Cơ quan được kiểm tra có ý kiến không thống nhất với kết luận",
            ObjectionFiled,
            _OBJECTION,
            {"nothing said": {**_OBJECTION, "about": " "}},
            _EITHER,
        ),
        Declared(
            "objection_resolved",
            "The objection was decided on",
            "Giải quyết ý kiến về kết luận kiểm tra",
            ObjectionResolved,
            {**_AGENCY, "outcome": "partly", "reason": "Bổ sung hồ sơ điện tử; vẫn thiếu biên bản khắc phục"},
            {"no reason": {**_AGENCY, "outcome": "upheld"}},
            _BODY,
        ),
        Declared(
            "follow_up_started",
            "The carrying out of the recommendations is being followed",
            "Theo dõi việc thực hiện kiến nghị",
            FollowUpStarted,
            {**_AGENCY, "recommendations": ["KN-2026-07-1", "KN-2026-07-2"]},
            {"ids as one text": {**_AGENCY, "recommendations": "KN-2026-07-1"}},
            _BODY,
        ),
        Declared(
            "closed",
            "The inspection was closed",
            "Kết thúc hồ sơ cuộc kiểm tra",
            Closed,
            {**_AGENCY, "closed_on": "2026-12-01", "recommendations": ["KN-2026-07-1", "KN-2026-07-2"]},
            {"no calendar day": {**_AGENCY, "closed_on": "2026-02-30"}},
            _BODY,
        ),
        Declared(
            "baselined",
            "State of an inspection from before the body joined",
            "Hiện trạng cuộc kiểm tra có từ trước khi tham gia hệ thống",
            Baselined,
            _BASELINED,
            {"unknown state": {**_BASELINED, "state": "done"}},
            _BODY,
        ),
    ),
)
