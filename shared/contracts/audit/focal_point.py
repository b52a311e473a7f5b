"""Event types of the focal point (đầu mối ISO): who looks after the management system, by post, never by name.

The subject is the post; it is appointed to and left again, so that vacancies and changes can be counted (ISO 9001:2015 5.3).
"""

from __future__ import annotations

from shared.contracts.audit.vocabulary import AuditFact, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Date, Text

STATES = ("appointed", "vacant")
ROLES = ("head_of_board", "secretary", "officer", "division_coordinator")
REASONS = ("rotation", "reorganisation", "retirement", "resignation", "other")


class Appointed(AuditFact):
    """Somebody was appointed to the post."""

    role = Choice(
        "Role: head of the ISO steering board, its secretary, ISO officer, coordinator of a division",
        "Vai trò: trưởng ban chỉ đạo ISO, thư ký, cán bộ đầu mối ISO, đầu mối của phòng, bộ phận",
        ROLES,
        source="ISO 9001:2015 5.3",
    )
    part_time = Boolean("Held beside other duties", "Kiêm nhiệm")
    trained = Boolean("Trained in the standard", "Đã được đào tạo về tiêu chuẩn")
    appointed_on = Date("Day of the appointment", "Ngày phân công")
    decision_no = Text("Number of the decision", "Số quyết định", longest=100, required=False)
    evidence = EVIDENCE_LIST


class Left(AuditFact):
    """The post became vacant."""

    left_on = Date("Last day at the post", "Ngày thôi đảm nhiệm")
    reason = Choice(
        "Moved to another post, reorganisation, retirement, resignation, other",
        "Luân chuyển, sắp xếp tổ chức, nghỉ hưu, thôi việc, lý do khác",
        REASONS,
    )
    handed_over = Boolean("Whether records and tasks were handed over", "Đã bàn giao hồ sơ, công việc", required=False)


class Baselined(AuditFact):
    """The state of a post when the agency joins."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    role = Choice("Role", "Vai trò", ROLES)
    part_time = Boolean("Held beside other duties", "Kiêm nhiệm", required=False)
    trained = Boolean("Trained in the standard", "Đã được đào tạo về tiêu chuẩn", required=False)


_APPOINTED = {"role": "officer", "part_time": True, "trained": False, "appointed_on": "2026-03-02"}

declare(
    EventType(
        name="qms.focal_point.appointed",
        owner="audit",
        en="A focal point was appointed",
        vi="Phân công đầu mối ISO",
        schema=Appointed,
        example={**_APPOINTED, "decision_no": "45/QĐ-UBND"},
        invalid={
            "yes instead of true": {**_APPOINTED, "part_time": "yes"},
            "a person's name": {**_APPOINTED, "name": "tên cán bộ"},
            "unknown role": {**_APPOINTED, "role": "boss"},
        },
    )
)
declare(
    EventType(
        name="qms.focal_point.left",
        owner="audit",
        en="A focal point left the post",
        vi="Đầu mối ISO thôi đảm nhiệm",
        schema=Left,
        example={"left_on": "2026-06-30", "reason": "rotation", "handed_over": True},
        invalid={"no day": {"reason": "rotation"}},
    )
)
declare(
    EventType(
        name="qms.focal_point.baselined",
        owner="audit",
        en="State of a focal point's post when the agency joined",
        vi="Hiện trạng vị trí đầu mối ISO khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            "state": "appointed",
            "state_since": "2024-02-01",
            "role": "secretary",
            "part_time": True,
            "trained": True,
        },
        invalid={"no role": {"state": "vacant", "state_since": "2024-02-01"}},
    )
)
