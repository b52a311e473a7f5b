"""When a reporting period is closed: data with a validity, by kind of period.

A decision on a fact must come out the same whenever it is taken again, so a change is a new row from its own day on and no setting:
what was decided under the old row stays. Source of the day: Circular 15/2018/TT-BKHCN (aggregate statistics of a year by 15
February of the next one); agencies' own monthly and quarterly figures may be mended until the year they belong to is closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared import clock

Kind = Literal["year", "quarter", "month"]


@dataclass(frozen=True, slots=True)
class Closing:
    """Until when figures of one kind of period are taken without a reason."""

    #: What the days are counted from: the end of the period itself, or of the year that it lies in.
    counted_from: Literal["period", "year"]
    #: Days after that end; the last one still is in time.
    days: int


@dataclass(frozen=True, slots=True)
class Closings:
    """The rows that are in force together."""

    #: Facts of this day and later are held to these rows.
    valid_from: str
    by_kind: Mapping[Kind, Closing]


#: 15 February.
_YEAR_CLOSED = Closing("year", 46)
#: The newest last.
CLOSINGS: tuple[Closings, ...] = (
    Closings("2000-01-01", {"year": _YEAR_CLOSED, "quarter": _YEAR_CLOSED, "month": _YEAR_CLOSED}),
)


def kind_of(period: str) -> Kind:
    """Return the kind of a period: `2026`, `2026-Q1` or `2026-03`."""
    if "-" not in period:
        return "year"
    return "quarter" if "Q" in period else "month"


def closed_after(period: str, ends: int, day: int, rows: tuple[Closings, ...] = CLOSINGS) -> int | None:
    """Return the last day (day number) on which a fact of a day may speak of a period without a reason.

    Args:
        period: The period.
        ends: Its last day.
        day: Day of the fact; the row that is valid then decides.
        rows: The data.

    Returns:
        None where no row is valid yet: nothing was closed then.
    """
    valid = [row for row in rows if clock.day_of(row.valid_from) <= day]
    if not valid:
        return None
    rule = valid[-1].by_kind[kind_of(period)]
    return (ends if rule.counted_from == "period" else clock.day_of(f"{period[:4]}-12-31")) + rule.days
