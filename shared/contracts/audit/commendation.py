"""Event type of the commendation (khen thưởng) of an agency for its management system; never of a person."""

from __future__ import annotations

from shared.contracts.audit.vocabulary import AuditFact
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Text

FORMS = ("certificate_of_merit", "certificate", "emulation_flag", "letter", "other")


class Awarded(AuditFact):
    """The agency was commended."""

    by = Text("Body that awarded it", "Cơ quan khen thưởng", longest=300)
    decision_no = Text("Number of the decision", "Số quyết định", longest=100)
    awarded_on = Date("Day of the decision", "Ngày quyết định")
    ground = Text("What for", "Thành tích", longest=2000)
    form = Choice(
        "Certificate of merit, certificate, emulation flag, letter of commendation, other",
        "Bằng khen, giấy khen, cờ thi đua, thư khen, hình thức khác",
        FORMS,
        required=False,
        source="Luật Thi đua, khen thưởng 2022",
    )
    evidence = EVIDENCE_LIST


_AWARDED = {
    "by": "Bộ Khoa học và Công nghệ",
    "decision_no": "808/QĐ-BKHCN",
    "awarded_on": "2013-04-16",
    "ground": "Thành tích trong xây dựng và áp dụng hệ thống quản lý chất lượng theo TCVN ISO 9001",
    "form": "certificate_of_merit",
}

declare(
    EventType(
        name="qms.commendation.awarded",
        owner="audit",
        en="The agency was commended for its management system",
        vi="Cơ quan được khen thưởng về hệ thống quản lý chất lượng",
        schema=Awarded,
        example=_AWARDED,
        invalid={
            "no decision": {name: value for name, value in _AWARDED.items() if name != "decision_no"},
            "a person is named": {**_AWARDED, "person": "tên cá nhân"},
        },
    )
)
