"""Envelopes of simulated events, their times and ids; small because tens of thousands a second are made."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, NamedTuple

from shared import clock
from shared.contracts.upcasting import dataschema_of
from shared.vietnam.text import folded

Event = dict[str, Any]

#: Offices work from 07:30; events of a day are spread over nine hours from then on.
_OPENS = 7 * 3600 + 1800
OFFICE_SECONDS = 9 * 3600


class Emission(NamedTuple):
    """An event that a scenario wants to happen on the day it was given."""

    #: Type without the prefix: `procedure.revised`.
    kind: str
    agency_id: str
    subject: str
    data: dict[str, Any]
    #: Days until the scenario goes on, at the earliest.
    wait: int = 0
    imported: bool = False
    #: The pusher's id where another event names it; else a running number is given.
    event_id: str = ""
    #: Id of the agency's own event that this one corrects or retracts.
    corrects: str = ""


@lru_cache(maxsize=20_000)
def iso(day: int) -> str:
    """Return a day number as an ISO 8601 date."""
    return clock.to_date(day).isoformat()


def moment(day: int, second: int) -> str:
    """Return the RFC 3339 time of a second of the office day in Viet Nam."""
    total = _OPENS + min(second, OFFICE_SECONDS)
    return f"{iso(day)}T{total // 3600:02d}:{total // 60 % 60:02d}:{total % 60:02d}+07:00"


def envelope(emission: Emission, event_id: str, time: str) -> Event:
    """Return the CloudEvent of an emission."""
    kind, agency_id, subject, data, _wait, imported, own_id, corrects = emission
    event: Event = {
        "specversion": "1.0",
        "id": own_id or event_id,
        "source": f"/agencies/{agency_id}",
        "type": f"qms.{kind}",
        "subject": subject,
        "time": time,
        "data": data,
    }
    if imported:
        event["provenance"] = "imported"
    if corrects:
        event["corrects"] = corrects
    if (schema := _dataschema(kind)) is not None:
        event["dataschema"] = schema
    return event


@cache
def _dataschema(kind: str) -> str | None:
    return dataschema_of(f"qms.{kind}")


def slug(text: str) -> str:
    """Return text as part of an id: letters and digits without marks, words joined by hyphens."""
    words = "".join(letter if letter.isalnum() else " " for letter in folded(text))
    return "-".join(words.split())
