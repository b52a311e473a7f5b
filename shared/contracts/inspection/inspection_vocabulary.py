"""Words and fields that the events of inspections, recommendations, targets and reports share.

Inspecting bodies push with their own `source`; the agency that a fact is about stands in `data.agency_id`. People
appear as posts and roles only. What agencies do under Decision 19/2014 is *kiểm tra* in Vietnamese, never *thanh tra*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.contracts.audit.vocabulary import role_ref
from shared.contracts.catalogue import Asserter, EventSchema, EventType, declare
from shared.contracts.fields import Choice, Date, Integer, Number, Reference, Text

__all__ = [
    "MODES",
    "Declared",
    "InspectionFact",
    "about_agency",
    "decision_no",
    "declare_events",
    "inspection_id",
    "mode",
    "onsite_share",
    "person_days",
    "quarter",
    "reason",
    "role_ref",
    "state_since",
    "year",
]

#: On the spot, or from the dossier and reports that the agency hands in (Circular 26/2014/TT-BKHCN).
MODES = ("on_site", "by_report")

#: Decision 144/2006/QĐ-TTg was the first to set the duty; checks of it began with it.
_FIRST_YEAR, _LAST_YEAR = 2006, 2100


class InspectionFact(EventSchema):
    """Base of the events of inspections and of what follows from them."""

    occurred_on = Date(
        "The day of the fact, where only the day is known",
        "Ngày xảy ra, khi chỉ biết ngày",
        required=False,
    )


def about_agency(*, required: bool = False) -> Text:
    """Return the field with the agency that is inspected, addressed, or whose report it is."""
    return Text(
        "Agency that the fact is about",
        "Mã cơ quan mà sự kiện nói tới (cơ quan được kiểm tra, cơ quan nhận kiến nghị, cơ quan báo cáo)",
        longest=128,
        pattern=r"^[^/ \t\r\n]+$",
        required=required,
    )


def mode() -> Choice:
    """Return the field with the way of inspecting."""
    return Choice(
        "Mode: on site, or by dossier and report",
        "Hình thức kiểm tra: trực tiếp tại cơ quan, hoặc qua hồ sơ và báo cáo",
        MODES,
        source="Thông tư 26/2014/TT-BKHCN",
    )


def quarter(*, required: bool = True) -> Integer:
    """Return the field with the quarter of the year."""
    return Integer("Quarter of the year", "Quý trong năm", low=1, high=4, required=required)


def year() -> Integer:
    """Return the field with the calendar year."""
    return Integer("Year", "Năm", low=_FIRST_YEAR, high=_LAST_YEAR)


def person_days(*, required: bool = True) -> Number:
    """Return the field with the effort of one visit."""
    return Number("Effort", "Số ngày công", low=0, high=100_000, unit="person-days", required=required)


def onsite_share(*, required: bool = True) -> Number:
    """Return the field with the least share of visits on site."""
    return Number(
        "Least share of inspections on site, 0 to 1; 0.5 where it is left out",
        "Tỷ lệ kiểm tra trực tiếp tối thiểu, từ 0 đến 1; mặc định 0,5",
        low=0,
        high=1,
        required=required,
    )


def inspection_id(*, required: bool = True) -> Reference:
    """Return the field that names an inspection; a bare id means one of the same source."""
    return Reference("Inspection", "Cuộc kiểm tra", required=required)


def decision_no(*, required: bool = True) -> Text:
    """Return the field with the number of a decision."""
    return Text("Number of the decision", "Số quyết định", longest=100, required=required)


def reason(*, required: bool = True) -> Text:
    """Return the field with the reason of a decision."""
    return Text("Reason", "Lý do", longest=2000, required=required)


def state_since() -> Date:
    """Return the field of a baseline that says since when the state has held."""
    return Date("Since when it has been in this state", "Ở trạng thái này từ ngày")


class Declared(NamedTuple):
    """What the catalogue says of one event of an aggregate."""

    #: Last part of the type: `planned`.
    name: str
    en: str
    vi: str
    schema: type[EventSchema]
    example: Mapping[str, Any]
    invalid: Mapping[str, Mapping[str, Any]]
    asserter: Asserter = "inspection_body"


def declare_events(aggregate: str, entries: Iterable[Declared], *, subject: str = "") -> None:
    """Declare the events of an aggregate of this service.

    Args:
        aggregate: Its name.
        entries: One for each event.
        subject: Subject of the examples, where it follows from the data.
    """
    for entry in entries:
        declare(
            EventType(
                name=f"qms.{aggregate}.{entry.name}",
                owner="inspection",
                en=entry.en,
                vi=entry.vi,
                schema=entry.schema,
                example=entry.example,
                invalid=entry.invalid,
                asserter=entry.asserter,
                example_subject=subject,
            )
        )
