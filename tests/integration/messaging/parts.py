"""Real parts around the transport for its tests: logs to read, a feed over HTTP, a consumer that counts."""

from __future__ import annotations

import socketserver
import threading
import time
from contextlib import contextmanager
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import orjson
import sqlalchemy as sa

from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.wire import to_wire
from shared.messaging.applying import Applier
from shared.messaging.batch_subscription import Subscription, SubscriptionOptions
from shared.messaging.broker import close_quietly, connect
from shared.messaging.relay import Relay, RelayOptions
from shared.messaging.topology import declare_exchanges, declare_subscription
from shared.testing.new_events import new_event

QUICK_RELAY = RelayOptions(confirm_seconds=5, idle_seconds=0.05, heartbeat_seconds=0.3, takeover_seconds=0.5)
QUICK = SubscriptionOptions(silence_seconds=1.0, poll_first_seconds=0.05, poll_most_seconds=0.2, diverged_seconds=0.2)
AGGREGATES = ("procedure", "declaration", "legal_text", "certificate")


class CountingConsumer:
    """Writes one row per event under a unique key, so that a second application of one would fail loudly."""

    name = "counting"
    version = 1

    def __init__(self, *sources):
        self.sources = sources
        self.tables = sa.MetaData()
        self.rows = sa.Table(
            "counted",
            self.tables,
            sa.Column("source", sa.Text, primary_key=True),
            sa.Column("position", sa.BigInteger, primary_key=True),
            sa.Column("event_id", sa.Text, nullable=False),
            sa.Column("seq", sa.Integer, nullable=False),
        )
        self.poison = set()
        self.derive_from = set()
        self.batches = []
        self.before_return = lambda: None

    def apply(self, connection, events):
        for event in events:
            if event.event_id in self.poison:
                raise ValueError(f"cannot digest {event.event_id}")
        next_seq = connection.execute(sa.select(sa.func.count()).select_from(self.rows)).scalar()
        connection.execute(
            sa.insert(self.rows),
            [
                {"source": e.service, "position": e.position, "event_id": e.event_id, "seq": next_seq + n}
                for n, e in enumerate(events)
            ],
        )
        self.batches.append(len(events))
        self.before_return()
        return [derived_from(event) for event in events if event.event_id in self.derive_from]

    def positions(self, database, source="documents"):
        """Return the applied positions in the order of their application."""
        statement = sa.select(self.rows.c.position).where(self.rows.c.source == source).order_by(self.rows.c.seq)
        return database.read(lambda connection: connection.execute(statement).scalars().all())


def derived_from(event):
    return DerivedEvent(
        type="qms.procedure.flagged_stale",
        source=event.source,
        subject=event.subject,
        event_id=f"stale-{event.event_id}",
        occurred_at=event.occurred_at,
        data={},
        causation=(event.source, event.event_id),
    )


def append(store, prefix, count, *, batch=500, subjects=None, padding=0):
    """Append events of several types; with `subjects`, that many streams take turns."""
    for start in range(0, count, batch):
        numbers = range(start, min(start + batch, count))
        store.transact(lambda t, ns=numbers: t.append([_event(prefix, n, subjects, padding) for n in ns]))


def _event(prefix, number, subjects, padding):
    subject = f"{prefix}-s{number % subjects}" if subjects else ""
    aggregate = AGGREGATES[(number % subjects if subjects else number) % len(AGGREGATES)]
    version = number // subjects + 1 if subjects else 1
    return new_event(f"{prefix}-{number}", subject=subject, version=version, aggregate=aggregate, padding=padding)


class _Threaded(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True
    allow_reuse_address = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Say nothing."""


class FeedServer:
    """Serves a store's log as `GET /v1/log/{service}/feed` on loopback."""

    token = "service-token"

    def __init__(self, store):
        self.store = store
        self.requests = 0
        self.down = False
        self._server = make_server("127.0.0.1", 0, self._answer, server_class=_Threaded, handler_class=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, environ, start_response):
        self.requests += 1
        if self.down or environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
            start_response("503 Service Unavailable" if self.down else "401 Unauthorized", [])
            return [b""]
        assert environ["PATH_INFO"] == f"/v1/log/{self.store.service}/feed"
        query = parse_qs(environ["QUERY_STRING"])
        head = self.store.head()
        events = self.store.read(int(query["after"][0]), int(query["limit"][0]))
        answer = {
            "service": head.service,
            "partition": head.partition,
            "epoch": head.epoch,
            "head": head.position,
            "recorded_at": head.recorded_at,
            "events": [orjson.Fragment(to_wire(event)) for event in events],
        }
        start_response("200 OK", [("Content-Type", "application/json")])
        return [orjson.dumps(answer)]


@contextmanager
def running(*parts):
    """Run relays and subscriptions in threads of their own until the end of the block."""
    stop = threading.Event()
    threads = [threading.Thread(target=part.run, args=(stop,), daemon=True) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for part in parts:
            part.wake()
        for thread in threads:
            thread.join(15)
        assert not any(thread.is_alive() for thread in threads), "a thread did not stop"


def wait_until(condition, seconds=30.0):
    """Wait until a condition holds; return whether it does."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def subscription(database, consumer, feed, *, amqp_uri="", options=QUICK, on_derived=None, source="documents"):
    """Return a subscription of the service inspection."""
    applier = Applier(database, consumer, on_derived, service="inspection")
    return Subscription(applier, source, feed, amqp_uri=amqp_uri, options=options)


def relay(store, amqp_uri):
    return Relay(store, amqp_uri, options=QUICK_RELAY)


def declare_queue(uri):
    """Declare what the counting consumer of `inspection` reads, as if it had been there before."""
    connection = connect(uri, name="test")
    channel = connection.channel()
    declare_exchanges(channel)
    declare_subscription(channel, "inspection", "counting", 1, "documents")
    close_quietly(connection)
