"""What an event store can do, whatever keeps the rows: PostgreSQL, SQLite or memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection

from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import Head, NewEvent, RecordedEvent

T = TypeVar("T")

#: How a quarantined item ended: it is in the log now, or somebody with the right to do so gave it up.
Settlement = Literal["applied", "discarded"]


class Known(NamedTuple):
    """Where an event that is in the log already stands."""

    position: int
    #: Leaf hash of its body; another one for the same key means another event under the same id.
    digest: bytes
    recorded_at: int
    partition: int = 0


@dataclass(slots=True)
class StreamState:
    """The state of one aggregate, as saved with its last event."""

    #: `shared.ids.stream_key(aggregate, stream_id)`.
    stream: bytes
    aggregate: str
    stream_id: str
    #: Version of the stream's last event.
    version: int
    #: Latest business time in the stream, microseconds: an earlier fact is a late one.
    last_occurred_at: int
    #: A late fact contradicts a later one that had been accepted.
    inconsistent: bool
    #: JSON.
    state: bytes


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """An item that was refused or waits for its predecessor, with its bytes as they came."""

    key: bytes
    source: str
    event_id: str
    type: str
    agency_id: str
    asserter: str
    #: `waiting` or `refused`.
    status: str
    code: str
    #: JSON pointer to what was turned down.
    pointer: str
    hint_vi: str
    hint_en: str
    #: Key of the stream (or event) whose arrival may let it in.
    waits_on: bytes | None
    #: When it came last, microseconds.
    received_at: int
    digest: bytes
    raw: bytes
    #: Set by the store: when it came first, how often it came, its id in URLs, and how it ended.
    first_received_at: int = 0
    attempts: int = 1
    id: str = ""
    settled_at: int | None = None
    settled_as: str | None = None


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch went; event i has `first_position + i` and `recorded_at[i]`."""

    first_position: int
    recorded_at: list[int]


class StoreTransaction(Protocol):
    """One transaction. Look things up first, append last: from `append` on all other writers wait."""

    @property
    def connection(self) -> Connection | None:
        """The database connection of the transaction; None in memory."""
        ...

    def known(self, keys: Sequence[bytes]) -> dict[bytes, Known]:
        """Return those of `keys` that are in the log."""
        ...

    def states(self, streams: Sequence[bytes]) -> dict[bytes, StreamState]:
        """Return the saved states of those streams that exist."""
        ...

    def stream(self, stream: bytes) -> list[RecordedEvent]:
        """Return all events of a stream by version."""
        ...

    def append(self, events: Sequence[NewEvent], partition: int = 0) -> Appended:
        """Append events at the next positions, each with a later `recorded_at` than the one before.

        Raises:
            DuplicateKeyError: an event is in the log already (another writer was faster).
            StreamVersionError: a stream has grown since its state was loaded.
        """
        ...

    def save_states(self, states: Sequence[StreamState]) -> None:
        """Insert or overwrite states; no stream twice."""
        ...

    def quarantined(self, keys: Sequence[bytes]) -> dict[bytes, QuarantineEntry]:
        """Return the open entries among `keys`."""
        ...

    def waiting_on(self, on: Sequence[bytes]) -> list[QuarantineEntry]:
        """Return the open waiting entries whose `waits_on` is among `on`, in order of arrival."""
        ...

    def put_quarantine(self, entries: Sequence[QuarantineEntry]) -> None:
        """Insert entries or overwrite those with the same key: counted as one more attempt, and open again.

        Keeps the place in the order of arrival and `first_received_at`. No key twice.
        """
        ...

    def settle_quarantine(self, settled: Sequence[tuple[bytes, str]]) -> None:
        """Close entries as `applied` or `discarded`; unknown or settled keys are left alone."""
        ...

    def take_derived(self, limit: int) -> list[DerivedEvent]:
        """Return the oldest derived events and remove them, if the transaction commits."""
        ...

    def put_derived(self, events: Sequence[DerivedEvent]) -> None:
        """Queue derived events; one that is queued already is not queued twice."""
        ...


class EventStore(Protocol):
    """The log of one service. Safe to use from many threads or greenlets."""

    @property
    def service(self) -> str:
        """Name of the owning service."""
        ...

    def transact(self, work: Callable[[StoreTransaction], T]) -> T:
        """Return the result of `work` once its transaction is durable; any exception rolls all of it back.

        Raises:
            DatabaseUnavailableError: the store cannot commit now.
            LostRaceError: from `append`; also when a driver finds out only at the commit.
        """
        ...

    def head(self, partition: int = 0) -> Head:
        """Return how far the log reaches, and the promise about what comes later."""
        ...

    def heartbeat(self, partition: int = 0) -> Head:
        """Move the head's promise to now (never back), so that an idle log holds nobody up, and return it."""
        ...

    def read(self, after: int, limit: int, partition: int = 0) -> list[RecordedEvent]:
        """Return up to `limit` events behind position `after`, in order, without a hole.

        Raises:
            LogCorruptError: a position is missing.
        """
        ...

    def end(self, within: float, partition: int = 0) -> int:
        """Return the position of the last event, as it was known at most `within` seconds ago."""
        ...

    def recent(self, after: int, limit: int, partition: int = 0) -> Sequence[RecordedEvent] | None:
        """Return up to `limit` events behind `after` that this process has committed itself and still holds.

        Empty if `after` is the last of them; None where only the log can tell what comes next.
        """
        ...

    def find(self, key: bytes) -> RecordedEvent | None:
        """Return the event with this idempotency key."""
        ...

    def cursor(self, name: str, partition: int = 0) -> int:
        """Return a named reader's position; 0 when it has never moved."""
        ...

    def advance_cursor(self, name: str, expected: int, position: int, partition: int = 0) -> bool:
        """Move a reader from `expected` to `position`; False when it stands elsewhere (another reader owns it).

        Raises:
            CursorBackwardsError: it would go back.
        """
        ...
