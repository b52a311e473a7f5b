"""Which provinces have reported lately: the instant of the last event per province, for Prometheus.

Follows the inbox of the views by position, so that only what is new is read; the first look goes back a bounded way.
"""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection, func, select

from services.inspection import geography, serving
from services.inspection.agencies import registry_of
from shared import clock
from shared.observability.state import family

#: How far the first look of a process goes back in each log, in events. A province that is not among them shows 0.
LOOK_BACK = 200_000
_MICRO = 1_000_000


class ProvincesSeen:
    """Remembers when an event about each agency was last recorded; one per process."""

    def __init__(self) -> None:
        """Nothing has been read yet."""
        self._read: dict[str, int] = {}
        self._seen: dict[str, int] = {}

    def __call__(self, connection: Connection, service: str, now: int) -> Iterable[GaugeMetricFamily]:
        """Return the instant of the last event of each province that has agencies, seconds since the epoch."""
        self._follow(connection)
        last = family(
            "province_last_event_timestamp_seconds", "When an event of a province was last recorded", "province"
        )
        snapshot = registry_of(connection, serving.version(connection)).snapshot(
            connection, clock.vietnam_day(now), now
        )
        found: dict[str, int] = {}
        for agency_id, member in snapshot.members.items():
            province = member.province_today
            if province not in (geography.UNKNOWN, geography.CENTRAL):
                found[province] = max(found.get(province, 0), self._seen.get(agency_id, 0))
        for province, recorded_at in sorted(found.items()):
            last.add_metric([service, province], recorded_at / _MICRO)
        return (last,)

    def _follow(self, connection: Connection) -> None:
        columns = serving.views(connection).events.c
        # What the system derived about an agency is no sign of life of it.
        reported = columns.provenance != "derived"
        for source, head in connection.execute(
            select(columns.service, func.max(columns.position)).group_by(columns.service)
        ).all():
            # A log that was restored is shorter than what was read of it: its new events come again.
            after = min(self._read.get(source, max(0, head - LOOK_BACK)), head)
            rows = connection.execute(
                select(columns.source, func.max(columns.recorded_at))
                .where(columns.service == source, columns.position > after, reported)
                .group_by(columns.source)
            )
            for agency_id, recorded_at in rows:
                self._seen[agency_id] = max(recorded_at, self._seen.get(agency_id, 0))
            self._read[source] = head
