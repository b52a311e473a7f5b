"""Builds a consumer's tables anew from the logs, while its service runs.

Tables and checkpoints go back to the beginning in one transaction. The subscriptions find their checkpoint
moved, give way, and read the logs again from position 0 through the feeds. Meanwhile the watermark, and with it
every answer, says how far the tables have come.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, Table, and_, delete, update

from shared.database.engine import Database
from shared.eventstore.tables import parked_events, subscriptions
from shared.messaging.consumer import Consumer, Sharing
from shared.messaging.errors import MessagingError
from shared.messaging.generations import GenerationError, shares


class NotRebuildableError(MessagingError):
    """The consumer has effects outside its tables, which a rebuild would repeat."""


def is_rebuildable(consumer: Consumer) -> bool:
    """Return whether applying the logs again does nothing but fill the consumer's tables.

    Consumers that derive events qualify: a derived event handed in again is recognised by its id.
    """
    return bool(getattr(consumer, "rebuildable", True))


def rebuild(database: Database, consumer: Consumer) -> None:
    """Empty the consumer's tables, forget what it parked, and send its subscriptions back to the beginning.

    Raises:
        NotRebuildableError: it has effects outside its tables.
        GenerationError: another set of tables beside it has some of them in common with it.
    """
    if not is_rebuildable(consumer):
        raise NotRebuildableError(consumer.name)

    def work(connection: Connection) -> None:
        if isinstance(consumer, Sharing) and shares(connection, consumer):
            raise GenerationError(
                "SET_BESIDE",
                "Có bộ dữ liệu khác dùng chung bản sao các sự kiện với bộ này; hãy bỏ bộ đó trước khi dựng lại tại chỗ.",
                "another set of tables has the copy of the events in common with this one; drop it before rebuilding in place",
            )
        # The checkpoints first: their row locks end what the subscriptions have begun.
        columns = subscriptions.c
        connection.execute(
            update(subscriptions)
            .where(columns.consumer == consumer.name, columns.version == consumer.version)
            .values(position=0, recorded_at=0, epoch="")
        )
        for table in _tables(consumer):
            connection.execute(delete(table))
        parked = parked_events.c
        connection.execute(
            delete(parked_events).where(and_(parked.consumer == consumer.name, parked.version == consumer.version))
        )

    database.write(work)


def _tables(consumer: Consumer) -> Sequence[Table]:
    """Return what a rebuild empties: the consumer's `own_tables` where it shares its metadata with others."""
    own: Sequence[Table] | None = getattr(consumer, "own_tables", None)
    if own is not None:
        return own
    common = consumer.common_tables if isinstance(consumer, Sharing) else ()
    return list(dict.fromkeys([*consumer.tables.sorted_tables[::-1], *common]))
