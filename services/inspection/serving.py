"""Which set of tables of the oversight views serves; whoever reads them asks here, in the transaction of the question."""

from __future__ import annotations

from sqlalchemy import Connection

from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import OversightTables, oversight_tables
from shared.messaging.generations import serving


def version(connection: Connection) -> int:
    """Return the number under which the serving tables have their checkpoints."""
    return serving(connection, OversightViews.name, VERSION)


def views(connection: Connection) -> OversightTables:
    """Return the serving tables."""
    return oversight_tables(version(connection))
