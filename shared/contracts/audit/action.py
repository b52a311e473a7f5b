"""Event types of the corrective action (hành động khắc phục), ISO 9001:2015 10.2.

An action belongs to the agency that carries it out. Being overdue is no event: it follows from
`due_on` and the day one looks. Owners, verifiers and approvers are roles or agencies, never persons.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.audit.vocabulary import AuditFact, reason, role_ref, state_since
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Date, Integer, ListOf, Number, Object, Reference, Text

STATES = ("planned", "in_progress", "done", "verified", "cancelled")
SOURCES = ("nc", "management_review", "recommendation", "risk", "improvement")
TYPES = ("correction", "corrective", "preventive_legacy", "improvement")


def _owner() -> Text:
    return role_ref("Role that owns the action", "Vị trí chịu trách nhiệm thực hiện")


def _due_on() -> Date:
    return Date("Due date; overdue from the day after", "Hạn hoàn thành; quá hạn từ ngày kế tiếp")


def _source() -> Choice:
    return Choice(
        "What called for it: nonconformity, management review, recommendation, risk, improvement",
        "Nguồn phát sinh: sự không phù hợp, xem xét của lãnh đạo, kiến nghị, rủi ro, cải tiến",
        SOURCES,
    )


def _type() -> Choice:
    return Choice(
        "Correction, corrective action, preventive action of records before 2015, improvement",
        "Khắc phục sự việc, hành động khắc phục, hành động phòng ngừa (hồ sơ trước 2015), cải tiến",
        TYPES,
        source="ISO 9001:2015 10.2",
    )


def _nc_id() -> Reference:
    return Reference(
        "Nonconformity it belongs to; needed where the source is `nc`",
        "Sự không phù hợp liên quan; bắt buộc khi nguồn là `nc`",
        required=False,
    )


class Planned(AuditFact):
    """An action is decided on."""

    nc_id = _nc_id()
    source = _source()
    source_id = Reference(
        "The review, recommendation or risk behind it", "Cuộc xem xét, kiến nghị hoặc rủi ro liên quan", required=False
    )
    type = _type()
    what = Text("What will be done", "Nội dung hành động", longest=4000, required=False)
    owner = _owner()
    planned_on = Date(
        "Day of the decision; the day of the fact if left out",
        "Ngày lập kế hoạch; nếu bỏ trống là ngày của sự kiện",
        required=False,
    )
    due_on = _due_on()
    cost = Number("Planned cost", "Chi phí dự kiến", low=0, unit="VND", required=False)
    evidence = EVIDENCE_LIST


class Started(AuditFact):
    """Work on the action began."""

    started_on = Date("Day it began", "Ngày bắt đầu", required=False)


class ProgressNoted(AuditFact):
    """How far the action is; implies that it was started."""

    note = Text("What has been done so far", "Tình hình thực hiện", longest=2000)
    percent = Number("Share that is done", "Tỷ lệ hoàn thành", low=0, high=100, unit="%", required=False)
    evidence = EVIDENCE_LIST


class DueChanged(AuditFact):
    """The due date was moved; every move to a later day counts as an extension."""

    class Meta(AuditFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": Date("Due date so far", "Hạn hiện tại")}

    to = Date("New due date", "Hạn mới")
    reason = reason()
    approved_by = Text(
        "Agency id of the body that approved; from the third extension on the parent agency",
        "Mã cơ quan phê duyệt; từ lần gia hạn thứ ba phải là cơ quan cấp trên",
        longest=150,
        required=False,
    )
    n = Integer(
        "Running number of the extension, 1 for the first",
        "Gia hạn lần thứ mấy, lần đầu là 1",
        low=1,
        high=1000,
        required=False,
    )
    evidence = EVIDENCE_LIST


class Done(AuditFact):
    """The action was carried out; whether it works is verified later."""

    done_on = Date("Day it was completed", "Ngày hoàn thành")
    result = Text("Result", "Kết quả", longest=4000, required=False)
    evidence = EVIDENCE_LIST


class Verified(AuditFact):
    """Someone other than the owner confirmed that the action was carried out."""

    verifier = role_ref("Role that verified; not the owner", "Vị trí kiểm tra xác nhận; không phải người thực hiện")
    verified_on = Date("Day of the verification", "Ngày xác nhận", required=False)
    evidence = EVIDENCE_LIST


class Rejected(AuditFact):
    """The completion was not accepted; the action is open again."""

    by = role_ref("Role that rejected", "Vị trí không chấp nhận")
    reason = reason()


class Cancelled(AuditFact):
    """The action will not be carried out."""

    reason = reason()
    cancelled_on = Date("Day of the decision", "Ngày quyết định", required=False)


class Extension(EventSchema):
    """One earlier extension of a baselined action."""

    class Meta(EventSchema.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {"from": Date("Due date before", "Hạn trước đó")}

    to = Date("Due date after", "Hạn sau khi gia hạn")


class Baselined(AuditFact):
    """The state of an action that an agency brings along from before it joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    nc_id = _nc_id()
    source = _source()
    type = _type()
    owner = _owner()
    planned_on = Date("Day it was planned", "Ngày lập kế hoạch", required=False)
    due_on = _due_on()
    original_due_on = Date("First due date, before any extension", "Hạn ban đầu, trước khi gia hạn")
    extensions = ListOf(
        "Extensions so far", "Các lần gia hạn", Object("One extension", "Một lần gia hạn", Extension), required=False
    )
    done_on = Date("Day it was completed, where it was", "Ngày hoàn thành, nếu đã hoàn thành", required=False)
    evidence = EVIDENCE_LIST


