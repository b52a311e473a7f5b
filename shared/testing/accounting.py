"""The books of a system after a fault: what clients were told against what is stored, published and shown.

With A accepted, U unknown, R refused (client), S stored, V shown: A within S, S within A and U and what the system derived
itself, R outside S; positions contiguous, everything published, every view equal to an offline fold of the feeds.
Every function returns sentences about what does not balance; no sentence means that all is well.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from deploy.local.supervisor import SERVICES
from shared.database.engine import Database, open_database
from shared.database.schema import ensure_tables
from shared.eventstore.records import RecordedEvent
from shared.eventstore.tables import KERNEL
from shared.messaging.consumer import Consumer
from shared.messaging.feed_client import HttpFeed
from shared.testing.client_log import ClientLog, EventId
from shared.testing.system import RunningSystem

_PAGE = 5000
_QUIET_LOOKS = 3
_SHOWN = 5

Logs = Mapping[str, list[RecordedEvent]]


def settle(system: RunningSystem, seconds: float = 90.0) -> list[str]:
    """Wait until the logs have stopped growing, are published, and are applied by every consumer; return what is not.

    The log of notify may go on growing, since alerts and deliveries follow the clock.
    """
    deadline = time.monotonic() + seconds
    before: dict[str, int] = {}
    quiet, behind = 0, ["nothing was looked at"]
    while quiet < _QUIET_LOOKS:
        if time.monotonic() > deadline:
            return [*behind, f"the logs reach {before}"]
        time.sleep(0.2)
        heads = {name: system.checks(name).get("log", {}).get("position", -1) for name in SERVICES}
        behind = [*_unread(system, heads), *_unpublished(system, heads)]
        still = all(heads[name] == before.get(name, -2) for name in SERVICES if name != "notify")
        quiet = quiet + 1 if still and not behind and min(heads.values()) >= 0 else 0
        before = heads
    return []


def _unread(system: RunningSystem, heads: Mapping[str, int]) -> Iterator[str]:
    reports = system.subscriptions()
    if {report["service"] for report in reports} != set(SERVICES):
        yield "a service does not report its subscriptions"
    for one in reports:
        if one["position"] < heads[one["source"]]:
            yield f"{one['service']}.{one['consumer']} is at {one['position']} of {one['source']} ({one['state']})"


def _unpublished(system: RunningSystem, heads: Mapping[str, int]) -> Iterator[str]:
    if system.supervisor.broker is None or system.broker.pid is None:
        return
    for service, head in heads.items():
        confirmed = system.rows(service, "SELECT position FROM cursors WHERE name = 'relay'")
        if head > (confirmed[0][0] if confirmed else 0):
            yield f"the relay of {service} has published {confirmed} of {head}"


class LogReader:
    """Reads the logs by their feeds, each time from where it stopped."""

    def __init__(self) -> None:
        """Begin before the first event."""
        self.logs: Logs = {service: [] for service in SERVICES}

    def follow(self, system: RunningSystem) -> Logs:
        """Return every service's whole log as its feed tells it."""
        feed = HttpFeed(system.supervisor.urls, system.service_token)
        for service, events in self.logs.items():
            while page := feed.fetch(service, len(events), _PAGE).events:
                events.extend(page)
        return self.logs


def log_faults(logs: Logs) -> list[str]:
    """Check every log by itself: positions 1 to n, each event once, time going forward."""
    found: list[str] = []
    for service, events in logs.items():
        if [event.position for event in events] != list(range(1, len(events) + 1)):
            found.append(f"positions of {service} are not 1 to {len(events)}")
        if any(later.recorded_at <= earlier.recorded_at for earlier, later in pairwise(events)):
            found.append(f"recorded_at of {service} does not increase")
    stored = Counter(identity(event) for events in logs.values() for event in events)
    return [*found, *_named("stored twice", (event for event, count in stored.items() if count > 1))]


def client_faults(log: ClientLog, logs: Logs) -> list[str]:
    """Check what clients were told against what is stored, and that the order in which they sent was kept."""
    events = {identity(event): event for one in logs.values() for event in one}
    told = log.accepted | log.unknown | log.waiting
    from_outside = {key for key, event in events.items() if event.asserter != "system"}
    return [
        *_named("accepted but not stored", log.accepted - events.keys()),
        *_named("told to wait and not stored", log.waiting - events.keys()),
        *_named("stored but never answered so", from_outside - told),
        *_named("refused but stored", (log.refused.keys() - told) & events.keys()),
        *_disordered(log, events),
    ]


