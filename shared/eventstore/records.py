"""The rows of the log: what is appended, and what is read back or received from a peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, cast

import orjson

from shared import clock
from shared.contracts.envelope import corrected_id
from shared.contracts.upcasting import data_today


@dataclass(slots=True)
class NewEvent:
    """An accepted event, ready to be appended; not frozen, which would take eight times as long to make."""

    #: `shared.ids.event_key(source, event_id)`.
    key: bytes
    #: `shared.ids.stream_key(aggregate, stream_id)`.
    stream: bytes
    #: 1 for the first event of the stream; contiguous per stream.
    stream_version: int
    type: str
    source: str
    agency_id: str
    subject: str
    event_id: str
    occurred_at: int
    received_at: int
    provenance: str
    asserter: str
    #: Canonical JSON of the CloudEvent as accepted (sorted keys, no system attributes).
    body: bytes
    #: Leaf hash over the body, SHA-256(0x00 || body) (RFC 6962, section 2.1); also the duplicate digest.
    digest: bytes


@dataclass(frozen=True)
class RecordedEvent:
    """An event with its place in its service's log."""

    #: Owning service: `documents`.
    service: str
    partition: int
    #: 1 for the first event of the partition; contiguous.
    position: int
    type: str
    #: Agency whose record it is.
    source: str
    #: Agency it is about.
    agency_id: str
    subject: str
    event_id: str
    #: Business time, microseconds.
    occurred_at: int
    #: When it was taken into the log, microseconds; strictly increasing along a partition.
    recorded_at: int
    #: When it first reached us, microseconds.
    received_at: int
    provenance: str
    asserter: str
    stream_version: int
    #: Canonical JSON of the CloudEvent.
    body: bytes

    @classmethod
    def of_row(cls, service: str, row: Sequence[Any]) -> RecordedEvent:
        """Return the event of a row that has the fields from `partition` on, in their order.

        A rebuild reads millions: this takes a quarter of the time of a frozen dataclass's `__init__`.
        """
        event = object.__new__(cls)
        event.__dict__.update(zip(_FIELDS, (service, *row), strict=True))
        return event

    @classmethod
    def of_new(cls, service: str, partition: int, position: int, recorded_at: int, new: NewEvent) -> RecordedEvent:
        """Return the event that was appended at a position."""
        event = object.__new__(cls)
        fields = {
            "service": service,
            "partition": partition,
            "position": position,
            "type": new.type,
            "source": new.source,
            "agency_id": new.agency_id,
            "subject": new.subject,
            "event_id": new.event_id,
            "occurred_at": new.occurred_at,
            "recorded_at": recorded_at,
            "received_at": new.received_at,
            "provenance": new.provenance,
            "asserter": new.asserter,
            "stream_version": new.stream_version,
            "body": new.body,
        }
        object.__setattr__(event, "__dict__", fields)
        return event

    @classmethod
    def decoded(cls, given: dict[str, Any], data: Mapping[str, Any] | None) -> RecordedEvent:
        """Return the event with these fields (the dictionary is taken over), whose data has been read already.

        None: it is read when asked for.
        """
        event = object.__new__(cls)
        given["_data"] = data
        object.__setattr__(event, "__dict__", given)
        return event

    @cached_property
    def cloud_event(self) -> Mapping[str, Any]:
        """Return the decoded CloudEvent."""
        return cast("Mapping[str, Any]", orjson.loads(self.body))

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the event's fields, in today's version of its type.

        Raises:
            UnknownVersionError: a newer program wrote it.
        """
        # Kept by hand: in Python 3.11 a cached property takes a lock at its first use, as long as the decoding.
        data: Mapping[str, Any] | None = self.__dict__.get("_data")
        if data is None:
            event = orjson.loads(self.body)
            data = self.__dict__["_data"] = data_today(self.type, event, self.occurred_at)
        return data

    @cached_property
    def day(self) -> int:
        """Return the Vietnamese day of `occurred_at`."""
        return clock.vietnam_day(self.occurred_at)

    @property
    def corrected_id(self) -> str | None:
        """Return the id of the event of the same record that this one corrects or retracts."""
        return corrected_id(self.cloud_event.get("corrects")) if b'"corrects"' in self.body else None

    @property
    def aggregate(self) -> str:
        """Return the aggregate part of the type."""
        return self.type.split(".")[1]

    @property
    def name(self) -> str:
        """Return the last part of the type."""
        return self.type.split(".")[2]


_FIELDS = tuple(field.name for field in fields(RecordedEvent))


@dataclass(frozen=True, slots=True)
class Head:
    """How far a log reaches.

    `recorded_at` is a promise: whatever is appended after `position` has a later `recorded_at`.
    """

    service: str
    partition: int
    #: Random id of the log's life; another one means the log was restored or replaced.
    epoch: str
    position: int
    recorded_at: int
