"""Which agencies have not been heard of for how long; what the system derives about one is no sign of life of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, func, select

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.groups import province_label
from services.inspection.heads import Heads, heads
from shared import clock
from shared.registry.record import AgencyRecord
from shared.turns import in_turns


class Silent(NamedTuple):
    """An agency that is silent."""

    agency_id: str
    record: AgencyRecord
    #: Day of the names.
    today: int
    province_label: str
    #: Day of its last event; None where there was never one beside its registration.
    last_on: int | None
    #: Days since then, or since it exists.
    days: int

    @property
    def name_vi(self) -> str:
        """Return its name; of thousands of silent agencies a page shows a hundred."""
        return self.record.name_on(self.today)

    @property
    def name_en(self) -> str:
        """Return its English name, empty where there is none."""
        return self.record.name_on(self.today, "en")


#: Where an agency tells of its own work, and how; what the system derives or others record about it is no sign of life.
_OWN_LOGS = ("documents", "audit")
_OWN_WORD = ("self_reported", "imported")


class _Heard(NamedTuple):
    """By agency the day of its last own event, as far as the views were in each log."""

    heads: Heads
    last: Mapping[str, int]


# By version of the views; replaced, never changed, so that threads need no lock.
_heard: WeakKeyDictionary[Engine, dict[int, _Heard]] = WeakKeyDictionary()


def last_heard(connection: Connection) -> Mapping[str, int]:
    """Return by agency the day of the last event of its own.

    Events are only ever added: what was found before is brought up to what has come since.
    """
    version = serving.version(connection)
    memory = _heard.setdefault(connection.engine, {})
    now, before = heads(connection, version, _OWN_LOGS), memory.get(version)
    if before is None or not now.goes_on_from(before.heads):
        found = _Heard(now, dict(_of_all(connection)))
    elif before.heads == now:
        found = before
    else:
        found = _Heard(now, _later(before.last, _of_new(connection, before.heads, now)))
    memory[version] = found
    return found.last


def _of_all(connection: Connection) -> Iterator[tuple[str, int]]:
    events = serving.views(connection).events
    known, own = events.c, events.alias().c
    agencies = select(known.agency_id).distinct().subquery()
    # From the end of each agency's part of the index of time lines: few entries are passed over.
    latest = (
        select(own.occurred_at)
        .where(own.agency_id == agencies.c.agency_id, own.provenance.in_(_OWN_WORD), own.service.in_(_OWN_LOGS))
        .order_by(own.occurred_at.desc())
        .limit(1)
        .correlate(agencies)
        .scalar_subquery()
    )
    rows = connection.execute(select(agencies.c.agency_id, latest))
    return ((agency_id, clock.vietnam_day(at)) for agency_id, at in rows if at is not None)


def _of_new(connection: Connection, before: Heads, now: Heads) -> Iterator[tuple[str, int]]:
    columns = serving.views(connection).events.c
    for one, later in zip(before.logs, now.logs, strict=True):
        rows = connection.execute(
            select(columns.agency_id, func.max(columns.occurred_at))
            .where(columns.service == one.service, columns.partition == one.partition)
            .where(columns.position > one.position, columns.position <= later.position)
            .where(columns.provenance.in_(_OWN_WORD))
            .group_by(columns.agency_id)
        )
        yield from ((agency_id, clock.vietnam_day(at)) for agency_id, at in rows)


def _later(last: Mapping[str, int], new: Iterator[tuple[str, int]]) -> dict[str, int]:
    found = dict(last)
    for agency_id, day in new:
        found[agency_id] = max(day, found.get(agency_id, day))
    return found


def events_about(connection: Connection, agency_ids: Collection[str]) -> dict[str, int]:
    """Return how many events are in the logs about each of some agencies."""
    columns = serving.views(connection).events.c
    found: dict[str, int] = {}
    named = sorted(agency_ids)
    for start in range(0, len(named), _NAMED):
        part = named[start : start + _NAMED]
        query = select(columns.agency_id, func.count()).where(columns.agency_id.in_(part)).group_by(columns.agency_id)
        found |= {agency_id: int(count) for agency_id, count in connection.execute(query)}
    return found


#: Agencies named in one query.
_NAMED = 1000


def silent_agencies(
    connection: Connection,
    today: int,
    known_at: int,
    *,
    days: int,
    within: Collection[str] | None = None,
) -> list[Silent]:
    """Return the live agencies without an event of their own for some days, the longest silent first.

    Args:
        connection: A reading transaction.
        today: Day number.
        known_at: Instant up to which events count.
        days: How long the silence must be.
        within: Only these agencies.
    """
    last = last_heard(connection)
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, today, known_at)
    labels = cache(lambda province: province_label(province, today, snapshot.territory)[0])
    found = []
    for agency_id, member in in_turns(snapshot.members.items()):
        if within is not None and agency_id not in within:
            continue
        record = member.record
        last_on = last.get(agency_id)
        silent = today - (last_on if last_on is not None else record.valid_from)
        if silent >= days:
            found.append(Silent(agency_id, record, today, labels(member.province), last_on, silent))
    return sorted(found, key=lambda one: (-one.days, one.agency_id))
