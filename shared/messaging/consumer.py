"""What a projection or policy must offer to be fed from logs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from sqlalchemy import Connection, MetaData, Table

from shared.database.schema import ensure_tables
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent


class Consumer(Protocol):
    """Builds something of its own from the events of one or more logs."""

    @property
    def name(self) -> str:
        """`oversight`, `registry`, `staleness`, `alerts`: unique within its service."""
        ...

    @property
    def version(self) -> int:
        """A new version fills its own tables beside the old one's, from position 0."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Services whose logs it reads; may include its own."""
        ...

    @property
    def tables(self) -> MetaData:
        """Its own tables."""
        ...

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Apply events of one log, in order of position, and return what its policies derive from them.

        Runs in the transaction of the guarded checkpoint, on SQLite in a native thread: it must touch
        nothing but the connection, must not look at the clock, and must give the same result when it is
        given the same events again after a rollback, in whatever batches.
        """
        ...


@runtime_checkable
class Announcing(Protocol):
    """A consumer that tells others of what it has applied."""

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Tell of events whose transaction has been committed.

        Runs in the subscription's own thread of control, where waking others is allowed; not at all after a crash.
        """
        ...


@runtime_checkable
class Unhurried(Protocol):
    """A consumer whose news nobody waits for at a screen: it is fed at intervals, in larger batches."""

    #: Shortest rest between two transactions of one source, seconds.
    pause_seconds: float


@runtime_checkable
class Following(Protocol):
    """A consumer that reads other services' logs behind another one of its service, without queues of its own."""

    #: Name of the leading consumer, which is started before it and reads all that this one reads.
    reads_behind: str


@runtime_checkable
class Lasting(Protocol):
    """A consumer some of whose tables are not filled from logs: they outlast every rebuild."""

    lasting_tables: MetaData


@runtime_checkable
class Sharing(Protocol):
    """A consumer whose sets of tables have some tables in common, where one was filled from another.

    Which sets these are is said by their numbers (`shared.messaging.generations`).
    """

    #: Not derived, only kept: every set writes into them what is not there yet.
    common_tables: Sequence[Table]


def ensure_all_tables(connection: Connection, consumer: Consumer) -> None:
    """Create what a consumer needs and does not have yet."""
    ensure_tables(connection, consumer.tables)
    if isinstance(consumer, Lasting):
        ensure_tables(connection, consumer.lasting_tables)
