"""Up to which instant everything recorded anywhere is in a consumer's tables."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from shared.eventstore.tables import subscriptions
from shared.messaging.parking import oldest_parked_at


def watermark(connection: Connection, consumer: str, version: int = 1) -> int:
    """Return the watermark of what a consumer has built, microseconds; 0 when one of its logs was never reached.

    It is the least promise over its logs, and stops before its oldest parked event. Read it in the
    transaction that reads the tables, so that both speak of the same moment.
    """
    columns = subscriptions.c
    least = connection.execute(
        select(func.min(columns.recorded_at)).where(columns.consumer == consumer, columns.version == version)
    ).scalar()
    parked = oldest_parked_at(connection, consumer, version)
    return min(least or 0, parked - 1) if parked is not None else least or 0
