"""Event types of an inspection (cuộc kiểm tra) until it begins: planned, team, decision, notice, dossier, changes of plan.

What happens on the spot is in `inspection_conduct`, what comes of it in `inspection_conclusion`.
Circular 26/2014/TT-BKHCN knows two modes: by dossier and report, and on site.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.audit_planning import Scope
from shared.contracts.catalogue import EventSchema
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Contract, Date, ListOf, Object, Reference, Text
from shared.contracts.inspection.inspection_programme import joint_with
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
)

KINDS = ("planned", "unplanned", "follow_up", "joint")
ROLES = ("head", "deputy", "member", "secretary")


class Span(EventSchema):
    """A range of days, both included."""

    class Meta(EventSchema.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": Date("First day", "Từ ngày")}

    to = Date("Last day", "Đến ngày")


def window() -> Object:
    """Return the field with the days of the visit, or of the examination of the dossier."""
    return Object("Days it is to take place on", "Thời gian tiến hành kiểm tra", Span)


def kind() -> Choice:
    """Return the field with the kind of inspection."""
    return Choice(
        "Kind: planned, unplanned, follow-up of recommendations, joint with another body",
        "Loại: theo kế hoạch, đột xuất, kiểm tra lại việc thực hiện kiến nghị, phối hợp liên ngành",
        KINDS,
    )


class Employment(EventSchema):
    """An agency that a member worked for."""

    agency_id = about_agency(required=True)
    until = Date("Last day there; left out while it goes on", "Đến ngày; bỏ trống nếu còn làm việc", required=False)


class Member(EventSchema):
    """One member of the inspection team, as a post."""

    role = Choice(
        "Role: head, deputy, member, secretary", "Vai trò: trưởng đoàn, phó trưởng đoàn, thành viên, thư ký", ROLES
    )
    person_ref = role_ref("Opaque reference to the post", "Mã vị trí, không ghi tên người")
    agency = about_agency()
    items = ListOf(
        "Checklist items assigned; none means all",
        "Các mục bảng kiểm được phân công; bỏ trống là tất cả",
        Text("Item", "Mục", longest=64),
        most=200,
        required=False,
    )
    worked_for = ListOf(
        "Agencies that the member worked for",
        "Các cơ quan từng công tác",
        Object("One agency", "Một cơ quan", Employment),
        most=100,
        required=False,
    )
    advised = ListOf(
        "Agencies that the member advised on their system",
        "Các cơ quan đã tư vấn xây dựng HTQLCL",
        about_agency(required=True),
        most=100,
        required=False,
    )


def team(*, required: bool) -> ListOf:
    """Return the field with the inspection team."""
    return ListOf(
        "Inspection team",
        "Đoàn kiểm tra",
        Object("One member", "Một thành viên", Member),
        fewest=1,
        most=100,
        required=required,
    )


def checklist_version() -> Text:
    """Return the field with the version of the checklist."""
    return Text(
        "Version of the checklist, such as qd19-2014.1; the shipped one where it is left out",
        "Phiên bản bảng kiểm, ví dụ qd19-2014.1; mặc định là bảng kiểm kèm hệ thống",
        longest=64,
        required=False,
    )


class Planned(InspectionFact):
    """One inspection was planned."""

    agency_id = about_agency(required=True)
    mode = mode()
    kind = kind()
    window = window()
    period_covered = Object("Period that is examined", "Thời kỳ được kiểm tra", Span, required=False)
    programme_id = Reference("Programme it belongs to", "Kế hoạch kiểm tra", required=False)
    checklist_version = checklist_version()
    scope = Object("What is examined; the whole agency where it is left out", "Phạm vi kiểm tra", Scope, required=False)
    team = team(required=False)
    joint_with = joint_with()
    person_days = person_days(required=False)
    follows = Reference(
        "Inspection whose points are checked again", "Cuộc kiểm tra trước được kiểm tra lại", required=False
    )


class TeamAppointed(InspectionFact):
    """The team was appointed, or appointed anew."""

    agency_id = about_agency()
    team = team(required=True)
    decision_no = decision_no(required=False)


class Decided(InspectionFact):
    """The decision to inspect was signed."""

    agency_id = about_agency()
    decision_no = decision_no()
    decided_on = Date("Day of the decision", "Ngày quyết định")
    signer = role_ref("Post that signed", "Vị trí ký", required=False)
    evidence = EVIDENCE_LIST


class Announced(InspectionFact):
    """The agency was told of the decision, with minutes."""

    agency_id = about_agency()
    announced_on = Date("Day of the announcement", "Ngày công bố quyết định")
    minutes_ref = Text("Number of the minutes", "Số biên bản công bố", longest=200, required=False)


class DocumentsReceived(InspectionFact):
    """The agency handed in its report and documents."""

    agency_id = about_agency()
    documents = ListOf(
        "Documents handed in",
        "Danh mục hồ sơ, tài liệu",
        Text("One document", "Một tài liệu", longest=300),
        fewest=1,
        most=500,
    )
    received_on = Date("Day of receipt", "Ngày nhận")
    on_time = Boolean("Whether they came in time", "Đúng hạn hay không")
    evidence = EVIDENCE_LIST


class Rescheduled(InspectionFact):
    """The inspection has other days; also how a postponed one is taken up again."""

    agency_id = about_agency(required=True)
    window = window()
    reason = reason()


class Postponed(InspectionFact):
    """The inspection is put off; new days are not set yet."""

    agency_id = about_agency()
    reason = reason()


class Cancelled(InspectionFact):
    """The inspection will not take place, or was broken off."""

    agency_id = about_agency()
    reason = reason()


class EscalatedToOnsite(InspectionFact):
    """The dossier is not enough: the team goes there."""

    agency_id = about_agency(required=True)
    reason = reason()
    window = Object("New days of the visit", "Thời gian kiểm tra trực tiếp", Span, required=False)


PLANNED_EXAMPLE = {
    "agency_id": "ubnd-xa-thanh-son",
    "mode": "on_site",
    "kind": "planned",
    "window": {"from": "2026-06-16", "to": "2026-06-18"},
    "period_covered": {"from": "2025-01-01", "to": "2026-05-31"},
    "programme_id": "programme-2026",
    "checklist_version": "qd19-2014.1",
    "person_days": 6,
}
TEAM_EXAMPLE = [
    {"role": "head", "person_ref": "pho-giam-doc-so", "agency": "so-khcn-phu-tho"},
    {"role": "member", "person_ref": "kiem-tra-vien-02", "agency": "so-khcn-phu-tho", "items": ["4", "5"]},
    {"role": "secretary", "person_ref": "thu-ky-doan", "agency": "so-noi-vu-phu-tho"},
]
_AGENCY = {"agency_id": "ubnd-xa-thanh-son"}
_DOCUMENTS = {
    **_AGENCY,
    "documents": ["Báo cáo tình hình áp dụng HTQLCL", "Quyết định công bố", "Hồ sơ đánh giá nội bộ"],
    "received_on": "2026-06-12",
    "on_time": True,
}

declare_events(
    "inspection",
    (
        Declared(
            "planned",
            "An inspection was planned",
            "Lập kế hoạch cuộc kiểm tra",
            Planned,
            PLANNED_EXAMPLE,
            {
                "unknown mode": {**PLANNED_EXAMPLE, "mode": "online"},
                "no window": {name: value for name, value in PLANNED_EXAMPLE.items() if name != "window"},
                "nobody inspected": {name: value for name, value in PLANNED_EXAMPLE.items() if name != "agency_id"},
            },
        ),
        Declared(
            "team_appointed",
            "The inspection team was appointed",
            "Thành lập đoàn kiểm tra",
            TeamAppointed,
            {**_AGENCY, "team": TEAM_EXAMPLE, "decision_no": "61/QĐ-SKHCN"},
            {
                "nobody": {**_AGENCY, "team": []},
                "a person's name": {**_AGENCY, "team": [{"role": "head", "person_ref": "Phó Giám đốc A"}]},
            },
        ),
        Declared(
            "decided",
            "The decision to inspect was signed",
            "Ban hành quyết định kiểm tra",
            Decided,
            {**_AGENCY, "decision_no": "75/QĐ-SKHCN", "decided_on": "2026-06-01", "signer": "giam-doc-so"},
            {"no number": {**_AGENCY, "decided_on": "2026-06-01"}},
        ),
        Declared(
            "announced",
            "The decision to inspect was announced to the agency",
            "Công bố quyết định kiểm tra",
            Announced,
            {**_AGENCY, "announced_on": "2026-06-05", "minutes_ref": "12/BB-ĐKT"},
            {"no day": dict(_AGENCY)},
        ),
        Declared(
            "documents_received",
            "The agency handed in its report and documents",
            "Nhận báo cáo và hồ sơ của cơ quan được kiểm tra",
            DocumentsReceived,
            _DOCUMENTS,
            {
                "nothing handed in": {**_DOCUMENTS, "documents": []},
                "flag as text": {**_DOCUMENTS, "on_time": "đúng hạn"},
            },
        ),
        Declared(
            "rescheduled",
            "The days of the inspection were changed",
            "Thay đổi thời gian kiểm tra",
            Rescheduled,
            {**_AGENCY, "window": {"from": "2026-06-23", "to": "2026-06-24"}, "reason": "Trùng kỳ họp HĐND xã"},
            {"no reason": {**_AGENCY, "window": {"from": "2026-06-23", "to": "2026-06-24"}}},
        ),
        Declared(
            "postponed",
            "The inspection was postponed",
            "Hoãn cuộc kiểm tra",
            Postponed,
            {**_AGENCY, "reason": "Cơ quan đang khắc phục hậu quả thiên tai"},
            {"no reason": dict(_AGENCY)},
        ),
        Declared(
            "cancelled",
            "The inspection was cancelled",
            "Hủy cuộc kiểm tra",
            Cancelled,
            {**_AGENCY, "reason": "Ghép vào đoàn kiểm tra cải cách hành chính"},
            {"blank reason": {**_AGENCY, "reason": " "}},
        ),
        Declared(
            "escalated_to_onsite",
            "The inspection by report became one on site",
            "Chuyển từ kiểm tra hồ sơ sang kiểm tra trực tiếp",
            EscalatedToOnsite,
            {
                **_AGENCY,
                "reason": "Hồ sơ đánh giá nội bộ không đủ căn cứ xác nhận",
                "window": {"from": "2026-07-14", "to": "2026-07-15"},
            },
            {"no reason": {**_AGENCY, "window": {"from": "2026-07-14", "to": "2026-07-15"}}},
        ),
    ),
)
