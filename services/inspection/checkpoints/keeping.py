"""The loop that closes months when they are over, in every set of tables that is there."""

from __future__ import annotations

import logging
import threading
from functools import partial

from sqlalchemy import Connection

from services.inspection.checkpoints.making import close_month, due
from services.inspection.projections import VERSION, OversightViews
from services.inspection.tables import oversight_tables
from shared.database.engine import Database
from shared.database.unhurried import unhurried
from shared.messaging.generations import DROPPING, generations
from shared.messaging.watermark import watermark

_log = logging.getLogger(__name__)

#: Seconds between two looks. A question does not wait for a month to be closed: it reads the changes themselves.
_LOOK_SECONDS = 60.0
#: Advisory lock of those who close months; arbitrary and fixed. Of several processes one does it.
_LOCK = 730_199_428


class Closing:
    """Closes months."""

    def __init__(self, database: Database) -> None:
        """Take the database of the views."""
        self._database = database

    def run(self, stop: threading.Event) -> None:
        """Look once a minute until told to stop; no error ends it."""
        while not stop.wait(_LOOK_SECONDS):
            try:
                self.look(stop)
            except Exception:  # noqa: BLE001 - the database is away, or a set has just been dropped: it is looked at again
                _log.exception("closing the sums of a month failed; it is tried again")

    def look(self, stop: threading.Event | None = None) -> int:
        """Close all months that are over, and return how many."""
        count = 0
        for one in self._database.read(partial(generations, consumer=OversightViews())):
            while one.state != DROPPING and not (stop and stop.is_set()):
                closed = self._database.write(partial(_close_next, version=one.version))
                if not closed:
                    break
                count += 1
        return count


def close_all(database: Database, version: int = VERSION) -> None:
    """Close the months of a set that are over."""
    while database.write(partial(_close_next, version=version)):
        pass


def _close_next(connection: Connection, version: int) -> bool:
    """Close the next month of a set, if it is over; one transaction."""
    mark = watermark(connection, OversightViews.name, version)
    if not mark:
        return False
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT set_config('statement_timeout', '0', true)")
        if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})").scalar():
            return False
    tables = oversight_tables(version)
    months = due(connection, tables, mark)
    if months:
        with unhurried(connection):
            close_month(connection, tables, months[0])
    return bool(months)
