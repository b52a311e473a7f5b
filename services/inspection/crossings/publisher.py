"""Looks at all watched figures at the end of a day and after changes, and publishes those that crossed over.

Exactly once with any number of replicas and after any crash: the sides and the events change in one transaction, a side
only from what was read, and an event's id follows from the number of crossings before it. Missed days are looked at one
by one, as known today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from services.inspection import serving
from services.inspection.crossings.measures import MEASURES, Key, Look, Value
from services.inspection.crossings.tables import looks, sides
from services.inspection.crossings.thresholds import Threshold
from services.inspection.projections import OversightViews
from shared import clock
from shared.clock import Clock
from shared.database.engine import Database
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import EventStore, StoreTransaction
from shared.eventstore.tables import subscriptions
from shared.messaging.watermark import watermark
from shared.turns import behind, in_turns

_NAME = "thresholds"
#: Missed days that are made up for; what lies further back is judged by its present state.
MOST_DAYS = 31


class _Known(NamedTuple):
    """What the views know."""

    #: Watermark, microseconds.
    known_at: int
    #: Events taken of all logs together.
    position: int


@dataclass(frozen=True, slots=True)
class Crossed:
    """A figure that came to the other side."""

    threshold: Threshold
    key: Key
    value: Value
    side: str
    #: Crossings of it before this one.
    before: int

    def event(self, as_of: int, known_at: int, now: int) -> DerivedEvent:
        """Return the event that says so."""
        ratio = {"numerator": self.value.numerator, "denominator": self.value.denominator}
        data: dict[str, Any] = {
            "threshold_id": self.threshold.id,
            "indicator": self.threshold.indicator,
            "scope": self.key.agency_id,
            "direction": self.side,
            "value": self.value.value,
            "threshold": self.threshold.threshold,
            **{name: number for name, number in ratio.items() if number is not None},
            "as_of": clock.to_date(as_of).isoformat(),
            "known_at": clock.to_rfc3339(known_at),
        }
        if self.key.target:
            data["target"] = f"{self.key.agency_id}/{self.key.target}"
        subject = f"{self.threshold.id}:{self.key.target}" if self.key.target else self.threshold.id
        named = "\0".join((self.threshold.id, *self.key, str(self.before)))
        return DerivedEvent(
            type="qms.indicator.crossed",
            source=self.key.agency_id,
            subject=subject,
            event_id="crossed-" + sha256(named.encode()).hexdigest()[:40],
            occurred_at=min(now, clock.end_of_day(as_of)),
            data=data,
        )


class CrossingPublisher:
    """Looks and publishes."""

    def __init__(self, database: Database, store: EventStore, thresholds: Mapping[str, Threshold], now: Clock) -> None:
        """Take the service's database and store, what is watched, and the clock."""
        self._database = database
        self._store = store
        self._thresholds = thresholds
        self._now = now

    def run_due(self) -> int:
        """Look at the days that have not been looked at with what is known now; return how many figures crossed."""
        today = clock.vietnam_day(self._now())
        known = self._database.read(_known)
        last = self._database.read(_last_look)
        if last is not None and (last[0] > today or (last[0] == today and last[1] == known.position)):
            return 0
        first = today if last is None else max(last[0], today - MOST_DAYS)
        # The day before is looked at once more: what came in since then belongs to its end.
        return sum(self._look(day, known) for day in range(first, today + 1))

    def _look(self, as_of: int, known: _Known) -> int:
        found = self._database.read(lambda connection: self._found(connection, as_of, known.known_at))
        return self._store.transact(lambda tx: self._publish(tx, found, as_of, known))

    @behind()
    def _found(self, connection: Connection, as_of: int, known_at: int) -> list[Crossed]:
        return list(self._crossed(connection, as_of, known_at))

    def _crossed(self, connection: Connection, as_of: int, known_at: int) -> Iterator[Crossed]:
        present = _sides(connection)
        look = Look.at(connection, as_of, known_at)
        for threshold in self._thresholds.values():
            for key, value in in_turns(MEASURES[threshold.measure](look, threshold.indicator)):
                side, before = present.get((threshold.id, *key), (threshold.rest, 0))
                now = threshold.side(value.value, side)
                if now != side:
                    yield Crossed(threshold, key, value, now, before)

    def _publish(self, tx: StoreTransaction, found: list[Crossed], as_of: int, known: _Known) -> int:
        if tx.connection is None:
            raise TypeError("crossings are kept in tables; the in-memory store has none")
        connection, now = tx.connection, self._now()
        events = [one.event(as_of, known.known_at, now) for one in found if _turn(connection, one)]
        tx.put_derived(events)
        _note_look(connection, as_of, known)
        return len(events)


def _sides(connection: Connection) -> dict[tuple[str, str, str], tuple[str, int]]:
    return {(row[0], row[1], row[2]): (row[3], int(row[4])) for row in connection.execute(select(sides))}


def _turn(connection: Connection, crossed: Crossed) -> bool:
    """Note the new side unless another replica was faster; return whether it was noted."""
    place = {
        "threshold_id": crossed.threshold.id,
        "agency_id": crossed.key.agency_id,
        "target": crossed.key.target,
    }
    changed = {"side": crossed.side, "crossings": crossed.before + 1}
    if crossed.before == 0:
        statement = _insert(connection, sides).values(**place, **changed)
        guarded = statement.on_conflict_do_nothing(index_elements=list(place)).returning(sides.c.crossings)
        return connection.execute(guarded).first() is not None
    columns = sides.c
    query = update(sides).where(
        columns.threshold_id == place["threshold_id"],
        columns.agency_id == place["agency_id"],
        columns.target == place["target"],
        columns.crossings == crossed.before,
    )
    return connection.execute(query.values(**changed)).rowcount == 1


def _last_look(connection: Connection) -> tuple[int, int] | None:
    row = connection.execute(select(looks.c.as_of, looks.c.position).where(looks.c.name == _NAME)).first()
    return None if row is None else (int(row[0]), int(row[1]))


def _known(connection: Connection) -> _Known:
    columns = subscriptions.c
    query = select(func.sum(columns.position)).where(
        columns.consumer == OversightViews.name, columns.version == serving.version(connection)
    )
    position = int(connection.execute(query).scalar() or 0)
    return _Known(watermark(connection, OversightViews.name, serving.version(connection)), position)


def _note_look(connection: Connection, as_of: int, known: _Known) -> None:
    statement = _insert(connection, looks).values(name=_NAME, as_of=as_of, **known._asdict())
    changed = {name: statement.excluded[name] for name in ("as_of", "known_at", "position")}
    connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


def _insert(connection: Connection, table: Any) -> Any:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
