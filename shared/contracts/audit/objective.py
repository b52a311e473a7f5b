"""Event types of the quality objective (mục tiêu chất lượng), ISO 9001:2015 6.2.

An objective belongs to one year. Whether it was met is the agency's own assessment; the measurements behind it are
kept, so that a reader can compare.
"""

from __future__ import annotations

from shared.contracts.audit.periods import year
from shared.contracts.audit.vocabulary import AuditFact, reason, role_ref, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Number, Text

STATES = ("set", "measured", "assessed", "closed")
DIRECTIONS = ("higher", "lower")
RESULTS = ("met", "not_met", "n_a")


def _statement(*, required: bool = True) -> Text:
    return Text("What is to be reached", "Nội dung mục tiêu", longest=2000, required=required)


def _direction(*, required: bool = True) -> Choice:
    return Choice(
        "Which values are better: higher or lower",
        "Chiều mong muốn: càng cao càng tốt (higher), càng thấp càng tốt (lower)",
        DIRECTIONS,
        required=required,
    )


def _target(*, required: bool = True) -> Number:
    return Number("Target value, in `unit`", "Giá trị cần đạt, theo đơn vị đo", required=required)


def _baseline() -> Number:
    return Number("Value before the year, in `unit`", "Giá trị trước kỳ thực hiện, theo đơn vị đo", required=False)


def _weight(*, required: bool = True) -> Number:
    return Number("Weight among the objectives of the agency", "Trọng số", low=0, high=1000, required=required)


def _result(*, required: bool = True) -> Choice:
    return Choice(
        "Result: met, not met, not applicable", "Kết quả: đạt, không đạt, không áp dụng", RESULTS, required=required
    )


class Set(AuditFact):
    """An objective was set for a year."""

    year = year()
    statement = _statement()
    measure = Text("What is measured", "Chỉ số đo", longest=500)
    unit = Text("Unit of measurement", "Đơn vị đo", longest=40)
    direction = _direction()
    baseline = _baseline()
    target = _target()
    weight = _weight()
    owner = role_ref("Post that answers for it", "Vị trí chịu trách nhiệm", required=False)
    evidence = EVIDENCE_LIST


class Measured(AuditFact):
    """A value was measured; it holds on a day of the objective's year."""

    value = Number("Value measured, in the objective's unit", "Giá trị đo được, theo đơn vị đo của mục tiêu")
    measured_on = Date("Day on which the value holds", "Ngày của giá trị đo")
    method = Text("How it was measured", "Cách đo", longest=500, required=False)
    evidence = EVIDENCE_LIST


class Assessed(AuditFact):
    """The agency judged whether the objective was met."""

    result = _result()
    assessed_on = Date("Day of the assessment", "Ngày đánh giá")
    reason = Text(
        "Reason; needed where it was not met or not applicable",
        "Lý do; bắt buộc khi không đạt hoặc không áp dụng",
        longest=2000,
        required=False,
    )
    evidence = EVIDENCE_LIST


class Closed(AuditFact):
    """The objective is done with."""

    closed_on = Date("Day it was closed", "Ngày kết thúc", required=False)


class Amended(AuditFact):
    """Wording, target, weight or direction were changed before the assessment."""

    reason = reason()
    statement = _statement(required=False)
    direction = _direction(required=False)
    baseline = _baseline()
    target = _target(required=False)
    weight = _weight(required=False)
    evidence = EVIDENCE_LIST


class Baselined(AuditFact):
    """The state of an objective from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    year = year()
    statement = _statement()
    measure = Text("What is measured", "Chỉ số đo", longest=500)
    unit = Text("Unit of measurement", "Đơn vị đo", longest=40)
    direction = _direction()
    baseline = _baseline()
    target = _target()
    weight = _weight()
    value = Number("Last value measured", "Giá trị đo gần nhất", required=False)
    measured_on = Date("Day on which that value holds", "Ngày của giá trị đo gần nhất", required=False)
    result = _result(required=False)


_SET = {
    "year": 2026,
    "statement": "Tỷ lệ hồ sơ thủ tục hành chính giải quyết đúng hạn đạt từ 98 % trở lên",
    "measure": "Hồ sơ giải quyết trước hạn và đúng hạn trên tổng số hồ sơ đã giải quyết",
    "unit": "%",
    "direction": "higher",
    "baseline": 96.2,
    "target": 98,
    "weight": 3,
    "owner": "chanh-van-phong",
}

declare(
    EventType(
        name="qms.objective.set",
        owner="audit",
        en="A quality objective was set",
        vi="Đặt mục tiêu chất lượng",
        schema=Set,
        example=_SET,
        invalid={
            "target as text": {**_SET, "target": "98"},
            "negative weight": {**_SET, "weight": -1},
            "unknown direction": {**_SET, "direction": "up"},
        },
    )
)
declare(
    EventType(
        name="qms.objective.measured",
        owner="audit",
        en="A quality objective was measured",
        vi="Đo lường mục tiêu chất lượng",
        schema=Measured,
        example={"value": 97.4, "measured_on": "2026-06-30", "method": "Trích xuất từ hệ thống một cửa điện tử"},
        invalid={"no value": {"measured_on": "2026-06-30"}, "no day": {"value": 97.4}},
    )
)
declare(
    EventType(
        name="qms.objective.assessed",
        owner="audit",
        en="A quality objective was assessed",
        vi="Đánh giá kết quả thực hiện mục tiêu chất lượng",
        schema=Assessed,
        example={"result": "met", "assessed_on": "2026-12-20"},
        invalid={"partly is no result": {"result": "partly", "assessed_on": "2026-12-20"}},
    )
)
declare(
    EventType(
        name="qms.objective.closed",
        owner="audit",
        en="A quality objective was closed",
        vi="Kết thúc mục tiêu chất lượng",
        schema=Closed,
        example={"closed_on": "2026-12-31"},
        invalid={"day that does not exist": {"closed_on": "2026-12-32"}},
    )
)
declare(
    EventType(
        name="qms.objective.amended",
        owner="audit",
        en="A quality objective was amended",
        vi="Điều chỉnh mục tiêu chất lượng",
        schema=Amended,
        example={"reason": "Tăng chỉ tiêu theo kế hoạch cải cách hành chính của tỉnh", "target": 99},
        invalid={"no reason": {"target": 99}},
    )
)
declare(
    EventType(
        name="qms.objective.baselined",
        owner="audit",
        en="State of a quality objective from before the agency joined",
        vi="Hiện trạng mục tiêu chất lượng có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            **{name: value for name, value in _SET.items() if name != "owner"},
            "state": "measured",
            "state_since": "2026-03-31",
            "value": 97.1,
            "measured_on": "2026-03-31",
        },
        invalid={"no state": {**_SET, "state_since": "2026-03-31"}},
    )
)
