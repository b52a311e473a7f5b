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


def silent_agencies(
    connection: Connection, today: int, known_at: int, *, days: int, within: Collection[str] | None = None
) -> list[Silent]:
    """Return the live agencies without an event of their own for some days, the longest silent first.

    Args:
        connection: A reading transaction.
        today: Day number.
        known_at: Instant up to which events count.
        days: How long the silence must be.
        within: Only these agencies.
    """
    columns = serving.views(connection).events.c
    # The index of time lines has all of it; the last event of an agency is the last of its part.
    rows = connection.execute(select(columns.agency_id, func.max(columns.occurred_at)).group_by(columns.agency_id))
    last = {agency_id: clock.vietnam_day(occurred_at) for agency_id, occurred_at in rows}
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, today, known_at)
    found = []
    for agency_id, member in snapshot.members.items():
        if within is not None and agency_id not in within:
            continue
        record = member.record
        heard = last.get(agency_id)
        silent = today - (heard if heard is not None else record.valid_from)
        if silent >= days:
            label = province_label(member.province, today, snapshot.territory)[0]
            names = (record.name_on(today), record.name_on(today, "en"))
            found.append(Silent(agency_id, *names, label, heard, silent))
    return sorted(found, key=lambda one: (-one.days, one.agency_id))
