"""Copies of SQLite files while they are in use (SQLite's backup API): copying a running file by hand tears it."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from sqlalchemy.engine import make_url

from deploy.backup.errors import BackupError


def dump(url: str, file: Path) -> None:
    """Write a consistent copy of a database in use."""
    with (
        contextlib.closing(sqlite3.connect(f"file:{_path(url)}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(file)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def restore(file: Path, url: str) -> None:
    """Put a copy where no database is.

    Raises:
        BackupError: there is one.
    """
    target = _path(url)
    if target.exists():
        raise BackupError(f"{target} exists: nothing is put over what is there", hint="move it away first")
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
        contextlib.closing(sqlite3.connect(target)) as copied,
    ):
        source.backup(copied)


def _path(url: str) -> Path:
    path = make_url(url).database
    if not path:
        raise BackupError("a SQLite database in memory has nothing to back up")
    return Path(path)
