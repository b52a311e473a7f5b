"""Event types of the risk (rủi ro, cơ hội) of the management system, ISO 9001:2015 6.1."""

from __future__ import annotations

from typing import Any

from shared.contracts.audit.vocabulary import AuditFact, procedure_id, reason, role_ref, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Boolean, Choice, Date, Integer, ListOf, Reference, Text

STATES = ("identified", "treated", "closed")
KINDS = ("risk", "opportunity")
TREATMENTS = ("avoid", "reduce", "transfer", "accept", "pursue")


def _degree(en: str, vi: str, *, required: bool = True) -> Integer:
    return Integer(en, vi, low=1, high=5, required=required, source="ISO 31010")


class Identified(AuditFact):
    """A risk or an opportunity was identified."""

    kind = Choice("Risk or opportunity", "Rủi ro hoặc cơ hội", KINDS)
    statement = Text("What may happen, and why", "Mô tả và nguyên nhân", longest=4000)
    likelihood = _degree("How likely, 1 (rare) to 5", "Khả năng xảy ra, từ 1 (hiếm) đến 5")
    impact = _degree("How grave, 1 (slight) to 5", "Mức độ ảnh hưởng, từ 1 (nhẹ) đến 5")
    owner = role_ref("Post that answers for it", "Vị trí chịu trách nhiệm")
    procedure_id = procedure_id()
    identified_on = Date("Day it was identified", "Ngày nhận diện", required=False)


class Treated(AuditFact):
    """It was decided and done what to make of it."""

    treatment = Choice(
        "Avoid, reduce, transfer or accept a risk; pursue an opportunity",
        "Tránh, giảm thiểu, chuyển giao, chấp nhận rủi ro; tận dụng cơ hội",
        TREATMENTS,
        source="ISO 9001:2015 6.1.2",
    )
    what = Text("What was done", "Biện pháp", longest=4000, required=False)
    action_ids = ListOf(
        "Actions that carry it out",
        "Các hành động thực hiện",
        Reference("One action", "Một hành động"),
        most=50,
        required=False,
    )
    residual_likelihood = _degree("How likely it is now", "Khả năng xảy ra còn lại", required=False)
    residual_impact = _degree("How grave it is now", "Mức độ ảnh hưởng còn lại", required=False)
    treated_on = Date("Day of the treatment", "Ngày xử lý", required=False)
    evidence = EVIDENCE_LIST


class Closed(AuditFact):
    """It need not be watched any longer."""

    reason = reason()
    effective = Boolean("Whether the treatment worked", "Biện pháp có hiệu lực", required=False)
    closed_on = Date("Day it was closed", "Ngày kết thúc theo dõi", required=False)


class Baselined(Identified):
    """The state of a risk from before the agency joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    treatment = Choice("Treatment, where there was one", "Biện pháp xử lý, nếu có", TREATMENTS, required=False)


_IDENTIFIED: dict[str, Any] = {
    "kind": "risk",
    "statement": "Công chức thụ lý chuyển công tác mà không bàn giao làm hồ sơ trễ hạn",
    "likelihood": 3,
    "impact": 4,
    "owner": "truong-phong-noi-vu",
}

declare(
    EventType(
        name="qms.risk.identified",
        owner="audit",
        en="A risk or an opportunity was identified",
        vi="Nhận diện rủi ro hoặc cơ hội",
        schema=Identified,
        example=_IDENTIFIED,
        invalid={
            "degree beyond 5": {**_IDENTIFIED, "impact": 6},
            "word as degree": {**_IDENTIFIED, "likelihood": "high"},
            "a person's name as owner": {**_IDENTIFIED, "owner": "Trưởng phòng Nội vụ"},
        },
    )
)
declare(
    EventType(
        name="qms.risk.treated",
        owner="audit",
        en="A risk or an opportunity was treated",
        vi="Xử lý rủi ro hoặc cơ hội",
        schema=Treated,
        example={
            "treatment": "reduce",
            "what": "Quy định bàn giao hồ sơ khi chuyển công tác",
            "residual_likelihood": 2,
            "residual_impact": 3,
        },
        invalid={"unknown treatment": {"treatment": "ignore"}},
    )
)
declare(
    EventType(
        name="qms.risk.closed",
        owner="audit",
        en="A risk or an opportunity was closed",
        vi="Kết thúc theo dõi rủi ro hoặc cơ hội",
        schema=Closed,
        example={"reason": "Đã bàn giao đầy đủ, không còn hồ sơ trễ hạn trong hai quý", "effective": True},
        invalid={"no reason": {"effective": True}},
    )
)
declare(
    EventType(
        name="qms.risk.baselined",
        owner="audit",
        en="State of a risk or an opportunity from before the agency joined",
        vi="Hiện trạng rủi ro hoặc cơ hội có từ trước khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={**_IDENTIFIED, "state": "treated", "state_since": "2025-10-01", "treatment": "reduce"},
        invalid={"open is no state": {**_IDENTIFIED, "state": "open", "state_since": "2025-10-01"}},
    )
)
