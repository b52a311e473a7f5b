"""Appends batches to a log until it has done its rounds or is killed; tells each batch after its commit.

Arguments: database URL, name of the writer, rounds, events of a batch, one of how many rolls back (0: none).
"""

from __future__ import annotations

import sys

from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.testing.new_events import new_events


class RolledBackError(Exception):
    """Thrown to roll a batch back."""


def main(url: str, name: str, rounds: int, size: int, rollback_every: int) -> None:
    store = SqlEventStore(open_database(url), "documents")
    print("ready", flush=True)
    for number in range(rounds):
        batch = new_events(f"{name}-{number}", size, padding=400)
        rolls_back = rollback_every > 0 and number % rollback_every == rollback_every - 1

        def work(transaction, batch=batch, rolls_back=rolls_back):
            appended = transaction.append(batch)
            if rolls_back:
                raise RolledBackError
            return appended

        try:
            store.transact(work)
        except RolledBackError:
            continue
        print(f"{name}-{number}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