def _disordered(log: ClientLog, events: Mapping[EventId, RecordedEvent]) -> Iterator[str]:
    """One client sends one batch after the other, so each service must have them in that order."""
    reached: dict[str, int] = {}
    for sent in log.sent:
        event = events.get(sent)
        if event is None or sent in log.waiting:
            continue
        if event.position < reached.get(event.service, 0):
            yield f"{event.service}: {sent} stands before one that was sent earlier"
            return
        reached[event.service] = event.position


def identity(event: RecordedEvent) -> EventId:
    """Return what makes an event one and the same."""
    return event.source, event.event_id


def stream_faults(system: RunningSystem) -> list[str]:
    """Check that the versions of every stream are 1 to n."""
    statement = (
        "SELECT count(*) FROM (SELECT stream FROM events GROUP BY stream "
        "HAVING count(*) <> max(stream_version) OR min(stream_version) <> 1) AS torn"
    )
    torn = {service: system.rows(service, statement)[0][0] for service in SERVICES}
    return [f"{service}: {count} streams have holes" for service, count in torn.items() if count]


def open_items(system: RunningSystem) -> list[str]:
    """Return what is parked, or waits in quarantine."""
    found = []
    for service in SERVICES:
        parked = system.rows(service, "SELECT count(*) FROM parked_events WHERE replayed_at IS NULL")[0][0]
        waiting = system.rows(service, "SELECT count(*) FROM quarantine WHERE status = 'waiting'")[0][0]
        if parked or waiting:
            found.append(f"{service}: {parked} parked, {waiting} waiting")
    return found


class OfflineFold:
    """A consumer fed from logs in a database of its own: what its tables must look like."""

    def __init__(self, path: Path, make: Callable[[Database], Consumer], tables: Mapping[str, str]) -> None:
        """Take where it is kept, the consumer, and by table the columns to compare (SQL)."""
        path.unlink(missing_ok=True)
        self._database = open_database(f"sqlite:///{path}")
        self._database.write(KERNEL.create_all)
        self._consumer = consumer = make(self._database)
        self._database.write(lambda connection: ensure_tables(connection, consumer.tables))
        self._tables = tables
        self._done: dict[str, int] = {}

    def follow(self, logs: Logs) -> None:
        """Apply what is new in the logs, one event after the other log's."""
        for source in self._consumer.sources:
            events = logs[source][self._done.get(source, 0) :]
            for start in range(0, len(events), _PAGE):
                page = events[start : start + _PAGE]
                self._database.write(partial(self._consumer.apply, events=page))
            self._done[source] = len(logs[source])

    def differences(self, system: RunningSystem, service: str) -> list[str]:
        """Compare the tables with those of a service."""
        found = []
        for table, columns in self._tables.items():
            statement = f"SELECT {columns} FROM {table}{self._until(columns)}"  # noqa: S608 - names from the test itself
            own = self._database.read(partial(_select, statement=statement))
            theirs = system.rows(service, statement)
            if digest(own) != digest(theirs):
                found.append(
                    f"{service}: {table} has {len(theirs)} rows, the offline fold {len(own)}{_unlike(own, theirs)}"
                )
        return found

    def _until(self, columns: str) -> str:
        """Return the condition that leaves out what has come since the logs were read."""
        if not columns.startswith("service, position"):
            return ""
        return " WHERE " + " OR ".join(
            f"service = '{name}' AND position <= {head}" for name, head in self._done.items()
        )

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def _select(connection: sa.Connection, statement: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.execute(sa.text(statement))]


def digest(rows: Iterable[Sequence[Any]]) -> str:
    """Return one digest of a set of rows, whatever their order."""
    return sha256("\n".join(sorted(map(_text, rows))).encode()).hexdigest()


def _text(row: Sequence[Any]) -> str:
    return repr([bytes(value) if isinstance(value, memoryview) else value for value in row])


def _unlike(own: Iterable[Sequence[Any]], theirs: Iterable[Sequence[Any]]) -> str:
    ours, others = Counter(map(_text, own)), Counter(map(_text, theirs))
    missing, surplus = list((ours - others).elements()), list((others - ours).elements())
    return f"; {len(missing)} missing {missing[:2]}, {len(surplus)} too many {surplus[:2]}"


def _named(what: str, events: Iterable[EventId]) -> list[str]:
    listed = sorted(events)
    return [f"{len(listed)} {what}: {listed[:_SHOWN]}"] if listed else []
