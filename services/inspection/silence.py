"""Which agencies have not been heard of for how long; what the system derives about one is no sign of life of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from services.inspection import serving
from services.inspection.agencies import registry_of
from services.inspection.groups import province_label
from shared import clock


@dataclass(frozen=True, slots=True)
class Silent:
    """An agency that is silent."""

    agency_id: str
    name_vi: str
    name_en: str
    province_label: str
    #: Day of its last event; None where there was never one beside its registration.
    last_on: int | None
    #: Days since then, or since it exists.
    days: int


#: Where an agency tells of its own work, and how; what the system derives or others record about it is no sign of life.
_OWN_LOGS = ("documents", "audit")
_OWN_WORD = ("self_reported", "imported")


def last_heard(connection: Connection) -> dict[str, int]:
    """Return by agency the day of the last event of its own."""
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
    return {agency_id: clock.vietnam_day(at) for agency_id, at in rows if at is not None}


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
    found = []
    for agency_id, member in snapshot.members.items():
        if within is not None and agency_id not in within:
            continue
        record = member.record
        last_on = last.get(agency_id)
        silent = today - (last_on if last_on is not None else record.valid_from)
        if silent >= days:
            label = province_label(member.province, today, snapshot.territory)[0]
            names = (record.name_on(today), record.name_on(today, "en"))
            found.append(Silent(agency_id, *names, label, last_on, silent))
    return sorted(found, key=lambda one: (-one.days, one.agency_id))
