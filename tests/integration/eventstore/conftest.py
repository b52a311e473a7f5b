"""The stores that the suite runs against: memory, SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from shared.database.engine import open_database
from shared.eventstore.memory import MemoryEventStore
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.tables import KERNEL
from shared.testing.new_events import ManualClock


@pytest.fixture
def time():
    return ManualClock()


@pytest.fixture
def database(database_url):
    """Give an open database of either kind with the kernel's tables."""
    opened = open_database(database_url)
    opened.write(KERNEL.create_all)
    yield opened
    opened.close()


@pytest.fixture
def sql_store(database, time):
    return SqlEventStore(database, "documents", time=time)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request, time):
    """Run the test on each of the three stores."""
    if request.param == "memory":
        yield MemoryEventStore("documents", time=time)
        return
    fixture = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    database = open_database(request.getfixturevalue(fixture))
    database.write(KERNEL.create_all)
    yield SqlEventStore(database, "documents", time=time)
    database.close()
