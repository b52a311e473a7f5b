"""The form in which a recorded event travels: the CloudEvent with what the log knows added.

The added attributes have the names that CloudEvents allows (lower case, no separators). What the sender wrote
comes back byte for byte from `from_wire`, so that a digest can be checked on the other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from shared import clock
from shared.contracts.upcasting import data_today
from shared.eventstore.records import RecordedEvent

SOURCE_PREFIX = "/agencies/"
#: Attributes that only the log sets; taken away again to get the body.
SYSTEM_ATTRIBUTES = (
    "asserter",
    "receivedat",
    "recordedat",
    "service",
    "partition",
    "position",
    "streamversion",
    "claimedprovenance",
)
_SYSTEM = frozenset(SYSTEM_ATTRIBUTES)
_DEFAULT_PROVENANCE = "self_reported"
#: What follows a body that was spliced in: the first of the added attributes.
_SPLICE = b',"asserter":'


def to_wire(event: RecordedEvent) -> bytes:
    """Return the JSON of the event with the system attributes; see `spliced`."""
    return spliced(event)[0]


def spliced(event: RecordedEvent) -> tuple[bytes, int]:
    """Return the JSON of the event with the system attributes, and how many bytes of the body stand in it as they are.

    The body lies at the beginning, without its closing brace (which the length counts): a reader can cut it out
    instead of writing it anew. The length is 0 where the body had to be written anew.

    `provenance` is the recorded one; where the sender had claimed another (or none, and it is not the
    default), `claimedprovenance` keeps the claim (`""` for none).
    """
    added: dict[str, Any] = {
        "asserter": event.asserter,
        "partition": event.partition,
        "position": event.position,
        "receivedat": clock.to_rfc3339(event.received_at),
        "recordedat": clock.to_rfc3339(event.recorded_at),
        "service": event.service,
        "streamversion": event.stream_version,
    }
    claimed = event.cloud_event.get("provenance") if b'"provenance"' in event.body else None
    if event.provenance != (claimed or _DEFAULT_PROVENANCE):
        added |= {"provenance": event.provenance, "claimedprovenance": claimed or ""}
        if claimed:
            return orjson.dumps({**event.cloud_event, **added}, option=orjson.OPT_SORT_KEYS), 0
    # Spliced rather than decoded and encoded again: the relay does this for every event.
    return event.body[:-1] + b"," + orjson.dumps(added)[1:], len(event.body)


def cut_out(wire: bytes, start: int, length: int) -> bytes | None:
    """Return the body of `length` bytes that was spliced into a wire form beginning at `start`; None if it was not."""
    end = start + length - 1
    return wire[start:end] + b"}" if length and wire.startswith(_SPLICE, end) else None


def from_wire(wire: Mapping[str, Any], body: bytes | None = None) -> RecordedEvent:
    """Return the event of a decoded wire form; `body` is what `cut_out` found in it, if anything.

    Raises:
        KeyError, ValueError: not the wire form of an event.
    """
    source = str(wire["source"]).removeprefix(SOURCE_PREFIX)
    occurred_at = clock.from_rfc3339(wire["time"])
    return RecordedEvent.decoded(
        {
            "service": wire["service"],
            "partition": wire["partition"],
            "position": wire["position"],
            "type": wire["type"],
            "source": source,
            "agency_id": (wire.get("data") or {}).get("agency_id") or source,
            "subject": wire["subject"],
            "event_id": wire["id"],
            "occurred_at": occurred_at,
            "recorded_at": clock.from_own_rfc3339(wire["recordedat"]),
            "received_at": clock.from_own_rfc3339(wire["receivedat"]),
            "provenance": wire.get("provenance", _DEFAULT_PROVENANCE),
            "asserter": wire["asserter"],
            "stream_version": wire["streamversion"],
            "body": _written_anew(wire) if body is None else body,
        },
        _data_today(wire, occurred_at),
    )


def _written_anew(wire: Mapping[str, Any]) -> bytes:
    """Return the canonical JSON of what the sender had written."""
    body = {name: value for name, value in wire.items() if name not in _SYSTEM}
    if "claimedprovenance" in wire:
        _restore_claim(body, wire["claimedprovenance"])
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def _data_today(wire: Mapping[str, Any], occurred_at: int) -> Mapping[str, Any] | None:
    """Return the data in today's version; None where it cannot be read: whoever asks for it meets the error, and parks it."""
    try:
        return data_today(wire["type"], wire, occurred_at)
    except Exception:  # noqa: BLE001 - one event that cannot be read must not take a whole message with it
        return None


def _restore_claim(body: dict[str, Any], claimed: str) -> None:
    """Put back what the sender had written."""
    if claimed:
        body["provenance"] = claimed
    else:
        del body["provenance"]
