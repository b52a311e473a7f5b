"""Runs relay, subscription over the broker, and a subscription of the own log as greenlets of one process.

Arguments: AMQP URI, directory, number of events. Prints JSON: what was applied, the rate, the hub's longest pause.
"""

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402

from shared.database.engine import open_database  # noqa: E402
from shared.eventstore.sql import SqlEventStore  # noqa: E402
from shared.eventstore.tables import KERNEL  # noqa: E402
from shared.messaging.applying import Applier  # noqa: E402
from shared.messaging.feed_client import HttpFeed  # noqa: E402
from shared.messaging.own_log import OwnLogSubscription  # noqa: E402
from tests.integration.messaging.parts import CountingConsumer, append, relay, subscription  # noqa: E402


def main(uri: str, directory: str, count: int) -> None:
    databases = {}
    for name in ("documents", "inspection"):
        databases[name] = open_database(f"sqlite:///{directory}/{name}.db", green=True)
        databases[name].write(KERNEL.create_all)
    store = SqlEventStore(databases["documents"], "documents")
    consumers = {name: CountingConsumer("documents") for name in databases}
    for name, consumer in consumers.items():
        databases[name].write(consumer.tables.create_all)
    remote = subscription(databases["inspection"], consumers["inspection"], HttpFeed({}, ""), amqp_uri=uri)
    own = OwnLogSubscription(Applier(databases["documents"], consumers["documents"], service="documents"), store)
    stop, pauses = threading.Event(), []
    parts = [relay(store, uri), remote, own]
    threads = [eventlet.spawn(part.run, stop) for part in parts]
    ticker = eventlet.spawn(_tick, stop, pauses)
    while remote.state != "broker":
        eventlet.sleep(0.02)
    started = time.monotonic()
    for start in range(0, count, 5000):
        append(store, f"e{start}", min(5000, count - start))
        for part in parts:
            part.wake()
    while remote.position < count or own.position < count:
        eventlet.sleep(0.005)
    seconds = time.monotonic() - started
    stop.set()
    for thread in (*threads, ticker):
        thread.wait()
    ordered = all(
        consumers[name].positions(databases[name]) == list(range(1, count + 1)) for name in ("documents", "inspection")
    )
    print(json.dumps({"ordered": ordered, "rate": count / seconds, "longest_pause": max(pauses)}))


def _tick(stop: threading.Event, pauses: list[float]) -> None:
    while not stop.is_set():
        before = time.monotonic()
        eventlet.sleep(0.01)
        pauses.append(time.monotonic() - before)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
