"""Event types of dossier statistics (thống kê hồ sơ): one month, one procedure or field, one channel.

The subject is the key: `{period}:{tthc_code or field}:{channel}`, such as `2026-03:1.001612:one_stop`. Only
counts are taken, never a dossier or an applicant. In each month what was open and what came in equals what
was settled, is pending, was returned or withdrawn; what is pending opens the next month.
"""

from __future__ import annotations

from shared.contracts.audit.periods import late_reason
from shared.contracts.audit.vocabulary import AuditFact, reason, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Integer, Reference, Text

CHANNELS = ("one_stop", "online", "post", "direct")

#: Where a dossier of the month can end up; together they equal `opening + received`.
OUTCOMES = (
    "resolved_early",
    "resolved_on_time",
    "resolved_late",
    "pending_in_time",
    "pending_overdue",
    "returned_incomplete",
    "withdrawn",
)
FIGURES = ("opening", "received", *OUTCOMES)


def _dossiers(en: str, vi: str) -> Integer:
    return Integer(en, vi, high=1_000_000_000, unit="dossiers", source="Nghị định 61/2018/NĐ-CP")


class Submitted(AuditFact):
    """The figures of a month were submitted."""

    period = Text("Month", "Tháng", longest=7, pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$")
    tthc_code = Text(
        "Code of the public procedure (TTHC); either this or `field`",
        "Mã thủ tục hành chính; ghi mã này hoặc lĩnh vực (field)",
        longest=60,
        required=False,
    )
    field = Text("Field of public procedures", "Lĩnh vực thủ tục hành chính", longest=60, required=False)
    channel = Choice(
        "How dossiers came in: one-stop unit, online, post, direct",
        "Hình thức tiếp nhận: bộ phận một cửa, trực tuyến, bưu chính công ích, trực tiếp",
        CHANNELS,
    )
    opening = _dossiers("Open from the month before", "Kỳ trước chuyển sang")
    received = _dossiers("Received in the month", "Tiếp nhận trong kỳ")
    resolved_early = _dossiers("Settled before the date promised", "Giải quyết trước hạn")
    resolved_on_time = _dossiers("Settled on the date promised", "Giải quyết đúng hạn")
    resolved_late = _dossiers("Settled late", "Giải quyết quá hạn")
    pending_in_time = _dossiers("Pending, not yet due", "Đang giải quyết, trong hạn")
    pending_overdue = _dossiers("Pending, overdue", "Đang giải quyết, quá hạn")
    returned_incomplete = _dossiers("Returned as incomplete", "Trả lại do chưa đủ điều kiện")
    withdrawn = _dossiers("Withdrawn by the applicant", "Người nộp rút hồ sơ")
    balance_confirmed = Boolean(
        "The agency confirms figures that do not balance; they are shown as flagged",
        "Cơ quan xác nhận số liệu không cân đối; số liệu sẽ được đánh dấu",
        required=False,
    )
    balance_note = Text("Why they do not balance", "Giải trình số liệu không cân đối", longest=2000, required=False)
    late_reason = late_reason()
    evidence = EVIDENCE_LIST


class Amended(Submitted):
    """The figures of a month were replaced by corrected ones; all figures are given again."""

    corrects = Reference(
        "Id of the event whose figures are replaced: the latest submission or amendment",
        "Mã sự kiện có số liệu được thay thế: lần nộp hoặc lần sửa gần nhất",
    )
    reason = reason()


class Baselined(Submitted):
    """The figures of a month from before the agency joined."""

    state_since = state_since()


_FIGURES = {
    "period": "2026-03",
    "tthc_code": "1.001612",
    "channel": "one_stop",
    "opening": 12,
    "received": 140,
    "resolved_early": 61,
    "resolved_on_time": 70,
    "resolved_late": 3,
    "pending_in_time": 14,
    "pending_overdue": 1,
    "returned_incomplete": 2,
    "withdrawn": 1,
}
_SUBJECT = "2026-03:1.001612:one_stop"

declare(
    EventType(
        name="qms.dossier_stats.submitted",
        owner="audit",
        en="Dossier statistics of a month were submitted",
        vi="Nộp số liệu giải quyết hồ sơ của tháng",
        schema=Submitted,
        example=_FIGURES,
        example_subject=_SUBJECT,
        invalid={
            "count as text": {**_FIGURES, "received": "140"},
            "negative count": {**_FIGURES, "withdrawn": -1},
            "month that does not exist": {**_FIGURES, "period": "2026-13"},
            "part of a dossier": {**_FIGURES, "opening": 12.5},
        },
    )
)
declare(
    EventType(
        name="qms.dossier_stats.amended",
        owner="audit",
        en="Dossier statistics of a month were corrected",
        vi="Sửa số liệu giải quyết hồ sơ của tháng",
        schema=Amended,
        example={
            **_FIGURES,
            "resolved_late": 4,
            "pending_overdue": 0,
            "corrects": "thong-ke-2026-03-001",
            "reason": "Một hồ sơ quá hạn đã trả kết quả ngày 31/3 nhưng chưa cập nhật",
        },
        example_subject=_SUBJECT,
        invalid={"does not say what it corrects": {**_FIGURES, "reason": "Cập nhật"}},
    )
)
declare(
    EventType(
        name="qms.dossier_stats.baselined",
        owner="audit",
        en="Dossier statistics of a month before the agency joined",
        vi="Số liệu giải quyết hồ sơ của tháng trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={**_FIGURES, "period": "2025-06", "state_since": "2025-07-05"},
        example_subject="2025-06:1.001612:one_stop",
        invalid={"no day": {**_FIGURES, "period": "2025-06"}},
    )
)
