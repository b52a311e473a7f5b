"""Event types of what an ended agency still owed: who inherits each thing, or the decision that it lapses.

`source` is the agency that owed it. The thing keeps its record (its source and id); from the effective day on its
inheritor speaks for it.
"""

from __future__ import annotations

from typing import ClassVar

from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Contract, Reference, Text
from shared.contracts.inspection.agency_vocabulary import RegistryFact, agency_ref, effective, legal_basis

#: Kinds of obligations, and the aggregate whose record each is.
KINDS = {
    "nc": "nonconformity",
    "action": "action",
    "recommendation": "recommendation",
    "procedure": "procedure",
    "declaration": "declaration",
    "target": "target",
    "report_duty": "periodic_report",
}


def _kind() -> Choice:
    return Choice(
        "Kind: nonconformity, action, recommendation, procedure, declaration, target, duty to report",
        "Loại: sự không phù hợp, hành động khắc phục, kiến nghị, quy trình, công bố, mục tiêu, nghĩa vụ báo cáo",
        tuple(KINDS),
    )


def _id() -> Reference:
    return Reference(
        "The thing: its id, or source and id where its record is another agency's (recommendations)",
        "Đối tượng: mã, hoặc source và id khi hồ sơ do cơ quan khác lập (kiến nghị)",
    )


def _reorganisation() -> Reference:
    return Reference("Reorganisation it belongs to", "Đợt sắp xếp liên quan", required=False)


class _Decision(RegistryFact):
    """What both decisions name."""

    class Meta(RegistryFact.Meta):
        """Adds the field whose name is a Python keyword."""

        include: ClassVar[dict[str, Contract]] = {
            "from": agency_ref("Agency that owed it; same as source", "Cơ quan có nghĩa vụ; trùng với source")
        }

    kind = _kind()
    id = _id()
    effective = effective()
    reorganisation = _reorganisation()
    legal_basis = legal_basis()


class Inherited(_Decision):
    """Another agency takes the thing over from a day on."""

    to = agency_ref("Agency that inherits it", "Cơ quan kế thừa", required=True)


class Lapsed(_Decision):
    """Nobody takes the thing over: it is given up by a decision."""

    reason = Text("Reason", "Lý do", longest=2000)
    decision_no = Text("Number of the decision", "Số quyết định", longest=100)
    evidence = EVIDENCE_LIST


_INHERITED = {
    "kind": "action",
    "id": "HDKP-2025-011",
    "from": "ubnd-huyen-thanh-son",
    "to": "ubnd-xa-thanh-son",
    "effective": "2025-07-01",
    "legal_basis": "Nghị quyết 203/2025/QH15",
}
_LAPSED = {
    "kind": "report_duty",
    "id": {"source": "/agencies/ubnd-huyen-thanh-son", "id": "BC-2025"},
    "effective": "2025-07-01",
    "reason": "Nội dung đã được báo cáo chung trong báo cáo của tỉnh",
    "decision_no": "1205/QĐ-UBND",
}

declare(
    EventType(
        name="qms.obligation.inherited",
        owner="inspection",
        en="Another agency inherited something that was still open",
        vi="Cơ quan khác kế thừa một nghĩa vụ chưa hoàn thành",
        schema=Inherited,
        example=_INHERITED,
        example_subject="action:HDKP-2025-011",
        invalid={
            "nobody inherits": {name: value for name, value in _INHERITED.items() if name != "to"},
            "unknown kind": {**_INHERITED, "kind": "debt"},
            "nothing named": {**_INHERITED, "id": ""},
        },
        asserter="parent",
    )
)
declare(
    EventType(
        name="qms.obligation.lapsed",
        owner="inspection",
        en="It was decided that something still open lapses",
        vi="Quyết định chấm dứt một nghĩa vụ chưa hoàn thành",
        schema=Lapsed,
        example=_LAPSED,
        example_subject="report_duty:ubnd-huyen-thanh-son/BC-2025",
        invalid={
            "no decision": {name: value for name, value in _LAPSED.items() if name != "decision_no"},
            "no reason": {name: value for name, value in _LAPSED.items() if name != "reason"},
        },
        asserter="parent",
    )
)
