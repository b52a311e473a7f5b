"""Years, quarters and months as days, for rules about what lies within a period."""

from __future__ import annotations

from services.audit.domain.closing import closed_after
from shared import clock
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact

_MONTHS_OF_QUARTER = 3
_DECEMBER = 12


def last_day(period: str) -> int:
    """Return the last day (day number) of a year `2026`, quarter `2026-Q1` or month `2026-03`."""
    year, _, part = period.partition("-")
    month = _MONTHS_OF_QUARTER * int(part[1:]) if part.startswith("Q") else int(part or _DECEMBER)
    following = (int(year), month + 1) if month < _DECEMBER else (int(year) + 1, 1)
    return clock.day_of(f"{following[0]:04d}-{following[1]:02d}-01") - 1


def refuse_period_not_over(fact: Fact) -> Refusal | None:
    """Refuse a fact about a whole period that was still running on the day of the fact."""
    period = fact.data["period"]
    ends = last_day(period)
    if ends <= fact.day:
        return None
    return refuse(
        "PERIOD_NOT_OVER",
        f"Kỳ {period} chưa kết thúc vào ngày của sự kiện. Gửi lại sau ngày {clock.to_date(ends).isoformat()}.",
        f"The period {period} was not over on the day of the event. Push it after {clock.to_date(ends).isoformat()}.",
        "/data/period",
    )


def refuse_period_closed(fact: Fact, period: str | None = None) -> Refusal | None:
    """Refuse a fact about a closed period, unless it says why it comes so late.

    Held against the fact's own day: what is brought in later as it was reported in time needs no reason. Imported facts are
    exempt. The period is the fact's own unless another one is given (the record's, a year).
    """
    about = period or str(fact.data["period"])
    closed = closed_after(about, last_day(about), fact.day)
    if fact.imported or "late_reason" in fact.data or closed is None or fact.day <= closed:
        return None
    on = clock.to_date(closed)
    return refuse(
        "PERIOD_CLOSED",
        f"Kỳ {about} đã khóa sổ sau ngày {on:%d/%m/%Y}. Nêu lý do nộp muộn trong late_reason rồi gửi lại.",
        f"The period {about} was closed after {on.isoformat()}. Say why it comes late in late_reason and push again.",
        "/data/late_reason",
    )
