"""Closed months of what is counted in the inbox itself: events by their lag in days, and the day of the latest event.

Both are of what agencies reported themselves of their work. By lag an event is `{month}|{lag}`, dated by its day, so that day
and lag together say on which day it was recorded; only of the day that an instant cuts are the events themselves read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, and_, func, literal_column, or_, select

from services.inspection.checkpoints.blocks import Entry, pack_entries, unpack_entries
from services.inspection.checkpoints.closing import KNOWN, Block, Running, join_to, latest, plus
from services.inspection.checkpoints.months import ends_at, first_day, last_day
from services.inspection.checkpoints.reading import Closed, Wanted, parts, planned, totals
from services.inspection.indicators.sums import EVENT_LAG, EVENT_LAST
from services.inspection.indicators.timeline import Amounts
from services.inspection.tables import OversightTables
from shared import clock

#: Whose events are counted: what agencies do, not what is done with them.
SERVICES = ("documents", "audit")

#: Microseconds of a day, and by which Vietnam is ahead of UTC.
_DAY = 86_400_000_000
_VIETNAM = 25_200_000_000


def lag_of(events: Any) -> ColumnElement[int]:
    """Return the whole days from an event's day to the one on which it was recorded, both in Viet Nam."""
    # Both databases cut the quotient of integers.
    ahead, day = (literal_column(str(number), BigInteger) for number in (_VIETNAM, _DAY))
    lag: ColumnElement[int] = (events.recorded_at + ahead) // day - events.day
    return lag


def counts(events: Any) -> ColumnElement[bool]:
    """Return the condition on the events that are counted."""
    return and_(events.provenance == "self_reported", events.service.in_(SERVICES))


def known_between(connection: Connection, tables: OversightTables, after: int, until: int) -> list[Entry]:
    """Return the events recorded after one instant and up to another, by agency, month and lag, and day."""
    columns = tables.events.c
    places = [
        and_(
            columns.service == service,
            columns.partition == partition,
            columns.position > _place(connection, tables, service, partition, after),
            columns.position <= _place(connection, tables, service, partition, until),
        )
        for service, partition in logs(connection, tables, SERVICES)
    ]
    if not places:
        return []
    lag = lag_of(columns)
    rows = connection.execute(
        select(columns.agency_id, columns.day, lag.label("lag"), func.count())
        .where(or_(*places), columns.provenance == "self_reported")
        .group_by(columns.agency_id, columns.day, "lag")
    )
    return [
        (agency_id, f"{clock.to_date(day).isoformat()[:7]}|{days}", day, (count, 0, 0, 0))
        for agency_id, day, days, count in rows
    ]


def logs(connection: Connection, tables: OversightTables, services: Sequence[str]) -> list[tuple[str, int]]:
    """Return the logs of services that have events in the inbox, with their partitions."""
    columns = tables.events.c
    found = []
    for service in services:
        highest = connection.execute(select(func.max(columns.partition)).where(columns.service == service)).scalar()
        found += [(service, partition) for partition in range(0 if highest is None else int(highest) + 1)]
    return found


def first_recorded(connection: Connection, tables: OversightTables, services: Sequence[str]) -> int | None:
    """Return when the first event of all was recorded."""
    columns = tables.events.c
    found = [
        connection.execute(
            select(columns.recorded_at)
            .where(columns.service == service, columns.partition == partition)
            .order_by(columns.position)
            .limit(1)
        ).scalar()
        for service, partition in logs(connection, tables, services)
    ]
    return min((int(instant) for instant in found if instant is not None), default=None)


def _place(connection: Connection, tables: OversightTables, service: str, partition: int, instant: int) -> int:
    """Return the last position of a log that was recorded up to an instant: halving, since both go up together."""
    columns = tables.events.c
    of_log = (columns.service == service, columns.partition == partition)
    low, high = 0, int(connection.execute(select(func.max(columns.position)).where(*of_log)).scalar() or 0)
    while low < high:
        middle = (low + high + 1) // 2
        # What was set aside is not in the inbox: the next one before it tells.
        at = (
            select(columns.position, columns.recorded_at)
            .where(*of_log, columns.position <= middle)
            .order_by(columns.position.desc())
            .limit(1)
        )
        row = connection.execute(at).first()
        if row is None or row.recorded_at <= instant:
            low = middle
        else:
            high = row.position - 1
    return low


