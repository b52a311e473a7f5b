"""Events that a policy of a service derives from others (staleness, alerts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DerivedEvent:
    """An event made by the system; appended once however often it is handed in.

    `event_id` must be a pure function of its cause, since it is what makes a repeated hand-in after a
    crash recognisable (idempotency key = source and id).
    """

    #: Full type, such as `qms.procedure.flagged_stale`.
    type: str
    #: Agency whose record it belongs to.
    source: str
    #: The aggregate's id within the source.
    subject: str
    #: Deterministic id, at most 128 characters.
    event_id: str
    #: Business time, microseconds since the epoch.
    occurred_at: int
    #: The event's fields.
    data: Mapping[str, Any]
    #: `(source, id)` of the event that caused it; travels as `causationid`.
    causation: tuple[str, str] | None = None
    #: Id of the derived event of the same record that this one takes back or replaces; travels as `corrects`.
    corrects: str | None = None
