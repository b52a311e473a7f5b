"""Builds events to append, and moves a clock by hand, for tests and measurements of the log."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import orjson

from shared import ids
from shared.eventstore.records import NewEvent

#: 2026-01-01T00:00:00Z in microseconds.
NEW_YEAR = 1_767_225_600_000_000


@dataclass(slots=True)
class ManualClock:
    """A clock that shows what a test sets it to."""

    instant: int = NEW_YEAR

    def __call__(self) -> int:
        """Return the time in microseconds."""
        return self.instant


def new_event(
    event_id: str,
    *,
    subject: str = "",
    version: int = 1,
    source: str = "agency-1",
    aggregate: str = "procedure",
    occurred_at: int = NEW_YEAR,
    padding: int = 0,
) -> NewEvent:
    """Return an event that opens a stream of its own unless told otherwise; `padding` makes the body longer."""
    subject = subject or f"subject-{event_id}"
    body = orjson.dumps(
        {
            "data": {"title": "x" * padding},
            "id": event_id,
            "source": f"/agencies/{source}",
            "specversion": "1.0",
            "subject": subject,
            "time": "2026-01-01T07:00:00+07:00",
            "type": f"qms.{aggregate}.revised",
        },
        option=orjson.OPT_SORT_KEYS,
    )
    return NewEvent(
        key=ids.event_key(source, event_id),
        stream=ids.stream_key(aggregate, f"{source}/{subject}"),
        stream_version=version,
        type=f"qms.{aggregate}.revised",
        source=source,
        agency_id=source,
        subject=subject,
        event_id=event_id,
        occurred_at=occurred_at,
        received_at=occurred_at + 1,
        provenance="self_reported",
        asserter=source,
        body=body,
        digest=sha256(b"\0" + body).digest(),
    )


def new_events(prefix: str, count: int, *, padding: int = 0) -> list[NewEvent]:
    """Return events with streams of their own, ids `prefix-0`, `prefix-1` and so on."""
    return [new_event(f"{prefix}-{number}", padding=padding) for number in range(count)]
