"""What a management review deals with: the twelve inputs of ISO 9001:2015 9.3.2 and the decisions of 9.3.3.

Owns the parts that event types of the review carry; no event type of its own.
"""

from __future__ import annotations

from shared.contracts.audit.vocabulary import role_ref
from shared.contracts.catalogue import EventSchema
from shared.contracts.fields import Choice, Date, ListOf, Object, Text

#: Points of 9.3.2, in its order; c1 to c7 are the performance figures of 9.3.2 c).
INPUTS = ("a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f")

DECISION_KINDS = ("improvement", "qms_change", "resources")


class Input(EventSchema):
    """How one input was dealt with."""

    status = Choice(
        "Presented, or not applicable (with a reason)",
        "Đã trình bày, hoặc không áp dụng (kèm lý do)",
        ("presented", "not_applicable"),
    )
    reason = Text("Why it does not apply", "Lý do không áp dụng", longest=2000, required=False)
    summary = Text("What was presented", "Nội dung trình bày", longest=4000, required=False)


def _input(point: str, en: str, vi: str) -> Object:
    # Each may be left out on the wire, so that the refusal can name all that are missing at once.
    return Object(en, vi, Input, required=False, source=f"ISO 9001:2015 9.3.2 {point}")


class Inputs(EventSchema):
    """The twelve inputs; all are needed for a review that was held."""

    a = _input("a", "Status of actions from earlier reviews", "Tình trạng các hành động từ lần xem xét trước")
    b = _input("b", "Changes in external and internal issues", "Thay đổi về vấn đề bên ngoài và nội bộ")
    c1 = _input("c1", "Satisfaction and feedback", "Sự hài lòng và phản hồi của tổ chức, cá nhân")
    c2 = _input("c2", "Objectives met", "Mức độ thực hiện mục tiêu chất lượng")
    c3 = _input("c3", "Process performance and conformity", "Kết quả thực hiện quá trình và sự phù hợp của dịch vụ")
    c4 = _input("c4", "Nonconformities and corrective actions", "Sự không phù hợp và hành động khắc phục")
    c5 = _input("c5", "Monitoring and measurement results", "Kết quả theo dõi và đo lường")
    c6 = _input("c6", "Audit results", "Kết quả đánh giá")
    c7 = _input("c7", "Performance of external providers", "Kết quả của nhà cung cấp bên ngoài")
    d = _input("d", "Adequacy of resources", "Sự đầy đủ của nguồn lực")
    e = _input(
        "e", "Effect of actions on risks and opportunities", "Hiệu lực của hành động giải quyết rủi ro và cơ hội"
    )
    f = _input("f", "Opportunities for improvement", "Cơ hội cải tiến")


class Decision(EventSchema):
    """One output of the review."""

    decision_id = Text("Id within the review", "Mã kết luận trong cuộc xem xét", longest=60)
    kind = Choice(
        "Improvement, change of the management system, resources",
        "Cải tiến, thay đổi hệ thống quản lý, nguồn lực",
        DECISION_KINDS,
        source="ISO 9001:2015 9.3.3",
    )
    what = Text("What was decided", "Nội dung kết luận", longest=4000)
    owner = role_ref("Post that carries it out", "Vị trí chịu trách nhiệm thực hiện", required=False)
    due_on = Date("To be done by", "Hạn hoàn thành", required=False)


def inputs(*, required: bool = True) -> Object:
    """Return the field with the inputs of a review."""
    return Object(
        "The twelve inputs by point of 9.3.2: a, b, c1 to c7, d, e, f",
        "Mười hai đầu vào theo điểm của 9.3.2: a, b, c1 đến c7, d, e, f",
        Inputs,
        required=required,
        source="ISO 9001:2015 9.3.2",
    )


def decisions() -> ListOf:
    """Return the field with the decisions of a review; left out where there were none."""
    return ListOf(
        "Decisions",
        "Các kết luận",
        Object("One decision", "Một kết luận", Decision),
        most=200,
        required=False,
        source="ISO 9001:2015 9.3.3",
    )


#: The twelve inputs of an example: eleven presented, one not applicable.
INPUTS_EXAMPLE = {
    **{point: {"status": "presented"} for point in INPUTS},
    "c7": {"status": "not_applicable", "reason": "Cơ quan không thuê nhà cung cấp bên ngoài trong kỳ"},
}
