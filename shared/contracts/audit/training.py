"""Event type of training (đào tạo, tập huấn), ISO 9001:2015 7.2, 7.3: who came is counted by agency, never named."""

from __future__ import annotations

from typing import Any

from shared.contracts.audit.vocabulary import AuditFact, standard_version
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Integer, ListOf, Number, Object, Text

AUDIENCES = ("leaders", "focal_points", "internal_auditors", "staff", "mixed")


class Attendance(EventSchema):
    """How many came from one agency."""

    agency_id = Text("Agency", "Mã cơ quan", longest=150)
    people = Integer("People who came", "Số người tham dự", low=1, high=100_000, unit="people")
    focal_points = Integer(
        "Focal points among them", "Trong đó số đầu mối ISO", high=100_000, unit="people", required=False
    )


class Held(AuditFact):
    """A class was held."""

    topic = Text("Topic", "Nội dung", longest=500)
    standard_version = standard_version()
    held_on = Date("Last day of the class", "Ngày kết thúc lớp")
    hours = Number("Length", "Thời lượng", low=0.5, high=1000, unit="h")
    organiser = Text("Agency that held it, by id", "Mã cơ quan tổ chức", longest=150)
    audience = Choice(
        "For whom: leaders, focal points, internal auditors, staff, mixed",
        "Đối tượng: lãnh đạo, đầu mối ISO, đánh giá viên nội bộ, công chức viên chức, nhiều đối tượng",
        AUDIENCES,
    )
    attendees = ListOf(
        "Attendance by agency", "Số người tham dự theo cơ quan", Object("One agency", "Một cơ quan", Attendance),
        fewest=1, most=5000,
    )  # fmt: skip
    evidence = EVIDENCE_LIST


_HELD: dict[str, Any] = {
    "topic": "Kỹ năng đánh giá nội bộ theo TCVN ISO 9001:2015",
    "standard_version": "TCVN ISO 9001:2015",
    "held_on": "2026-01-22",
    "hours": 16,
    "organiser": "so-kh-cn-tinh-phu-tho",
    "audience": "internal_auditors",
    "attendees": [
        {"agency_id": "so-noi-vu-tinh-phu-tho", "people": 3, "focal_points": 1},
        {"agency_id": "so-tu-phap-tinh-phu-tho", "people": 2},
    ],
}

declare(
    EventType(
        name="qms.training.held",
        owner="audit",
        en="A class on the management system was held",
        vi="Tổ chức lớp đào tạo, tập huấn về hệ thống quản lý chất lượng",
        schema=Held,
        example=_HELD,
        invalid={
            "nobody came": {**_HELD, "attendees": []},
            "a list of names": {**_HELD, "attendees": ["học viên"]},
            "no time at all": {**_HELD, "hours": 0},
        },
    )
)
