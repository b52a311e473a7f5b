"""What one change of the law did: every procedure that rests on the text, stale or brought up to date, and how fast.

Reads the contributions of the indicators (measure `stale_change`); which change concerns which procedure is found by the
documents service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select

from services.inspection import serving
from services.inspection.agencies import Snapshot, registry_of
from services.inspection.groups import province_label
from services.inspection.indicators.procedures import STALE_CHANGE
from shared import clock
from shared.database.bulk import select_by_keys


@dataclass(frozen=True, slots=True)
class AffectedProcedure:
    """One procedure that a change of the law concerns."""

    agency_id: str
    name_vi: str
    name_en: str
    province_label: str
    procedure_id: str
    #: Day from which it was stale.
    since: int | None
    #: Day by which it is to be brought up to date; None where it is not known.
    due_on: int | None
    #: Day on which it was revised or confirmed; None while it is stale.
    updated_on: int | None

    @property
    def lead_days(self) -> int | None:
        """Return the days from becoming stale to being brought up to date."""
        return None if self.updated_on is None or self.since is None else self.updated_on - self.since


def affected_procedures(
    connection: Connection, change: tuple[str, str], as_of: int, known_at: int
) -> list[AffectedProcedure]:
    """Return the procedures that a change concerns, the stale ones first, the earliest due first.

    Args:
        connection: A reading transaction.
        change: Source and id of the event that changed the text.
        as_of: Day number.
        known_at: Instant up to which facts count.
    """
    columns = serving.views(connection).deltas.c
    rows = connection.execute(
        select(columns.agency_id, columns.stream, columns.day, columns.a1, columns.a2)
        .where(
            columns.measure == STALE_CHANGE,
            columns.dimension == "/".join(change),
            columns.day <= as_of,
            columns.known_at <= known_at,
        )
        .order_by(columns.day)
    )
    found: dict[bytes, dict[str, Any]] = {}
    for agency_id, stream, day, stale, updated in rows:
        one = found.setdefault(bytes(stream), {"agency_id": agency_id, "stale": 0, "since": None, "updated": {}})
        one["stale"] += stale
        if stale > 0 and one["since"] is None:
            one["since"] = day
        one["updated"][day] = one["updated"].get(day, 0) + updated
    flags = _flags(connection, list(found), change)
    snapshot = registry_of(connection, serving.version(connection)).snapshot(connection, as_of, known_at)
    lines = [_line(snapshot, one, flags.get(stream, {})) for stream, one in found.items()]
    return sorted(
        (line for line in lines if line is not None),
        key=lambda line: (line.updated_on is not None, line.due_on or 0, line.agency_id, line.procedure_id),
    )


def _line(snapshot: Snapshot, one: Mapping[str, Any], flag: Mapping[str, Any]) -> AffectedProcedure | None:
    updated = [day for day, count in one["updated"].items() if count > 0]
    if one["stale"] <= 0 and not updated:
        return None
    agency_id = one["agency_id"]
    record, member = snapshot.records.get(agency_id), snapshot.members.get(agency_id)
    due = flag.get("due_on")
    return AffectedProcedure(
        agency_id,
        record.name_on(snapshot.day) if record else agency_id,
        record.name_on(snapshot.day, "en") if record else "",
        province_label(member.province, snapshot.day, snapshot.territory)[0] if member else "",
        str(flag.get("subject", "")),
        one["since"],
        clock.day_of(due) if due else None,
        max(updated) if one["stale"] <= 0 else None,
    )


def _flags(connection: Connection, streams: list[bytes], change: tuple[str, str]) -> dict[bytes, dict[str, Any]]:
    """Return subject and due day of each stream's flag for the change."""
    events = serving.views(connection).events
    found: dict[bytes, dict[str, Any]] = {}
    flagged = {"type": "qms.procedure.flagged_stale"}
    for stream, subject, body in select_by_keys(
        connection, events, "stream", streams, ("stream", "subject", "body"), only=flagged
    ):
        data = orjson.loads(body).get("data") or {}
        named = data.get("change") or {}
        if (named.get("source"), named.get("id")) == change or stream not in found:
            found[stream] = {"subject": subject, "due_on": data.get("due_on")}
    return found
