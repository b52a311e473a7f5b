"""Who else comes to the agencies of a programme in its year: audits and the inspections of other bodies, quarter by quarter.

Read-only. What is near an entry is a candidate for a joint visit; the pairs of visits that stand already are in `visits.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from services.inspection.indicators.overlap import GAP, SAVED_PERCENT
from services.inspection.visits import PlannedVisit, visits_to
from shared import clock

_MONTHS_OF_A_QUARTER = 3
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Meeting:
    """An entry of a programme and another visit to the same agency near its quarter."""

    agency_id: str
    quarter: int
    visit: PlannedVisit
    #: Whether the entry is joined to this visit already.
    joint: bool
    #: Person-days that going together would save.
    savable_days: float


def quarter_days(year: int, quarter: int) -> tuple[int, int]:
    """Return first and last day of a quarter."""
    first = clock.day_of(f"{year}-{1 + (quarter - 1) * _MONTHS_OF_A_QUARTER:02}-01")
    following = f"{year + quarter // _QUARTERS}-{1 + quarter % _QUARTERS * _MONTHS_OF_A_QUARTER:02}-01"
    return first, clock.day_of(following) - 1


def meetings(
    connection: Connection,
    body: str,
    year: int,
    entries: Sequence[Mapping[str, Any]],
    moment: tuple[int, int],
) -> list[Meeting]:
    """Return what comes to the agencies of a programme in or near the quarter of their entry, in order of agency.

    Args:
        connection: A reading transaction.
        body: The programme's body; its own inspections are no meeting.
        year: Of the programme.
        entries: As the state of the programme has them.
        moment: As of which day, as known at which instant.
    """
    agencies = sorted({str(entry["agency_id"]) for entry in entries})
    visits = [one for one in visits_to(connection, agencies, *moment) if (one.source, one.kind) != (body, "inspection")]
    by_agency: dict[str, list[PlannedVisit]] = {}
    for visit in visits:
        by_agency.setdefault(visit.agency_id, []).append(visit)
    found = [
        _meeting(entry, visit)
        for entry in entries
        for visit in by_agency.get(str(entry["agency_id"]), ())
        if _near(visit, *quarter_days(year, int(entry["quarter"])))
    ]
    return sorted(found, key=lambda one: (one.agency_id, one.quarter, one.visit.begins, one.visit.subject))


def _near(visit: PlannedVisit, first: int, last: int) -> bool:
    return visit.begins <= last + GAP and visit.ends >= first - GAP


def _meeting(entry: Mapping[str, Any], visit: PlannedVisit) -> Meeting:
    named = entry.get("joint_with") or {}
    told = f"{str(named.get('source', '')).removeprefix('/agencies/')}/{named.get('id', '')}"
    effort = min(float(entry["person_days"]), visit.person_days or float(entry["person_days"]))
    return Meeting(
        str(entry["agency_id"]),
        int(entry["quarter"]),
        visit,
        told == f"{visit.source}/{visit.subject}",
        effort * SAVED_PERCENT / 100,
    )
