"""SQLite in WAL mode: one connection that writes, a few that read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL

from shared.database.engine import Dialect
from shared.database.errors import (
    NestedWriteError,
    UnsupportedDatabaseError,
    is_driver_error,
    is_integrity_error,
    unavailability,
)
from shared.database.gates import gate, inside_work
from shared.database.options import Options

T = TypeVar("T")

#: FULL syncs the WAL at every commit; NORMAL would lose acknowledged commits at a power failure.
_WRITER = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA wal_autocheckpoint=4000",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA cache_size=-32768",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA mmap_size=0",
)
#: Only the writer checkpoints: before SQLite 3.51.3 two connections doing it at once could corrupt the file
#: (https://www.sqlite.org/wal.html#walresetbug).
_READER = ("PRAGMA wal_autocheckpoint=0", "PRAGMA query_only=ON", "PRAGMA mmap_size=0", "PRAGMA temp_store=MEMORY")
_SYNCHRONOUS = {0: "off", 1: "normal", 2: "full", 3: "extra"}


class SqliteDatabase:
    """One SQLite file."""

    def __init__(self, url: URL, options: Options, *, green: bool) -> None:
        if not url.database or url.database == ":memory:":
            raise UnsupportedDatabaseError(str(url))
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writing = _Lane(_engine(path, _WRITER, "BEGIN IMMEDIATE", options))
        self._reading = _Lane(_engine(path, _READER, "BEGIN", options))
        self._write_gate = gate(1, green=green)
        self._read_gate = gate(options.readers, green=green)
        # Creates the file in WAL mode before a reader can open it in another one. The first connection of an engine
        # takes a lock of SQLAlchemy's: opened here, so that native threads never meet at it.
        self.write(lambda _: None)
        self.read(lambda _: None)

    @property
    def dialect(self) -> Dialect:
        """Which of the two engines it is."""
        return "sqlite"

    def read(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` on one snapshot (a read transaction of WAL)."""
        with unavailability():
            if inside_work():
                return self._reading.run(work)
            return self._read_gate.run(lambda: self._reading.run(work))

    def look(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work`; a snapshot costs nothing here."""
        return self.read(work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return the result of `work` after the commit; writers take turns (BEGIN IMMEDIATE)."""
        if inside_work():
            raise NestedWriteError
        with unavailability():
            return self._write_gate.run(lambda: self._writing.run(work))

    def durability(self) -> Mapping[str, Any]:
        """Return how the writing connection commits."""
        found = self.write(_read_settings)
        durable = found["journal_mode"] == "wal" and found["synchronous"] in {"full", "extra"}
        return {"dialect": self.dialect, "durable": durable, **found}

    def close(self) -> None:
        """Close the readers, then the writer: whoever closes last checkpoints."""
        self._reading.close()
        self._writing.close()


class _Lane:
    """Idle connections of one kind; how many are in use at a time is the gate's business."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._idle: list[Connection] = []

    def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in a transaction of an idle connection; one that failed is replaced."""
        connection = self._take()
        keep = False
        try:
            with connection.begin():
                result = work(connection)
            keep = True
        except BaseException as error:
            keep = isinstance(error, Exception) and (is_integrity_error(error) or not is_driver_error(error))
            raise
        else:
            return result
        finally:
            if keep:
                self._idle.append(connection)
            else:
                connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()

    def _take(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return self._engine.connect()


def _engine(path: Path, pragmas: tuple[str, ...], begin: str, options: Options) -> Engine:
    """Return an engine whose connections belong to a lane: no pool, no driver-made transactions."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        connection.execute(f"PRAGMA busy_timeout={options.busy_timeout_ms}")
        for pragma in pragmas:
            connection.execute(pragma)
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _read_settings(connection: Connection) -> dict[str, str]:
    synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    return {
        "journal_mode": str(connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()).lower(),
        "synchronous": _SYNCHRONOUS.get(synchronous, str(synchronous)),
    }
