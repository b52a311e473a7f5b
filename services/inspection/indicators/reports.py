"""Periodic reports (báo cáo định kỳ) over time: feeds I22 (reporting discipline) and I24 (report difference).

The agency is the one that reports. Measures: `report` by the due date (due, received, received in time), `report_field` by
`{day of submission}|{field}` (fields compared, that differ) and `report_difference` by
`{day}|{field}|{thousandths of the prefilled value}` (1 per difference).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.inspection.indicators.days import day_in, iso
from services.inspection.indicators.timeline import Family, Happening, Step

REPORT = "report"
REPORT_FIELD = "report_field"
REPORT_DIFFERENCE = "report_difference"

#: Differences are kept in whole parts of this size, up to a million times what was filled in.
PARTS = 1000
_LIMIT = 10**9


@dataclass(slots=True)
class ReportState:
    """What matters of a report over time; days as day numbers."""

    due_on: int | None = None
    #: Day of the first submission, and of the latest one.
    first_on: int | None = None
    latest_on: int = 0
    prefilled: dict[str, float | None] = field(default_factory=dict)
    #: Thousandths of difference by field compared.
    differences: dict[str, int] = field(default_factory=dict)


def _by_field(values: Any) -> dict[str, float | None]:
    return {str(one["field"]): one.get("value") for one in values or ()}


def difference(prefilled: float, submitted: float) -> int:
    """Return the difference of a field in thousandths: |override - prefilled| / max(1, prefilled)."""
    return min(_LIMIT, round(abs(submitted - prefilled) / max(1, prefilled) * PARTS))


def _compared(prefilled: Mapping[str, float | None], data: Mapping[str, Any]) -> dict[str, int]:
    """Return the thousandths of difference of the fields that are numbers on both sides."""
    before = {**prefilled, **{str(one["field"]): one.get("prefilled") for one in data.get("differences", ())}}
    after = {
        **_by_field(data.get("values")),
        **{str(one["field"]): one.get("submitted") for one in data.get("differences", ())},
    }
    return {
        name: difference(before[name], value)
        for name, value in after.items()
        if value is not None and before.get(name) is not None
    }


def evolve(state: ReportState, fact: Happening) -> None:
    """Take one fact; what comes before the report was opened is ignored."""
    if fact.name in ("opened", "baselined") and state.due_on is None:
        state.due_on = day_in(fact.data, "due_on", fact.day)
        if fact.name == "baselined" and fact.data.get("submitted_on"):
            state.first_on = state.latest_on = day_in(fact.data, "submitted_on", fact.day)
    elif state.due_on is None:
        return
    elif fact.name == "prefilled":
        state.prefilled = _by_field(fact.data.get("values"))
    elif fact.name == "submitted":
        state.latest_on = day_in(fact.data, "submitted_on", fact.day)
        state.first_on = state.latest_on if state.first_on is None else state.first_on
        state.differences = _compared(state.prefilled, fact.data)


def steps(state: ReportState) -> list[Step]:
    """Return what the state contributes from which day on."""
    if state.due_on is None:
        return []
    by_day = iso(state.due_on)
    result = [Step(REPORT, by_day, state.due_on, (1, 0, 0, 0))]
    if state.first_on is not None:
        in_time = int(state.first_on <= state.due_on)
        result.append(Step(REPORT, by_day, max(state.due_on, state.first_on), (0, 1, in_time, 0)))
    day = iso(state.latest_on)
    for name, parts in state.differences.items():
        result.append(Step(REPORT_FIELD, f"{day}|{name}", state.latest_on, (1, int(parts > 0), 0, 0)))
        if parts:
            result.append(Step(REPORT_DIFFERENCE, f"{day}|{name}|{parts}", state.latest_on, (1, 0, 0, 0)))
    return result


FAMILY: Family[ReportState] = Family("periodic_report", ReportState, evolve, steps)
