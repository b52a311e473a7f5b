"""Event types of an approved inspection programme: begun, amended by decision, closed; and its state brought along.

Closing says of each entry which inspection it became, or why it was not held.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, ListOf, Object, Text
from shared.contracts.inspection.inspection_programme import (
    DRAFTED_EXAMPLE,
    ENTRY_EXAMPLE,
    Drafted,
    entries,
    objectives,
)
from shared.contracts.inspection.inspection_vocabulary import (
    InspectionFact,
    about_agency,
    decision_no,
    inspection_id,
    onsite_share,
    person_days,
    quarter,
    reason,
    state_since,
)

STATES = ("draft", "selection_done", "consulted", "approved", "running", "closed")


class Started(InspectionFact):
    """The first inspection of the programme is on its way."""

    started_on = Date("Day it began", "Ngày bắt đầu thực hiện", required=False)


class RemovedEntry(EventSchema):
    """An entry that is taken out by the amending decision."""

    agency_id = about_agency(required=True)
    quarter = quarter(required=False)
    reason = reason()


class Amended(InspectionFact):
    """The approved programme was changed by a decision."""

    reason = reason()
    decision_no = decision_no(required=False)
    objectives = objectives()
    capacity_days = person_days(required=False)
    onsite_share_min = onsite_share(required=False)
    added = entries("Inspections added", "Các cuộc kiểm tra bổ sung", required=False)
    removed = ListOf(
        "Inspections taken out",
        "Các cuộc kiểm tra đưa ra khỏi kế hoạch",
        Object("One inspection", "Một cuộc kiểm tra", RemovedEntry),
        most=5000,
        required=False,
    )


class Outcome(EventSchema):
    """What became of one entry: the inspection, or why there was none."""

    agency_id = about_agency(required=True)
    quarter = quarter()
    inspection_id = inspection_id(required=False)
    not_held_reason = Text("Why it was not held", "Lý do không thực hiện", longest=2000, required=False)


class Closed(InspectionFact):
    """The programme is over; every entry has its outcome."""

    closed_on = Date("Day it was closed", "Ngày kết thúc", required=False)
    outcomes = ListOf(
        "What became of each entry",
        "Kết quả của từng cuộc kiểm tra trong kế hoạch",
        Object("One entry", "Một cuộc kiểm tra", Outcome),
        most=5000,
    )


class Baselined(Drafted):
    """The state of a programme from before the body joined."""

    state = Choice("Present state", "Trạng thái hiện tại", STATES)
    state_since = state_since()
    entries = entries("Inspections foreseen", "Các cuộc kiểm tra trong kế hoạch", required=False)
    decision_no = decision_no(required=False)
    approved_on = Date("Day of the approval", "Ngày phê duyệt", required=False)


_OUTCOME = {"agency_id": "ubnd-xa-thanh-son", "quarter": 2, "inspection_id": "KT-2026-07"}

declare(
    EventType(
        name="qms.inspection_programme.started",
        owner="inspection",
        en="The inspection programme began",
        vi="Bắt đầu thực hiện kế hoạch kiểm tra",
        schema=Started,
        example={"started_on": "2026-03-02"},
        invalid={"no day": {"started_on": "tháng 3"}},
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.amended",
        owner="inspection",
        en="The approved inspection programme was amended",
        vi="Điều chỉnh kế hoạch kiểm tra",
        schema=Amended,
        example={
            "reason": "Bổ sung kiểm tra đột xuất theo chỉ đạo",
            "decision_no": "210/QĐ-UBND",
            "added": [{**ENTRY_EXAMPLE, "quarter": 4, "cause": "Kiểm tra lại sau kiến nghị"}],
        },
        invalid={"no reason": {"added": [ENTRY_EXAMPLE]}},
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.closed",
        owner="inspection",
        en="The inspection programme was closed",
        vi="Kết thúc kế hoạch kiểm tra năm",
        schema=Closed,
        example={"closed_on": "2026-12-20", "outcomes": [_OUTCOME]},
        invalid={"outcome of nobody": {"outcomes": [{"quarter": 2, "inspection_id": "KT-2026-07"}]}},
        asserter="inspection_body",
        example_subject="programme-2026",
    )
)
declare(
    EventType(
        name="qms.inspection_programme.baselined",
        owner="inspection",
        en="State of an inspection programme from before the body joined",
        vi="Hiện trạng kế hoạch kiểm tra có từ trước khi tham gia hệ thống",
        schema=Baselined,
        example={
            **DRAFTED_EXAMPLE,
            "year": 2025,
            "state": "running",
            "state_since": "2025-03-03",
            "entries": [ENTRY_EXAMPLE],
            "decision_no": "38/QĐ-UBND",
            "approved_on": "2025-01-24",
        },
        invalid={"unknown state": {**DRAFTED_EXAMPLE, "state": "done", "state_since": "2025-03-03"}},
        asserter="inspection_body",
        example_subject="programme-2025",
    )
)
