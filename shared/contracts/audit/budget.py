"""Event types of the budget (kinh phí) for the management system, by year and purpose.

The subject is the key, `{year}:{purpose}`. Amounts of several requests, allocations and spendings add up. Source:
Circular 159/2010/TT-BTC.
"""

from __future__ import annotations

from shared.contracts.audit.periods import late_reason, year
from shared.contracts.audit.vocabulary import AuditFact, state_since
from shared.contracts.catalogue import EventType, declare
from shared.contracts.evidence import EVIDENCE_LIST
from shared.contracts.fields import Choice, Date, Integer, Text

PURPOSES = ("consulting", "documents", "training", "audit", "it")


def _amount(en: str, vi: str, *, low: int = 1) -> Integer:
    return Integer(en, vi, low=low, high=10**15, unit="VND", source="Thông tư 159/2010/TT-BTC")


class _Line(AuditFact):
    """What all facts about a line of the budget say."""

    year = year()
    purpose = Choice(
        "Purpose: consulting, documents and printing, training, audit, information technology",
        "Mục đích: tư vấn, tài liệu và in ấn, đào tạo, đánh giá, công nghệ thông tin",
        PURPOSES,
    )


class Requested(_Line):
    """Money was requested."""

    amount = _amount("Amount requested by this event", "Số tiền đề nghị lần này")
    requested_on = Date("Day of the request", "Ngày đề nghị", required=False)
    document_no = Text("Number of the request", "Số văn bản đề nghị", longest=100, required=False)
    late_reason = late_reason()
    evidence = EVIDENCE_LIST


class Allocated(_Line):
    """Money was allocated."""

    amount = _amount("Amount allocated by this event", "Số tiền được giao lần này")
    allocated_on = Date("Day of the allocation", "Ngày giao kinh phí", required=False)
    decision_no = Text("Number of the decision", "Số quyết định", longest=100, required=False)
    late_reason = late_reason()
    evidence = EVIDENCE_LIST


class Spent(_Line):
    """Money was spent."""

    amount = _amount("Amount spent by this event", "Số tiền đã chi lần này")
    spent_on = Date("Day of the payment", "Ngày chi", required=False)
    what = Text("What it was spent on", "Nội dung chi", longest=1000, required=False)
    late_reason = late_reason()
    evidence = EVIDENCE_LIST


class Baselined(_Line):
    """The amounts so far when the agency joins."""

    state_since = state_since()
    requested = _amount("Requested so far", "Đã đề nghị", low=0)
    allocated = _amount("Allocated so far", "Đã được giao", low=0)
    spent = _amount("Spent so far", "Đã chi", low=0)


_LINE = {"year": 2026, "purpose": "training"}
_SUBJECT = "2026:training"

declare(
    EventType(
        name="qms.budget.requested",
        owner="audit",
        en="Money for the management system was requested",
        vi="Đề nghị cấp kinh phí cho hệ thống quản lý chất lượng",
        schema=Requested,
        example={**_LINE, "amount": 45_000_000, "document_no": "18/TTr-VP"},
        example_subject=_SUBJECT,
        invalid={
            "amount as text": {**_LINE, "amount": "45.000.000"},
            "nothing requested": {**_LINE, "amount": 0},
            "unknown purpose": {**_LINE, "purpose": "travel", "amount": 45_000_000},
        },
    )
)
declare(
    EventType(
        name="qms.budget.allocated",
        owner="audit",
        en="Money for the management system was allocated",
        vi="Giao kinh phí cho hệ thống quản lý chất lượng",
        schema=Allocated,
        example={**_LINE, "amount": 30_000_000, "allocated_on": "2026-02-10", "decision_no": "210/QĐ-UBND"},
        example_subject=_SUBJECT,
        invalid={"half a dong": {**_LINE, "amount": 30_000_000.5}},
    )
)
declare(
    EventType(
        name="qms.budget.spent",
        owner="audit",
        en="Money for the management system was spent",
        vi="Chi kinh phí cho hệ thống quản lý chất lượng",
        schema=Spent,
        example={**_LINE, "amount": 12_500_000, "spent_on": "2026-04-22", "what": "Lớp đánh giá viên nội bộ"},
        example_subject=_SUBJECT,
        invalid={"no amount": {**_LINE}},
    )
)
declare(
    EventType(
        name="qms.budget.baselined",
        owner="audit",
        en="Amounts of the budget so far when the agency joined",
        vi="Hiện trạng kinh phí khi cơ quan tham gia hệ thống",
        schema=Baselined,
        example={
            **_LINE,
            "state_since": "2026-06-30",
            "requested": 45_000_000,
            "allocated": 30_000_000,
            "spent": 12_500_000,
        },
        example_subject=_SUBJECT,
        invalid={
            "negative amount": {**_LINE, "state_since": "2026-06-30", "requested": -1, "allocated": 0, "spent": 0}
        },
    )
)