#: How the amounts of each measure are put together.
JOINS = {EVENT_LAG: plus, EVENT_LAST: latest}


def close(measures: Mapping[str, Running], entries: Sequence[Entry], month: int) -> Iterator[tuple[str, Block]]:
    """Close a month of both measures, given what became known in it, and return their blocks."""
    yield EVENT_LAG, Block(KNOWN, "", b"", pack_entries(entries))
    for measure, told in ((EVENT_LAG, entries), (EVENT_LAST, last_days(entries))):
        yield from ((measure, block) for block in measures[measure].close(month, _dated(told, month)))


def _dated(entries: Iterable[Entry], month: int) -> Iterator[Entry]:
    """Return entries as `Running` takes them: without the day where it lies in the month."""
    first, last = first_day(month), last_day(month)
    for agency_id, dimension, day, amounts in entries:
        yield agency_id, dimension, None if day is not None and first <= day <= last else day, amounts


def last_days(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Return the days of the events of each agency as amounts."""
    for agency_id, day in {(entry[0], entry[2] or 0) for entry in entries}:
        yield agency_id, "", day, (day, 0, 0, 0)


class Reading:
    """What one question reads: both measures need the same months that are left."""

    def __init__(
        self, connection: Connection, tables: OversightTables, months: Closed, as_of: int, known_at: int
    ) -> None:
        """Take a reading transaction, the set, the months that are closed, the day and the instant."""
        self._connection, self._tables, self._months = connection, tables, months
        self._plan, self._known_at = planned(months, as_of, known_at), known_at
        self._left: list[Entry] | None = None

    def lags(self, period: tuple[str, str]) -> dict[str, dict[str, Amounts]]:
        """Return how many events of some months there are by agency and lag.

        Args:
            period: the first month, and the first after them (`YYYY-MM`).
        """
        wanted = Wanted(self._plan, [EVENT_LAG], period, rest=True)
        found = parts(self._connection, self._tables, wanted)[EVENT_LAG]
        for agency_id, dimension, _day, amounts in self._of_months_left():
            if wanted.counts(dimension):
                join_to(found.setdefault(agency_id, {}), wanted.name(dimension), amounts, plus)
        return found

    def last_events(self) -> dict[str, Amounts]:
        """Return the day of the latest event by agency."""
        wanted = Wanted(self._plan, [EVENT_LAST], join=latest)
        found = totals(self._connection, self._tables, wanted)[EVENT_LAST]
        for entry in last_days(self._of_months_left()):
            join_to(found, entry[0], entry[3], latest)
        return found

    def _of_months_left(self) -> list[Entry]:
        """Return the events of the months that are left, up to the day and the instant asked for."""
        if self._left is None:
            self._left = [entry for entry in self._known() if (entry[2] or 0) <= self._plan.as_of]
        return self._left

    def _known(self) -> Iterator[Entry]:
        columns, last = self._tables.sums.c, self._months.last
        closed = [month for month in self._plan.left if month <= last]
        known_on = clock.vietnam_day(self._known_at)
        if clock.end_of_day(known_on) > self._known_at:
            known_on -= 1
        query = select(columns.entries).where(
            columns.measure == EVENT_LAG, columns.kind == KNOWN, columns.part == "", columns.month.in_(closed)
        )
        for (block,) in self._connection.execute(query):
            yield from (entry for entry in unpack_entries(block) if _recorded_on(entry) <= known_on)
        # Of the day that the instant cuts, and of months that are not closed, the events themselves.
        begins = min(ends_at(last), clock.end_of_day(known_on))
        if begins < self._known_at:
            yield from known_between(self._connection, self._tables, begins, self._known_at)


def _recorded_on(entry: Entry) -> int:
    """Return the day on which the events of an entry were recorded."""
    return (entry[2] or 0) + int(entry[1].partition("|")[2])
