"""How unusual an agency's back-dating of the last week is, in standard deviations from its own norm.

Looked at only where a report is due or a visit begins within a week of the day: that is when records are tidied up.
The norm is the twelve weeks before. Imported histories do not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean, pstdev

from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.indicators.reports import REPORT
from shared import clock
from shared.database.bulk import select_by_keys

_DAY = 86_400_000_000
_WEEKS = 13
#: Days that make an event late, and around which a report or visit counts as near.
_LATE, _NEAR = 30, 7
#: Fewer events in a week say nothing.
_FEWEST = 5
#: Least deviation assumed: a share that never varied would make any late event infinitely unusual.
_LEAST = 0.05


def deviations(connection: Connection, as_of: int, known_at: int) -> dict[str, float | None]:
    """Return by agency how many standard deviations the share of late events of the last week is above its norm."""
    near = sorted(_near(connection, as_of))
    weeks = _weeks(connection, near, min(known_at, clock.end_of_day(as_of)))
    return {agency_id: deviation(weeks.get(agency_id, ())) for agency_id in near}


def deviation(weeks: Sequence[tuple[int, int]]) -> float | None:
    """Return the deviation of the first week from the others; `(events, late events)` per week, the latest first."""
    shares = [late / events if events else 0.0 for events, late in weeks]
    if len(weeks) < _WEEKS or weeks[0][0] < _FEWEST:
        return None
    norm = shares[1:]
    return (shares[0] - fmean(norm)) / max(pstdev(norm), _LEAST)


def _near(connection: Connection, as_of: int) -> set[str]:
    """Return the agencies with a report due or a visit planned within a week of the day."""
    tables = serving.views(connection)
    days = [clock.to_date(as_of + offset).isoformat() for offset in range(-_NEAR, _NEAR + 1)]
    reports = select(tables.deltas.c.agency_id).where(
        tables.deltas.c.measure == REPORT, tables.deltas.c.dimension.in_(days)
    )
    visits = select(tables.events.c.agency_id).where(
        tables.events.c.aggregate == "inspection",
        tables.events.c.type.in_(("qms.inspection.announced", "qms.inspection.decided")),
        tables.events.c.day.between(as_of - 2 * _NEAR, as_of),
    )
    return {row[0] for query in (reports, visits) for row in connection.execute(query.distinct())}


def _weeks(connection: Connection, agencies: Sequence[str], until: int) -> Mapping[str, list[tuple[int, int]]]:
    """Return events and late ones per week before an instant, the latest week first."""
    counted: dict[str, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in range(_WEEKS)])
    columns = ("agency_id", "recorded_at", "occurred_at", "provenance")
    for agency_id, recorded_at, occurred_at, provenance in select_by_keys(
        connection, serving.views(connection).events, "agency_id", list(agencies), columns
    ):
        week = (until - recorded_at) // (7 * _DAY)
        if provenance != "self_reported" or not 0 <= week < _WEEKS:
            continue
        counted[agency_id][week][0] += 1
        counted[agency_id][week][1] += recorded_at - occurred_at > _LATE * _DAY
    return {agency_id: [(events, late) for events, late in weeks] for agency_id, weeks in counted.items()}
