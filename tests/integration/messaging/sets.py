"""A consumer with several sets of tables, and its feeding, for tests and for a process that is killed."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager

import sqlalchemy as sa

from shared.database.engine import open_database
from shared.eventstore.sql import SqlEventStore
from shared.messaging.feed_client import HttpFeed
from shared.messaging.feeding import Feeding
from shared.messaging.generations import suffix
from shared.messaging.subscriptions import ConsumerSubscriptions
from tests.integration.messaging.parts import QUICK, CountingConsumer, FeedServer, derived_from


class Counted(CountingConsumer):
    """Counts into the table of its number; with `wrong`, every further set counts one event twice as long."""

    def __init__(self, *sources, version=1, wrong=False, derives=False, slow=0.0):
        super().__init__(*sources)
        self.version = version
        self._wrong, self._derives, self._slow = wrong, derives, slow
        self.tables = sa.MetaData()
        self.rows = self.rows.to_metadata(self.tables, name=f"counted_{suffix(version)}")

    def generation(self, version):
        """Return the same for another set of tables."""
        return Counted(*self.sources, version=version, wrong=self._wrong, derives=self._derives, slow=self._slow)

    def contents(self):
        """Return what counts: not the order in which two logs were read."""
        rows = self.rows.c
        return {"counted": sa.select(rows.source.label("part"), rows.event_id.label("key"), rows.position)}

    def apply(self, connection, events):
        """Count, slowly if that is asked for."""
        super().apply(connection, events)
        time.sleep(self._slow)
        if self._wrong and self.version > 1:
            rows = self.rows
            wrong = sa.update(rows).where(rows.c.position == 7)
            connection.execute(wrong.values(event_id="mistaken"))
        return [derived_from(event) for event in events] if self._derives else []


@contextmanager
def fed(database, consumer, *, feed=None, own=None, fill=None):
    """Feed a consumer until the end of the block."""
    own = own or SqlEventStore(database, "inspection")
    feed = feed or HttpFeed({}, "")

    def make(one, leader):
        return ConsumerSubscriptions(one, database, own, feed, options=QUICK, leader=leader)

    feeding, threads = Feeding((consumer,), database, make, fill), []

    def spawn(_name, work):
        threads.append(threading.Thread(target=work, daemon=True))
        threads[-1].start()

    stop = threading.Event()
    feeding.start(spawn)
    spawn("keep", lambda: feeding.keep(stop))
    try:
        yield feeding
    finally:
        stop.set()
        feeding.stop()
        for thread in threads:
            thread.join(15)
        assert not any(thread.is_alive() for thread in threads), "a thread did not stop"


def main(url, feed_url):
    """Fill slowly until killed."""
    database = open_database(url)
    feed = HttpFeed({"documents": feed_url}, FeedServer.token)
    with fed(database, Counted("documents", slow=0.05), feed=feed):
        print("fed", flush=True)
        time.sleep(60)


if __name__ == "__main__":
    main(*sys.argv[1:])
