"""An event on its way through intake: what was sent, what was found out, what is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from shared import clock, ids
from shared.contracts.catalogue import EventType
from shared.contracts.envelope import agency_of
from shared.contracts.upcasting import data_today
from shared.eventsourcing import AnyAggregate, Fact, Reference, Refusal
from shared.eventstore.leaves import leaf_hash

Status = Literal["accepted", "duplicate", "waiting", "refused"]
#: A stream that a fact names, with its key.
Keyed = tuple[Reference, bytes]

#: Asserters that may say everything of everybody.
EVERYBODY = ("staff", "system")
#: What inspectors record of these is neither the agency's own word nor derived.
_OF_INSPECTORS = frozenset({"inspection", "recommendation"})


def _provenance(event_type: EventType, sent: str | None) -> str:
    """Return how a fact is known: as the pusher says, or `inspected`, which only the system says."""
    if sent == "imported":
        return sent
    by_inspectors = event_type.asserter == "inspection_body" and event_type.aggregate in _OF_INSPECTORS
    return "inspected" if by_inspectors else "self_reported"


@dataclass(slots=True)
class Item:
    """One event of a request, from reading to answer."""

    event: dict[str, Any]
    #: Canonical JSON as it will be stored, or the raw bytes where it could not be read.
    body: bytes
    #: Agency of the credential, `staff` or `system`.
    asserter: str
    #: When it first reached us, microseconds.
    received_at: int
    event_type: EventType | None = None
    fact: Fact | None = None
    key: bytes = b""
    digest: bytes = b""
    stream: bytes = b""
    stream_id: str = ""
    #: What the decision needs to be there, and what else it looks at; known once the batch is decided.
    needs: Sequence[Keyed] = ()
    sees: Sequence[Keyed] = ()
    #: Key of the stream that must come first, where the item waits.
    waits_on: bytes | None = None
    refusal: Refusal | None = None
    status: Status | None = None
    position: int | None = None
    #: Whether the item came out of the quarantine (a waiting or replayed one).
    requeued: bool = False

    def refuse(self, refusal: Refusal) -> None:
        """Settle the item as refused."""
        self.status = "refused"
        self.refusal = refusal

    def identify(self, event_type: EventType, aggregate: AnyAggregate, provenance: str | None = None) -> None:
        """Fill in keys and the fact of a well-formed event."""
        event = self.event
        source = agency_of(event["source"])
        occurred_at = clock.from_rfc3339(event["time"])
        data = data_today(event_type.name, event, occurred_at)
        self.event_type = event_type
        self.fact = fact = Fact(
            type=event_type.name,
            aggregate=event_type.aggregate,
            name=event_type.event,
            source=source,
            agency_id=data.get("agency_id") or source,
            subject=event["subject"],
            event_id=event["id"],
            occurred_at=occurred_at,
            day=clock.vietnam_day(occurred_at),
            provenance=provenance or _provenance(event_type, event.get("provenance")),
            asserter=self.asserter,
            corrects=_full_reference(event.get("corrects"), event["source"]),
            data=data,
        )
        self.key = ids.event_key(source, fact.event_id)
        self.digest = leaf_hash(self.body)
        self.stream_id = aggregate.stream_id(fact)
        self.stream = ids.stream_key(aggregate.name, self.stream_id)

    def result(self, service: str) -> dict[str, Any]:
        """Return the answer to the pusher about this item."""
        answer: dict[str, Any] = {
            "id": self.event.get("id"),
            "source": self.event.get("source"),
            "status": self.status,
            "position": self.position,
            "service": service,
        }
        if self.refusal is not None:
            answer["code"] = self.refusal.code
            answer["pointer"] = self.refusal.pointer
            answer["hint"] = {"vi": self.refusal.hint.vi, "en": self.refusal.hint.en}
        return answer


def _full_reference(reference: Any, source: str) -> dict[str, str] | None:
    if reference is None:
        return None
    if isinstance(reference, str):
        return {"source": source, "id": reference}
    return dict(reference)


@dataclass(slots=True)
class Outcome:
    """What one transaction of intake did."""

    items: list[Item] = field(default_factory=list)
    #: Streams that got an event: whatever waits on one of them is tried again.
    changed: set[bytes] = field(default_factory=set)
    #: Position of the last event appended; 0 where none was.
    position: int = 0
