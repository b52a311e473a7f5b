"""PostgreSQL through psycopg 3."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError

from shared.database import gates
from shared.database.engine import Dialect
from shared.database.errors import is_driver_error, is_integrity_error, unavailability
from shared.database.options import Options

T = TypeVar("T")

#: A pooled connection that has not been used for so long is asked whether it is still there.
_IDLE_SECONDS = 1.0

#: Every one of these must be as listed for a commit to survive a crash (PostgreSQL manual, 30.1 and 20.5).
_DURABLE: Mapping[str, frozenset[str]] = {
    "fsync": frozenset({"on"}),
    "full_page_writes": frozenset({"on"}),
    "synchronous_commit": frozenset({"on", "local", "remote_write", "remote_apply"}),
}


class PostgresDatabase:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, url: URL, options: Options, *, green: bool) -> None:
        if green:
            gates.make_psycopg_yield()
        self._engine = create_engine(
            url.set(drivername="postgresql+psycopg"),
            pool_size=options.pool_size,
            max_overflow=0,
            pool_timeout=options.pool_timeout_ms / 1000,
            pool_use_lifo=True,
            connect_args=_connect_arguments(options),
        )
        if green:
            from shared.database import green_connections

            event.listen(self._engine, "do_connect", green_connections.connect)
        event.listen(self._engine, "connect", _register_arrays)
        event.listen(self._engine, "checkin", _note_use)
        event.listen(self._engine, "checkout", _check_idle)
        # Two statements of one answer must see the same log: READ COMMITTED would show them different heads.
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._looks = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def dialect(self) -> Dialect:
        """Which of the two engines it is."""
        return "postgresql"

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` on one snapshot (REPEATABLE READ, read only)."""
        return _run(self._snapshots, work)

    def look(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work`, each of its statements by itself (autocommit)."""
        return _run(self._looks, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` after the commit (READ COMMITTED: row locks and unique keys decide)."""
        return _run(self._engine, work)

    def durability(self) -> Mapping[str, Any]:
        """Return the server's settings that decide whether a commit survives a crash."""
        found = self.read(_read_settings)
        durable = all(found.get(name) in values for name, values in _DURABLE.items())
        return {"dialect": self.dialect, "durable": durable, **found}

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _note_use(_driver: Any, record: Any) -> None:
    record.info["used_at"] = time.monotonic()


def _check_idle(driver: Any, record: Any, _proxy: Any) -> None:
    """Ask a connection that has been idle whether it is still there, and throw all away where it is not.

    The pool's own check asks before every use: one round trip in five for single events. One that breaks in between
    fails its work as unavailable, as one that breaks during the work does.
    """
    used_at = record.info.get("used_at")
    if used_at is None or time.monotonic() - used_at < _IDLE_SECONDS:
        return
    try:
        driver.execute("SELECT 1")
        driver.rollback()
    except Exception as error:
        raise InvalidatePoolError from error


def _register_arrays(driver: Any, _record: object) -> None:
    """Teach a new connection to send binary arrays."""
    from shared.database import arrays

    arrays.register(driver.adapters)


def _connect_arguments(options: Options) -> dict[str, Any]:
    """Return libpq's arguments: limits of the session, and keepalives that find a dead peer in half a minute."""
    limits = {
        "statement_timeout": options.statement_timeout_ms,
        "lock_timeout": options.lock_timeout_ms,
        "idle_in_transaction_session_timeout": options.idle_in_transaction_timeout_ms,
        # Ends a query whose client has been killed, so that it lets go of the counter row (PostgreSQL 14).
        "client_connection_check_interval": 1_000,
    }
    return {
        "options": " ".join(f"-c {name}={value}" for name, value in limits.items()),
        "application_name": options.application_name,
        "connect_timeout": max(1, options.connect_timeout_ms // 1000),
        "keepalives_idle": 15,
        "keepalives_interval": 5,
        "keepalives_count": 3,
    }


def _run(engine: Engine, work: Callable[[Connection], T]) -> T:
    """Run `work` in a transaction of its own connection."""
    with unavailability():
        connection = engine.connect()
        try:
            transaction = connection.begin()
            result = work(connection)
            transaction.commit()
        except BaseException as error:
            # First thrown away, then closed: a rollback would wait for the query that is still running.
            if _spoils(error):
                connection.invalidate()
            raise
        else:
            return result
        finally:
            connection.close()


def _spoils(error: BaseException) -> bool:
    """Whether the connection may be in the middle of something: a failed query, a kill, a time-out."""
    if not isinstance(error, Exception):
        return True
    return is_driver_error(error) and not is_integrity_error(error)


def _read_settings(connection: Connection) -> dict[str, str]:
    statement = text("SELECT name, setting FROM pg_settings WHERE name = ANY(:names)")
    rows = connection.execute(statement, {"names": list(_DURABLE)})
    return {row.name: row.setting for row in rows}
