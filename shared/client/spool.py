"""Keeps on disk what could not be sent, in order, until it has been (SQLite, WAL, one fsync a batch)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path


class Spool:
    """Events waiting to be sent; never dropped silently."""

    def __init__(self, path: Path) -> None:
        """Open or create the file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS events (seq INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    def __len__(self) -> int:
        """Return how many events wait."""
        return int(self._connection.execute("SELECT count(*) FROM events").fetchone()[0])

    def put(self, events: Iterable[bytes]) -> None:
        """Append events; durable on return."""
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany("INSERT INTO events (body) VALUES (?)", ((event,) for event in events))
        self._connection.execute("COMMIT")

    def batches(self, most: int) -> Iterator[list[bytes]]:
        """Yield the waiting events in order; a batch is removed when the next one is asked for."""
        while rows := self._connection.execute("SELECT seq, body FROM events ORDER BY seq LIMIT ?", [most]).fetchall():
            yield [body for _, body in rows]
            self._connection.execute("DELETE FROM events WHERE seq <= ?", [rows[-1][0]])

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
