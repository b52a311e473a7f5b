"""Event types of feedback (phản ánh, kiến nghị, khiếu nại, tố cáo, khen ngợi), ISO 9001:2015 9.1.2.

Personal data is not taken: only kinds, counts, dates and the answering post. That there was none in a period is said
by an event of its own (subject `none-{period}`), since silence is something else than zero.
"""

from __future__ import annotations

from shared.contracts.audit.periods import late_reason, period
from shared.contracts.audit.survey import SCORES
from shared.contracts.audit.vocabulary import AuditFact, role_ref, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Date, Integer, Text

STATES = ("received", "assigned", "answered", "rated")
KINDS = ("complaint", "denunciation", "suggestion", "praise")
CHANNELS = ("one_stop", "box", "phone", "online", "portal", "post", "direct")
RESULTS = ("accepted", "partly_accepted", "unfounded", "explained", "forwarded")


def _due_on() -> Date:
    return Date("To be answered by; overdue from the day after", "Hạn trả lời; quá hạn từ ngày kế tiếp", required=False)


class Received(AuditFact):
    """Feedback came in."""

    kind = Choice(
        "Complaint, denunciation, suggestion or petition, praise",
        "Khiếu nại, tố cáo, phản ánh kiến nghị, khen ngợi",
        KINDS,
        source="Luật Khiếu nại 2011, Luật Tố cáo 2018, Nghị định 20/2008/NĐ-CP",
    )
    channel = Choice(
        "How it came: one-stop unit, box, phone, online, public service portal, post, directly",
        "Hình thức tiếp nhận: bộ phận một cửa, hòm thư, điện thoại, trực tuyến, cổng dịch vụ công, bưu chính, trực tiếp",
        CHANNELS,
    )
    field = Text("Field of public procedures", "Lĩnh vực thủ tục hành chính", longest=200, required=False)
    tthc_code = Text("Code of the public procedure (TTHC)", "Mã thủ tục hành chính", longest=60, required=False)
    count = Integer(
        "How many of one kind came together; 1 if left out",
        "Số lượng cùng loại tiếp nhận cùng lúc; bỏ trống là 1",
        low=1,
        high=100_000,
        required=False,
    )
    received_on = Date("Day it came in", "Ngày tiếp nhận", required=False)
    within_competence = Boolean(
        "Whether the agency is competent; yes if left out", "Thuộc thẩm quyền; bỏ trống là có", required=False
    )
    due_on = _due_on()


class Assigned(AuditFact):
    """A post was charged with the answer."""

    assignee = role_ref("Post that answers", "Vị trí được giao xử lý")
    due_on = _due_on()


class Answered(AuditFact):
    """The feedback was answered."""

    answered_on = Date("Day of the answer", "Ngày trả lời")
    result = Choice(
        "Accepted, accepted in part, unfounded, explained, passed on to the competent agency",
        "Tiếp thu, tiếp thu một phần, không có cơ sở, giải trình, chuyển cơ quan có thẩm quyền",
        RESULTS,
    )
    evidence = EVIDENCE_LIST


class Rated(AuditFact):
    """Whoever gave the feedback rated the answer."""

    rating = Choice(
        "Satisfaction with the answer, best first",
        "Mức độ hài lòng với việc trả lời: rất hài lòng, hài lòng, bình thường, không hài lòng, rất không hài lòng",
        SCORES,
    )
    rated_on = Date("Day of the rating", "Ngày đánh giá", required=False)


class NoneInPeriod(AuditFact):
    """No feedback came in a whole period."""

    period = period()
    late_reason = late_reason()


class Baselined(Received):
    """The state of feedback from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    answered_on = Date("Day of the answer, where there was one", "Ngày trả lời, nếu đã trả lời", required=False)


_RECEIVED = {
    "kind": "suggestion",
    "channel": "portal",
    "field": "Đất đai",
    "received_on": "2026-03-02",
    "due_on": "2026-03-16",
}

declare(
    EventType(
        name="qms.feedback.received",
        owner="audit",
        en="Feedback was received",
        vi="Tiếp nhận phản ánh, kiến nghị",
        schema=Received,
        example=_RECEIVED,
        invalid={
            "a name is given": {**_RECEIVED, "sender": "người gửi"},
            "unknown kind": {**_RECEIVED, "kind": "request"},
            "count of none": {**_RECEIVED, "count": 0},
        },
    )
)
declare(
    EventType(
        name="qms.feedback.assigned",
        owner="audit",
        en="Feedback was assigned",
        vi="Giao xử lý phản ánh, kiến nghị",
        schema=Assigned,
        example={"assignee": "chi-nhanh-van-phong-dat-dai", "due_on": "2026-03-16"},
        invalid={"a person's name": {"assignee": "Trưởng phòng Tài nguyên"}},
    )
)
declare(
    EventType(
        name="qms.feedback.answered",
        owner="audit",
        en="Feedback was answered",
        vi="Trả lời phản ánh, kiến nghị",
        schema=Answered,
        example={"answered_on": "2026-03-12", "result": "partly_accepted"},
        invalid={"no result": {"answered_on": "2026-03-12"}, "no day": {"result": "accepted"}},
    )
)
declare(
    EventType(
        name="qms.feedback.rated",
        owner="audit",
        en="The answer to feedback was rated",
        vi="Đánh giá việc trả lời phản ánh, kiến nghị",
        schema=Rated,
        example={"rating": "satisfied", "rated_on": "2026-03-14"},
        invalid={"stars": {"rating": 5}},
    )
)
declare(
    EventType(
        name="qms.feedback.none_in_period",
        owner="audit",
        en="No feedback was received in the period",
        vi="Không có phản ánh, kiến nghị trong kỳ",
        schema=NoneInPeriod,
        example={"period": "2026-01"},
        example_subject="none-2026-01",
        invalid={"no period": {}, "day as period": {"period": "2026-03-01"}},
    )
)
declare(
    EventType(
        name="qms.feedback.baselined",
        owner="audit",
        en="State of feedback from before the agency joined",
        vi="Hiện trạng phản ánh, kiến nghị có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={**_RECEIVED, "state": "assigned", "state_since": "2026-03-03"},
        invalid={"overdue is no state": {**_RECEIVED, "state": "overdue", "state_since": "2026-03-17"}},
    )
)
