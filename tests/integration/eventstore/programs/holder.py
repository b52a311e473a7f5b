"""Appends, then stays in a query with the counter row held, until it is killed. Argument: database URL."""

from __future__ import annotations

import sys

from sqlalchemy import text

from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.testing.new_events import new_events


def hold(transaction):
    transaction.append(new_events("held", 3))
    print("holding", flush=True)
    transaction.connection.execute(text("SELECT pg_sleep(60)"))


if __name__ == "__main__":
    SqlEventStore(open_database(sys.argv[1]), "documents").transact(hold)
