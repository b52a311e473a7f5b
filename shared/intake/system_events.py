"""CloudEvents that the system itself writes: derived by policies, by decisions, and flags on streams."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from shared import clock
from shared.contracts.envelope import SOURCE_PREFIX, SPEC_VERSION
from shared.contracts.upcasting import dataschema_of
from shared.eventsourcing.derived import DerivedEvent
from shared.intake.items import Item


def derived_id(*parts: str) -> str:
    """Return an event id that is a pure function of its cause."""
    return "derived-" + sha256("\0".join(parts).encode()).hexdigest()[:40]


def item_of(derived: DerivedEvent, received_at: int) -> Item:
    """Return a derived event as an intake item; its bytes are the same at every hand-in."""
    event: dict[str, Any] = {
        "specversion": SPEC_VERSION,
        "id": derived.event_id,
        "source": SOURCE_PREFIX + derived.source,
        "type": derived.type,
        "subject": derived.subject,
        "time": clock.to_rfc3339(derived.occurred_at),
        "datacontenttype": "application/json",
        "provenance": "derived",
        "data": dict(derived.data),
    }
    if (schema := dataschema_of(derived.type)) is not None:
        event["dataschema"] = schema
    if derived.causation is not None:
        event["causationid"] = f"{SOURCE_PREFIX}{derived.causation[0]}#{derived.causation[1]}"
    if derived.corrects is not None:
        event["corrects"] = derived.corrects
    body = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
    return Item(event, body, "system", received_at)
