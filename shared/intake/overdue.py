"""Says once of each waiting item that it has waited too long, and once more when it waits no longer.

What an item waits for may never come: nobody would notice, since waiting is no refusal. So after a time (`waiting_days`) the
service that keeps the item publishes a fact about it, from which the alert is made. What has been said is kept in a table beside
the quarantine, in the transaction that queues the fact, so that a crash neither loses nor repeats it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Row, delete, func, insert, or_, select
from sqlalchemy.exc import IntegrityError

from shared import clock
from shared.contracts.intake_facts import ENDED, OVERDUE, aggregate_of
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import QuarantineEntry, StoreTransaction
from shared.eventstore.tables import overdue_items, quarantine
from shared.intake import quarantine_queries
from shared.intake.system_events import derived_id

if TYPE_CHECKING:
    from shared.clock import Clock
    from shared.eventstore.store import EventStore
    from shared.intake.committer import Committer

_log = logging.getLogger(__name__)

_DAY = 86_400_000_000
#: Items told of in one transaction; more are told of in the next one.
_PAGE = 500
#: Seconds between two looks.
PAUSE = 60.0

_WAITS = (quarantine.c.settled_at.is_(None), quarantine.c.status == "waiting")


class OverdueWatch:
    """The loop of one service."""

    def __init__(
        self, store: EventStore, committer: Committer, time: Clock, *, days: float, pause: float = PAUSE
    ) -> None:
        """Take the parts; an item is overdue after `days`."""
        self._store = store
        self._committer = committer
        self._time = time
        self._days = days
        self._pause = pause

    def run(self, stop: threading.Event) -> None:
        """Look once a minute until told to stop; a database that cannot be reached is asked again."""
        while not stop.wait(min(self._pause, self._days * 86_400)):
            try:
                self.look()
            except IntegrityError:
                _log.info("another process of this service was faster to say what is overdue")
            except Exception:  # noqa: BLE001 - the next look finds the same
                _log.exception("looking for overdue items failed; it is tried again")

    def look(self) -> int:
        """Queue what is to be said now; return how many facts."""
        said = 0
        while True:
            page = self._store.transact(self._tell)
            said += page
            if page < _PAGE:
                break
        if said:
            self._committer.on_derived()
        return said

    def _tell(self, tx: StoreTransaction) -> int:
        if tx.connection is None:
            return 0
        service, now = self._store.service, self._time()
        ended = _ended(tx.connection)
        overdue = _newly_overdue(tx.connection, overdue_before(now, self._days))
        _forget(tx.connection, [bytes(row.key) for row in ended])
        _remember(tx.connection, overdue, now)
        tx.put_derived([_ending(service, row, now) for row in ended])
        tx.put_derived([_telling(service, entry, now) for entry in overdue])
        return max(len(ended), len(overdue))


def overdue_before(now: int, days: float) -> int:
    """Return the instant before which an item must have come to be overdue."""
    return now - int(days * _DAY)


def overdue_count(connection: Connection, before: int) -> int:
    """Return how many items wait that came before an instant."""
    query = select(func.count()).select_from(quarantine).where(*_WAITS, quarantine.c.first_received_at < before)
    return int(connection.execute(query).scalar_one())


def _newly_overdue(connection: Connection, before: int) -> list[QuarantineEntry]:
    told = select(overdue_items.c.key)
    query = (
        select(*quarantine_queries.COLUMNS)
        .where(*_WAITS, quarantine.c.first_received_at < before, quarantine.c.key.not_in(told))
        .order_by(quarantine.c.first_received_at)
        .limit(_PAGE)
    )
    return [QuarantineEntry(*row) for row in connection.execute(query)]


def _ended(connection: Connection) -> Sequence[Row[tuple[object, ...]]]:
    """Return those told of that wait no more."""
    query = (
        select(overdue_items, quarantine.c.settled_at, quarantine.c.settled_as)
        .join(quarantine, quarantine.c.key == overdue_items.c.key)
        .where(or_(quarantine.c.settled_at.is_not(None), quarantine.c.status != "waiting"))
        .limit(_PAGE)
    )
    return connection.execute(query).all()


def _remember(connection: Connection, entries: Iterable[QuarantineEntry], now: int) -> None:
    rows = [
        {name: getattr(entry, name) for name in ("key", "id", "source", "agency_id", "event_id")}
        | {"announced_at": now}
        for entry in entries
    ]
    if rows:
        connection.execute(insert(overdue_items), rows)


def _forget(connection: Connection, keys: Sequence[bytes]) -> None:
    if keys:
        connection.execute(delete(overdue_items).where(overdue_items.c.key.in_(keys)))


def _telling(service: str, entry: QuarantineEntry, now: int) -> DerivedEvent:
    return DerivedEvent(
        type=f"qms.{aggregate_of(service)}.{OVERDUE}",
        source=entry.source,
        subject=entry.id,
        event_id=derived_id(OVERDUE, service, entry.id, str(now)),
        occurred_at=now,
        data={
            **_about(entry.source, entry.agency_id),
            "event_id": entry.event_id,
            "event_type": entry.type,
            "code": entry.code,
            "reason_vi": entry.hint_vi,
            "reason_en": entry.hint_en,
            "pushed_by": entry.asserter,
            "waiting_since": clock.to_rfc3339(entry.first_received_at),
        },
    )


def _ending(service: str, row: Row[tuple[object, ...]], now: int) -> DerivedEvent:
    how = (row.settled_as or "applied") if row.settled_at is not None else "refused"
    return DerivedEvent(
        type=f"qms.{aggregate_of(service)}.{ENDED}",
        source=row.source,
        subject=row.id,
        event_id=derived_id(ENDED, service, row.id, str(row.announced_at)),
        occurred_at=now,
        data={**_about(row.source, row.agency_id), "event_id": row.event_id, "how": how},
    )


def _about(source: str, agency_id: str) -> dict[str, str]:
    return {} if agency_id == source else {"agency_id": agency_id}
