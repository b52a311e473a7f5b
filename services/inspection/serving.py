"""Which set of tables of the oversight views serves, and up to when; whoever reads them asks in the transaction of the question."""

from __future__ import annotations

from sqlalchemy import Connection

from services.inspection.asked_once import once
from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import OversightTables, oversight_tables
from shared.messaging.generations import serving
from shared.messaging.watermark import watermark


def version(connection: Connection) -> int:
    """Return the number under which the serving tables have their checkpoints."""
    return serving(connection, OversightViews.name, VERSION)


def views(connection: Connection) -> OversightTables:
    """Return the serving tables."""
    return oversight_tables(version(connection))


def mark(connection: Connection) -> int:
    """Return the watermark of the serving tables, microseconds."""
    number = version(connection)
    return once(connection, ("watermark", number), lambda: watermark(connection, OversightViews.name, number))


def known_at(connection: Connection, asked: int | None) -> int:
    """Return the instant that a question is answered for: the one asked for, the watermark at most, which stands for None."""
    now = mark(connection)
    return now if asked is None else min(asked, now)
