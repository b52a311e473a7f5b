"""A replica of the scheduler as a process of its own: what tests kill. Arguments: database URL, instant to live at."""

from __future__ import annotations

import sys
import time

from services.notify.deadlines import DeadlineScheduler
from services.notify.domain import AGGREGATES
from services.notify.leases import Lease, leased
from services.notify.rules import load_rules
from shared import clock
from shared.contracts import catalogue
from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.eventstore.store import StoreTransaction
from shared.intake.acceptance import Acceptance
from shared.intake.system_events import item_of
from shared.vietnam.calendar import WorkingCalendar

#: Microseconds; short, so that a test sees it pass on.
LEASE = 300_000


def main(url: str, instant: int) -> None:
    """Look for due deadlines while the lease is held, and append what was derived; until killed."""
    database = open_database(url)
    store = SqlEventStore(database, "notify", time=lambda: instant)
    acceptance = Acceptance(AGGREGATES, catalogue.load())
    scheduler = DeadlineScheduler(store, load_rules(), lambda _connection, now: now, lambda: instant, WorkingCalendar())
    work = leased(Lease(database, "deadlines", clock.now, length=LEASE), scheduler.run_due)

    def commit(tx: StoreTransaction) -> int:
        items = []
        for event in tx.take_derived(7):
            item = item_of(event, instant)
            acceptance.identify(item, "derived")
            items.append(item)
        if items:
            acceptance.accept(tx, items)
        return len(items)

    print("ready", flush=True)
    while True:
        work()
        if not store.transact(commit):
            time.sleep(0.02)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
