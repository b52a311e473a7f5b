"""Event types of an agency's calendar of inspections: what is booked, so that no two come within the quiet period.

Derived by the system from planned, rescheduled, postponed and cancelled inspections; never taken from outside.
"""

from __future__ import annotations

from shared.contracts.catalogue import EventType, declare
from shared.contracts.fields import Boolean, Object, Text
from shared.contracts.inspection.inspection_planning import Span
from shared.contracts.inspection.inspection_vocabulary import InspectionFact, about_agency


def _inspection() -> Text:
    return Text("Inspection, as body and id", "Cuộc kiểm tra: cơ quan kiểm tra và mã", longest=260)


class Booked(InspectionFact):
    """Days were taken for an inspection; those booked for it before are free again."""

    agency_id = about_agency(required=True)
    inspection = _inspection()
    window = Object("Days booked", "Thời gian", Span)
    joint = Boolean("Whether it is joined to another visit", "Phối hợp với cuộc kiểm tra khác hay không")


class Released(InspectionFact):
    """The days booked for an inspection are free again."""

    agency_id = about_agency(required=True)
    inspection = _inspection()


_AGENCY = {"agency_id": "ubnd-xa-thanh-son", "inspection": "so-khcn-phu-tho/KT-2026-07"}
_BOOKED = {**_AGENCY, "window": {"from": "2026-06-16", "to": "2026-06-18"}, "joint": False}

declare(
    EventType(
        name="qms.visit_calendar.booked",
        owner="inspection",
        en="Days of the agency were booked for an inspection",
        vi="Xếp lịch kiểm tra cho cơ quan",
        schema=Booked,
        example=_BOOKED,
        invalid={"no window": dict(_AGENCY)},
        asserter="system",
    )
)
declare(
    EventType(
        name="qms.visit_calendar.released",
        owner="inspection",
        en="The booked days are free again",
        vi="Bỏ lịch kiểm tra của cơ quan",
        schema=Released,
        example=_AGENCY,
        invalid={"no inspection": {"agency_id": "ubnd-xa-thanh-son"}},
        asserter="system",
    )
)