_PLANNED = {
    "nc_id": "KPH-2026-004",
    "source": "nc",
    "type": "corrective",
    "what": "Tập huấn lại quy trình kiểm soát hồ sơ cho bộ phận một cửa và bổ sung bước đối chiếu phiếu hẹn",
    "owner": "truong-phong-noi-vu",
    "planned_on": "2026-03-02",
    "due_on": "2026-04-15",
}

declare(
    EventType(
        name="qms.action.planned",
        owner="audit",
        en="A corrective or improvement action was planned",
        vi="Hành động khắc phục hoặc cải tiến được lập kế hoạch",
        schema=Planned,
        example=_PLANNED,
        invalid={
            "no due date": {"source": "improvement", "type": "improvement", "owner": "van-thu"},
            "a person's name as owner": {**_PLANNED, "owner": "Trưởng phòng Nội vụ"},
            "unknown type": {**_PLANNED, "type": "preventive"},
        },
    )
)
declare(
    EventType(
        name="qms.action.started",
        owner="audit",
        en="Work on the action began",
        vi="Bắt đầu thực hiện hành động",
        schema=Started,
        example={"started_on": "2026-03-05"},
        invalid={"day that does not exist": {"started_on": "2026-02-30"}},
    )
)
declare(
    EventType(
        name="qms.action.progress_noted",
        owner="audit",
        en="Progress of the action was noted",
        vi="Ghi nhận tiến độ thực hiện hành động",
        schema=ProgressNoted,
        example={"note": "Đã tập huấn đợt 1 cho bộ phận một cửa", "percent": 60},
        invalid={"more than all": {"note": "Đã xong", "percent": 120}, "no note": {"percent": 10}},
    )
)
declare(
    EventType(
        name="qms.action.due_changed",
        owner="audit",
        en="The due date of the action was changed",
        vi="Thay đổi hạn hoàn thành hành động",
        schema=DueChanged,
        example={
            "from": "2026-04-15",
            "to": "2026-05-15",
            "reason": "Chờ nâng cấp phần mềm một cửa điện tử",
            "approved_by": "so-noi-vu-phu-tho",
            "n": 1,
        },
        invalid={
            "no reason": {"from": "2026-04-15", "to": "2026-05-15"},
            "number as text": {"from": "2026-04-15", "to": "2026-05-15", "reason": "Chờ phần mềm", "n": "1"},
        },
    )
)
declare(
    EventType(
        name="qms.action.done",
        owner="audit",
        en="The action was carried out",
        vi="Hành động đã hoàn thành",
        schema=Done,
        example={"done_on": "2026-04-10", "evidence": [EVIDENCE_EXAMPLE]},
        invalid={
            "no day": {"evidence": [EVIDENCE_EXAMPLE]},
            "evidence without digest": {"done_on": "2026-04-10", "evidence": [{"name": "Biên bản tập huấn.pdf"}]},
        },
    )
)
declare(
    EventType(
        name="qms.action.verified",
        owner="audit",
        en="The completion of the action was verified",
        vi="Việc hoàn thành hành động được xác nhận",
        schema=Verified,
        example={"verifier": "thu-ky-ban-chi-dao-iso", "verified_on": "2026-04-20"},
        invalid={"no verifier": {"verified_on": "2026-04-20"}},
    )
)
declare(
    EventType(
        name="qms.action.rejected",
        owner="audit",
        en="The completion was not accepted; the action goes on",
        vi="Kết quả không được chấp nhận; hành động phải thực hiện tiếp",
        schema=Rejected,
        example={
            "by": "thu-ky-ban-chi-dao-iso",
            "reason": "Chưa có danh sách học viên và kết quả kiểm tra sau tập huấn",
        },
        invalid={"no reason": {"by": "thu-ky-ban-chi-dao-iso"}},
    )
)
declare(
    EventType(
        name="qms.action.cancelled",
        owner="audit",
        en="The action was cancelled",
        vi="Hành động bị hủy",
        schema=Cancelled,
        example={"reason": "Thủ tục hành chính liên quan đã bị bãi bỏ"},
        invalid={"blank reason": {"reason": "  "}},
    )
)
declare(
    EventType(
        name="qms.action.baselined",
        owner="audit",
        en="State of an action from before the agency joined",
        vi="Hiện trạng hành động có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            "state": "in_progress",
            "state_since": "2025-11-03",
            "source": "management_review",
            "type": "improvement",
            "owner": "chanh-van-phong",
            "planned_on": "2025-11-03",
            "due_on": "2026-02-28",
            "original_due_on": "2025-12-31",
            "extensions": [{"from": "2025-12-31", "to": "2026-02-28"}],
        },
        invalid={
            "overdue is no state": {
                "state": "overdue",
                "state_since": "2025-11-03",
                "source": "risk",
                "type": "improvement",
                "owner": "chanh-van-phong",
                "due_on": "2026-02-28",
                "original_due_on": "2025-12-31",
            }
        },
    )
)
