"""Event types of the satisfaction survey (khảo sát mức độ hài lòng), ISO 9001:2015 9.1.2.

Only counts are taken, never an answer sheet or who gave it.
"""

from __future__ import annotations

from shared.contracts.audit.periods import late_reason, period
from shared.contracts.audit.vocabulary import AuditFact, state_since
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Integer, Object, Text

STATES = ("opened", "recorded", "closed")
CHANNELS = ("paper", "box", "online", "phone", "portal")

#: From best to worst; feedback is rated by the same words.
SCORES = ("very_satisfied", "satisfied", "neutral", "dissatisfied", "very_dissatisfied")


def _answers(en: str, vi: str, *, required: bool = True) -> Integer:
    return Integer(en, vi, high=1_000_000_000, unit="answers", required=required)


class Scores(EventSchema):
    """Valid answers by score."""

    very_satisfied = _answers("Very satisfied", "Rất hài lòng")
    satisfied = _answers("Satisfied", "Hài lòng")
    neutral = _answers("Neutral", "Bình thường")
    dissatisfied = _answers("Dissatisfied", "Không hài lòng")
    very_dissatisfied = _answers("Very dissatisfied", "Rất không hài lòng")


def channel() -> Choice:
    """Return the field with the way people are asked."""
    return Choice(
        "How people are asked: paper form, box, online, phone, public service portal",
        "Hình thức: phiếu giấy, hòm thư, trực tuyến, điện thoại, cổng dịch vụ công",
        CHANNELS,
    )


class Opened(AuditFact):
    """A survey began."""

    period = period()
    channel = channel()
    field = Text("Field of public procedures it is about", "Lĩnh vực khảo sát", longest=200, required=False)
    opened_on = Date("Day it began", "Ngày bắt đầu", required=False)


class ResultsRecorded(AuditFact):
    """The counts so far; recorded again, they replace the earlier ones."""

    sent = Integer(
        "Forms handed out or invitations sent; may be unknown for a box",
        "Số phiếu phát ra hoặc lời mời đã gửi; có thể không biết nếu là hòm thư",
        high=1_000_000_000,
        unit="forms",
        required=False,
    )
    received = _answers("Answers received", "Số phiếu thu về")
    valid = _answers("Valid answers", "Số phiếu hợp lệ")
    scores = Object("Valid answers by score", "Số phiếu hợp lệ theo mức độ hài lòng", Scores)
    late_reason = late_reason()
    evidence = EVIDENCE_LIST


class Closed(AuditFact):
    """The survey ended; its counts stand."""

    closed_on = Date("Day it ended", "Ngày kết thúc", required=False)


class Baselined(ResultsRecorded):
    """The state of a survey from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    period = period()
    channel = channel()


_RESULTS = {
    "sent": 400,
    "received": 322,
    "valid": 318,
    "scores": {"very_satisfied": 121, "satisfied": 180, "neutral": 12, "dissatisfied": 4, "very_dissatisfied": 1},
}

declare(
    EventType(
        name="qms.survey.opened",
        owner="audit",
        en="A satisfaction survey began",
        vi="Bắt đầu khảo sát mức độ hài lòng",
        schema=Opened,
        example={"period": "2026-Q1", "channel": "paper", "field": "Hộ tịch", "opened_on": "2026-01-05"},
        invalid={
            "channel nobody uses": {"period": "2026-Q1", "channel": "radio"},
            "month that does not exist": {"period": "2026-13", "channel": "paper"},
        },
    )
)
declare(
    EventType(
        name="qms.survey.results_recorded",
        owner="audit",
        en="Results of a satisfaction survey were recorded",
        vi="Ghi nhận kết quả khảo sát mức độ hài lòng",
        schema=ResultsRecorded,
        example=_RESULTS,
        invalid={
            "negative count": {**_RESULTS, "valid": -1},
            "a score is missing": {**_RESULTS, "scores": {"very_satisfied": 121, "satisfied": 197}},
            "half an answer": {**_RESULTS, "received": 322.5},
        },
    )
)
declare(
    EventType(
        name="qms.survey.closed",
        owner="audit",
        en="The satisfaction survey ended",
        vi="Kết thúc khảo sát mức độ hài lòng",
        schema=Closed,
        example={"closed_on": "2026-03-31"},
        invalid={"day that does not exist": {"closed_on": "2026-03-32"}},
    )
)
declare(
    EventType(
        name="qms.survey.baselined",
        owner="audit",
        en="State of a satisfaction survey from before the agency joined",
        vi="Hiện trạng cuộc khảo sát mức độ hài lòng có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={**_RESULTS, "state": "closed", "state_since": "2025-12-31", "period": "2025", "channel": "paper"},
        invalid={"no state": {**_RESULTS, "state_since": "2025-12-31", "period": "2025", "channel": "paper"}},
    )
)
