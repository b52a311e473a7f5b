"""Two services in nameko's own way: one takes events over HTTP, the other builds a view from them.

What a competent developer writes from nameko's manual: a row per transaction, a persistent message per event published with
a confirm, the stock event handler with one upsert per event in a transaction of its own. Connections are kept in a pool.
It does less than the system does: no validation, no authentication, no states, no positions, no outbox.
"""

from __future__ import annotations

import json
import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from nameko.events import EventDispatcher, event_handler
from nameko.extensions import DependencyProvider
from nameko.web.handlers import http
from werkzeug import Request

_INSERT = "INSERT INTO events (source, id, type, subject, time, body) VALUES (%s, %s, %s, %s, %s, %s)"
_UPSERT = (
    "INSERT INTO board (source, events, last_id) VALUES (%s, 1, %s) "
    "ON CONFLICT (source) DO UPDATE SET events = board.events + 1, last_id = excluded.last_id"
)


class Connections(DependencyProvider):
    """A pool of database connections, as many as there are workers."""

    def setup(self) -> None:
        """Prepare; connections are opened when they are first needed."""
        self._free: queue.LifoQueue[psycopg.Connection[Any] | None] = queue.LifoQueue()
        for _ in range(self.container.config["max_workers"]):
            self._free.put(None)

    def get_dependency(self, _worker_ctx: Any) -> Connections:
        """Give the pool."""
        return self

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Connection[Any]]:
        """Give a connection and commit at the end."""
        connection = self._free.get() or psycopg.connect(os.environ["PLAIN_DATABASE"])
        try:
            with connection.transaction():
                yield connection
        finally:
            self._free.put(connection)


class IntakeService:
    """Takes events."""

    name = "intake"
    connections = Connections()
    dispatch = EventDispatcher()

    @http("POST", "/events")
    def push(self, request: Request) -> tuple[int, str]:
        """Store an event and publish it."""
        body = request.get_data(as_text=True)
        event = json.loads(body)
        row = [event[name] for name in ("source", "id", "type", "subject", "time")]
        with self.connections.transaction() as connection:
            connection.execute(_INSERT, [*row, body])
        self.dispatch("recorded", event)
        return 201, ""


class BoardService:
    """Counts events by agency."""

    name = "board"
    connections = Connections()

    @event_handler("intake", "recorded")
    def apply(self, event: dict[str, Any]) -> None:
        """Take one event into the view."""
        with self.connections.transaction() as connection:
            connection.execute(_UPSERT, [event["source"], event["id"]])
