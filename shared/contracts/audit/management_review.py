"""Event types of the management review (xem xét của lãnh đạo), ISO 9001:2015 9.3.

Its decisions create actions, which are records of their own with source `management_review`.
"""

from __future__ import annotations

from shared.contracts.audit.periods import period
from shared.contracts.audit.review_content import INPUTS_EXAMPLE, decisions, inputs
from shared.contracts.audit.vocabulary import AuditFact, role_ref, state_since
from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.evidence import EVIDENCE_EXAMPLE, EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Integer, ListOf, Object, Reference, Text

STATES = ("planned", "prepared", "held", "minutes_signed", "followed_up")
CHAIRS = ("head", "delegate", "other")


def _chair(*, required: bool = True) -> Choice:
    return Choice(
        "Who chaired: the head of the agency, a deputy by written delegation, somebody else",
        "Người chủ trì: thủ trưởng cơ quan, người được ủy quyền bằng văn bản, người khác",
        CHAIRS,
        required=required,
    )


class Planned(AuditFact):
    """A review was planned."""

    period = period()
    planned_for = Date("Day it is planned for", "Ngày dự kiến họp")
    evidence = EVIDENCE_LIST


class Prepared(AuditFact):
    """The papers are ready and sent out."""

    prepared_on = Date("Day the papers were ready", "Ngày hoàn thành tài liệu", required=False)
    evidence = EVIDENCE_LIST


class Held(AuditFact):
    """The review took place."""

    held_on = Date("Day of the review", "Ngày họp xem xét")
    chair = _chair()
    delegation_no = Text(
        "Number of the delegation; needed where a delegate chaired",
        "Số văn bản ủy quyền; bắt buộc khi người được ủy quyền chủ trì",
        longest=100,
        required=False,
    )
    participants = Integer("Number of participants", "Số người tham dự", unit="people", required=False, high=10_000)
    inputs = inputs()
    decisions = decisions()
    evidence = EVIDENCE_LIST


class MinutesSigned(AuditFact):
    """The minutes were signed."""

    signed_on = Date("Day of the signature", "Ngày ký biên bản")
    minutes_no = Text("Number of the minutes", "Số biên bản, thông báo kết luận", longest=100, required=False)
    signer = role_ref("Post that signed", "Vị trí ký", required=False)
    evidence = EVIDENCE_LIST


class SettledDecision(EventSchema):
    """What became of a decision."""

    decision_id = Text("Decision of the review", "Mã kết luận", longest=60)
    outcome = Choice("Carried out or dropped", "Đã thực hiện hoặc không thực hiện", ("done", "dropped"))
    action_ids = ListOf(
        "Actions by which it was carried out",
        "Các hành động thực hiện kết luận",
        Reference("One action", "Một hành động"),
        most=50,
        required=False,
    )
    reason = Text("Why it was dropped", "Lý do không thực hiện", longest=2000, required=False)


class FollowedUp(AuditFact):
    """All decisions of the review are carried out or dropped."""

    followed_up_on = Date("Day of the check", "Ngày rà soát", required=False)
    decisions = ListOf(
        "All decisions and what became of them",
        "Toàn bộ các kết luận và kết quả thực hiện",
        Object("One decision", "Một kết luận", SettledDecision),
        most=200,
        required=False,
    )
    evidence = EVIDENCE_LIST


class Baselined(AuditFact):
    """The state of a review from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    period = period()
    held_on = Date("Day of the review, where it was held", "Ngày họp xem xét, nếu đã họp", required=False)
    chair = _chair(required=False)
    inputs = inputs(required=False)
    decisions = decisions()
    evidence = EVIDENCE_LIST


_HELD = {
    "held_on": "2026-07-15",
    "chair": "head",
    "participants": 14,
    "inputs": INPUTS_EXAMPLE,
    "decisions": [
        {
            "decision_id": "KL-01",
            "kind": "resources",
            "what": "Bố trí kinh phí tập huấn quy trình mới cho bộ phận một cửa trong quý IV",
            "owner": "truong-phong-tai-chinh",
            "due_on": "2026-10-31",
        }
    ],
}

declare(
    EventType(
        name="qms.management_review.planned",
        owner="audit",
        en="A management review was planned",
        vi="Lập kế hoạch xem xét của lãnh đạo",
        schema=Planned,
        example={"period": "2026-Q2", "planned_for": "2026-07-15"},
        invalid={
            "quarter that does not exist": {"period": "2026-Q5", "planned_for": "2026-07-15"},
            "no day": {"period": "2026"},
        },
    )
)
declare(
    EventType(
        name="qms.management_review.prepared",
        owner="audit",
        en="The papers of the management review are ready",
        vi="Chuẩn bị xong tài liệu xem xét của lãnh đạo",
        schema=Prepared,
        example={"prepared_on": "2026-07-10", "evidence": [EVIDENCE_EXAMPLE]},
        invalid={"day that does not exist": {"prepared_on": "2026-06-31"}},
    )
)
declare(
    EventType(
        name="qms.management_review.held",
        owner="audit",
        en="The management review was held",
        vi="Họp xem xét của lãnh đạo",
        schema=Held,
        example=_HELD,
        invalid={
            "no inputs": {"held_on": "2026-07-15", "chair": "head"},
            "point that 9.3.2 does not have": {**_HELD, "inputs": {**INPUTS_EXAMPLE, "c8": {"status": "presented"}}},
            "input that was skipped": {**_HELD, "inputs": {**INPUTS_EXAMPLE, "d": {"status": "skipped"}}},
            "a person's name as owner": {
                **_HELD,
                "decisions": [{"decision_id": "1", "kind": "resources", "what": "Kinh phí", "owner": "Trưởng phòng"}],
            },
        },
    )
)
declare(
    EventType(
        name="qms.management_review.minutes_signed",
        owner="audit",
        en="The minutes of the management review were signed",
        vi="Ký biên bản xem xét của lãnh đạo",
        schema=MinutesSigned,
        example={"signed_on": "2026-07-17", "minutes_no": "45/TB-VP", "signer": "thu-truong-co-quan"},
        invalid={"no day": {"minutes_no": "45/TB-VP"}},
    )
)
declare(
    EventType(
        name="qms.management_review.followed_up",
        owner="audit",
        en="All decisions of the management review are settled",
        vi="Hoàn tất theo dõi các kết luận xem xét của lãnh đạo",
        schema=FollowedUp,
        example={
            "followed_up_on": "2026-11-20",
            "decisions": [{"decision_id": "KL-01", "outcome": "done", "action_ids": ["HD-2026-031"]}],
        },
        invalid={"partly is no outcome": {"decisions": [{"decision_id": "KL-01", "outcome": "partly"}]}},
    )
)
declare(
    EventType(
        name="qms.management_review.baselined",
        owner="audit",
        en="State of a management review from before the agency joined",
        vi="Hiện trạng cuộc xem xét của lãnh đạo có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            "state": "minutes_signed",
            "state_since": "2025-12-22",
            "period": "2025",
            "held_on": "2025-12-18",
            "chair": "head",
            "inputs": INPUTS_EXAMPLE,
        },
        invalid={"no period": {"state": "planned", "state_since": "2025-12-01"}},
    )
)
