"""Verdicts of inspectors on what agencies reported, by event: as of a day, as known at an instant.

Reads the bearings of the oversight views (`bearings.py`), which hold a verdict from the moment it was recorded, whether
or not the event that it names has come yet. A corrected or retracted verdict counts no more; of several inspections the
latest verdict counts. What a verdict does to the verified variant of figures is in `indicators/timeline.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from services.inspection import serving
from services.inspection.bearings import of_event
from services.inspection.indicators.timeline import VERDICT
from shared.database.bulk import select_by_keys

#: Source and id of an event.
EventKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an inspection found of an event."""

    #: `confirmed`, `contradicted` or `unverifiable`.
    verdict: str
    #: Day of the verdict, days since 1970-01-01, and when it was recorded.
    day: int
    recorded_at: int
    #: The event that says so: source and id.
    by: EventKey


_COLUMNS = ("wanted", "event", "event_id", "recorded_at", "corrects", "fact")


def verdicts_on(
    connection: Connection, events: Iterable[EventKey], as_of: int, known_at: int
) -> dict[EventKey, Verdict]:
    """Return the verdicts on events, by source and id; events that nobody verified are left out."""
    wanted = {of_event(*event): event for event in events}
    rows = select_by_keys(connection, serving.views(connection).bearings, "wanted", list(wanted), _COLUMNS)
    told: dict[EventKey, list[Mapping[str, Any]]] = {}
    for row in rows:
        named = dict(zip(_COLUMNS, row, strict=True))
        if named["recorded_at"] <= known_at:
            told.setdefault(wanted[named["wanted"]], []).append(named)
    found = {event: _standing(rows_of, as_of) for event, rows_of in told.items()}
    return {event: verdict for event, verdict in found.items() if verdict is not None}


def _standing(rows: Sequence[Mapping[str, Any]], as_of: int) -> Verdict | None:
    """Return the latest verdict that was neither corrected nor taken back."""
    withdrawn = {(_source(row["event"]), row["corrects"]) for row in rows if row["corrects"]}
    kept = []
    for row in rows:
        name, day, data = orjson.loads(row["fact"])
        by = (_source(row["event"]), row["event_id"])
        if name == VERDICT and day <= as_of and by not in withdrawn:
            kept.append(Verdict(data["verdict"], day, row["recorded_at"], by))
    return max(kept, key=lambda verdict: (verdict.day, verdict.recorded_at), default=None)


def _source(event: str) -> str:
    return event.partition("/")[0]
