"""Transactions that nobody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from shared.turns import behind


@contextmanager
def unhurried(connection: Connection) -> Iterator[None]:
    """Work in a writing transaction, behind those who are waited for.

    SQLite has one writer: there whoever is waited for waits for this transaction, which therefore does not rest.
    """
    if connection.dialect.name == "sqlite":
        yield
        return
    with behind():
        yield
