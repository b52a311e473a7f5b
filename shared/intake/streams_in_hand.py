"""The streams that a batch is decided on: their states by key, what the batch has changed, and the indexes that follow.

Owns loading by batch and saving by batch. Which items are accepted is decided in `acceptance`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared import clock, ids
from shared.compact import compact
from shared.eventsourcing import AnyAggregate, Fact, Reference
from shared.eventsourcing.indexes import Entries, differences, entries_in, with_entry
from shared.eventstore.store import StoreTransaction, StreamState


@dataclass(slots=True)
class StreamInHand:
    """A stream's state while a batch is decided."""

    aggregate: AnyAggregate
    stream_id: str
    version: int = 0
    last_day: int = 0
    last_occurred_at: int = 0
    inconsistent: bool = False
    state: Any = None
    #: The state as JSON after the last accepted event; what a failed decision goes back to.
    encoded: bytes | None = None
    #: What that state says in indexes.
    entries: Entries = field(default_factory=dict)
    changed: bool = False

    def restore(self) -> None:
        """Go back to the state after the last accepted event."""
        self.state = None if self.encoded is None else _decoded(self.aggregate, self.encoded)

    def take(self, fact: Fact, state: Any) -> None:
        """Go on to the state after an accepted fact."""
        self.state = state
        self.encoded = compact(orjson.dumps(state))
        self.version += 1
        self.last_day = max(self.last_day, fact.day)
        self.last_occurred_at = max(self.last_occurred_at, fact.occurred_at)
        self.changed = True


@dataclass(slots=True)
class StreamsInHand:
    """The streams of one batch by key."""

    aggregates: Mapping[str, AnyAggregate]
    tx: StoreTransaction
    _streams: dict[bytes, StreamInHand] = field(default_factory=dict)
    #: Changes of indexes that nobody has looked at yet, by key.
    _pending: dict[bytes, tuple[Reference, list[tuple[str, Any]]]] = field(default_factory=dict)

    def __getitem__(self, key: bytes) -> StreamInHand:
        """Return a stream that has been loaded."""
        return self._streams[key]

    def __contains__(self, key: bytes) -> bool:
        """Tell whether a stream has been loaded."""
        return key in self._streams

    def load(self, wanted: Mapping[bytes, tuple[str, str]]) -> None:
        """Load streams that are not in hand, by key with the names of their aggregates and their ids; in one query."""
        stored = self.tx.states(list(wanted)) if wanted else {}
        for key, (aggregate, stream_id) in wanted.items():
            stream = _stream_of(self.aggregates[aggregate], stream_id, stored.get(key))
            self._streams[key] = stream
            for change in self._pending.pop(key, (None, []))[1]:
                _put(stream, change)

    def at(self, reference: Reference) -> StreamInHand:
        """Return a stream, loaded if it is not in hand."""
        key = ids.stream_key(*reference)
        if key not in self._streams:
            self.load({key: reference})
        return self._streams[key]

    def index(self, stream: StreamInHand, state: Any) -> None:
        """Bring the indexes up to the state that a record comes to by an accepted fact."""
        after = entries_in(stream.aggregate, state)
        for reference, change in differences(stream.entries, after).items():
            key = ids.stream_key(*reference)
            if key in self._streams:
                _put(self._streams[key], change)
            else:
                # Most indexes are not looked at again in the same batch: they are loaded together when it is saved.
                self._pending.setdefault(key, (reference, []))[1].append(change)
        stream.entries = after

    def save(self) -> None:
        """Save what has changed since the last time."""
        self.load({key: reference for key, (reference, _) in self._pending.items()})
        dirty = [(key, stream) for key, stream in self._streams.items() if stream.changed]
        self.tx.save_states([_saved(key, stream) for key, stream in dirty])
        for _, stream in dirty:
            stream.changed = False


def _put(index: StreamInHand, change: tuple[str, Any]) -> None:
    index.state, index.changed = with_entry(index.state, *change), True


def _stream_of(aggregate: AnyAggregate, stream_id: str, stored: StreamState | None) -> StreamInHand:
    if stored is None:
        return StreamInHand(aggregate, stream_id)
    state = _decoded(aggregate, stored.state)
    return StreamInHand(
        aggregate,
        stream_id,
        stored.version,
        clock.vietnam_day(stored.last_occurred_at),
        stored.last_occurred_at,
        stored.inconsistent,
        state,
        stored.state,
        entries_in(aggregate, state),
    )


def _decoded(aggregate: AnyAggregate, stored: bytes) -> Any:
    """Return a stored state; None for a record of which every fact has been retracted."""
    fields = orjson.loads(stored)
    return None if fields is None else aggregate.state_type(**fields)


def _saved(key: bytes, stream: StreamInHand) -> StreamState:
    return StreamState(
        stream=key,
        aggregate=stream.aggregate.name,
        stream_id=stream.stream_id,
        version=stream.version,
        last_occurred_at=stream.last_occurred_at,
        inconsistent=stream.inconsistent,
        # An index is written once, however many of its entries have changed.
        state=orjson.dumps(stream.state) if not stream.aggregate.opens else stream.encoded or b"null",
    )
