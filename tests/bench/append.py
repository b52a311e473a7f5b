"""How fast the log takes batches, beside a bare binary COPY of the same rows (PostgreSQL) in the same session.

Run: `python -m tests.bench.append sqlite:///file postgresql://…`. Databases are left with the measured rows in them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from sqlalchemy import text

from shared.database import bulk
from shared.database.engine import Database, open_database
from shared.eventstore import log
from shared.eventstore.records import NewEvent
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StoreTransaction, StreamState
from shared.eventstore.tables import KERNEL, events
from shared.testing.new_events import new_event

BATCH = 500
#: Makes a body of about 635 bytes.
PADDING = 470
STATE = b'{"status":"in_force","title":"Cap giay phep xay dung","version":3,"due_on":"2026-03-01","steps":[1,2,3]}'
#: COPY targets: `bare` has no key at all, `keyed` has the keys and indexes of `events`.
COPY_TABLES = {"bare": "", "keyed": " INCLUDING ALL"}


@dataclass(frozen=True, slots=True)
class Rates:
    """Events a second, medians over the rounds."""

    dialect: str
    append: float
    copy_bare: float | None = None
    copy_keyed: float | None = None

    def ratios(self) -> dict[str, float]:
        """Return the figures by name; ratios only where there is something to compare with."""
        figures = {f"append_{self.dialect}_events_per_second": self.append}
        if self.copy_bare and self.copy_keyed:
            figures["append_vs_bare_copy"] = self.append / self.copy_bare
            figures["append_vs_keyed_copy"] = self.append / self.copy_keyed
        return figures


def measure(url: str, *, rounds: int = 6, batches: int = 20) -> Rates:
    """Append `rounds` times `batches` batches of 500 new events, in turn with COPY on PostgreSQL.

    An append is what the committer does: duplicates looked up, states loaded, counter, rows, states saved.
    """
    database = open_database(url)
    database.write(KERNEL.create_all)
    store = SqlEventStore(database, "documents")
    rates: dict[str, list[float]] = {"append": []}
    for number in range(rounds):
        made = [list(_batch(f"{number}-{each}")) for each in range(batches)]
        rates["append"].append(_rate(made, lambda batch: _append(store, batch)))
        if database.dialect == "postgresql":
            for name, options in COPY_TABLES.items():
                rates.setdefault(name, []).append(_copy_rate(database, f"copied_{name}", options, made))
    database.close()
    medians = {name: median(values) for name, values in rates.items()}
    return Rates(database.dialect, medians["append"], medians.get("bare"), medians.get("keyed"))


def _batch(prefix: str) -> Iterator[NewEvent]:
    return (new_event(f"{prefix}-{number}", padding=PADDING) for number in range(BATCH))


def _append(store: SqlEventStore, batch: list[NewEvent]) -> None:
    def work(transaction: StoreTransaction) -> None:
        transaction.known([event.key for event in batch])
        transaction.states([event.stream for event in batch])
        transaction.append(batch)
        transaction.save_states([_state(event) for event in batch])

    store.transact(work)


def _state(event: NewEvent) -> StreamState:
    return StreamState(event.stream, "procedure", event.subject, event.stream_version, event.occurred_at, False, STATE)


def _copy_rate(database: Database, name: str, options: str, made: list[list[NewEvent]]) -> float:
    """Return the rate of COPY into a table of its own, grown over the rounds as the log is."""
    database.write(
        lambda connection: connection.execute(text(f"CREATE TABLE IF NOT EXISTS {name} (LIKE events{options})"))
    )
    [(start,)] = database.read(lambda connection: connection.execute(text(f"SELECT count(*) FROM {name}")).all())
    target = events.to_metadata(type(KERNEL)(), name=name)
    positions = iter(range(start + 1, start + 1 + len(made) * BATCH))

    def copy(batch: list[NewEvent]) -> None:
        rows = [log.row_of(0, next(positions), 1, event) for event in batch]
        database.write(lambda connection: bulk.insert_rows(connection, target, log.WRITTEN, rows))

    return _rate(made, copy)


def _rate(made: list[list[NewEvent]], work: Callable[[list[NewEvent]], None]) -> float:
    began = time.perf_counter()
    for batch in made:
        work(batch)
    return len(made) * BATCH / (time.perf_counter() - began)


def main() -> None:
    """Print one figure a line."""
    for url in sys.argv[1:]:
        for name, value in measure(url).ratios().items():
            print(f"{name} {value:,.2f}")


if __name__ == "__main__":
    main()
