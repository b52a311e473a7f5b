"""Group commit: one writer takes all that is queued and settles it in one transaction.

The counter row serialises appends, so the size of a group is the throughput. Whoever submits waits until
its items are committed (a 2xx means: in the log, fsynced) and gets its answers. The same writer drains what
policies derived, and tries waiting items again when what they wait for has come.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from prometheus_client import Counter, Gauge, Histogram

from shared.clock import Clock
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.errors import LostRaceError
from shared.eventstore.store import EventStore, QuarantineEntry, StoreTransaction
from shared.intake import quarantine_queries
from shared.intake.acceptance import Acceptance
from shared.intake.admission import REGISTRY_AGGREGATES, Admission
from shared.intake.items import Item, Outcome
from shared.intake.system_events import item_of
from shared.intake.validation import check_data
from shared.web.problem import Problem

_log = logging.getLogger(__name__)

#: Most items of one transaction: keeps a transaction short and its memory bounded.
GROUP_ITEMS = 4000
#: Items that may wait for the writer before pushers are asked to come back later.
QUEUE_ITEMS = 40_000
#: How long the writer waits for company after the first item, seconds (longer costs more than it gives).
LINGER = 0.001
_DERIVED_PAGE = 2000
_SWEEP_SECONDS = 30.0
_RETRIES = 3
_ARRIVAL_TRIES = 10

SETTLED = Counter("oversight_intake_items_total", "Events settled by intake", ["service", "status"])
REFUSED = Counter("oversight_intake_refused_total", "Events refused by intake, by code", ["service", "code"])
QUEUED = Gauge("oversight_intake_queued_items", "Events that wait for the writer of the log", ["service"])
GROUPS = Histogram(
    "oversight_intake_group_items", "Items of one group commit", ["service"], buckets=(1, 10, 100, 500, 1000, 4000)
)
COMMITS = Histogram("oversight_intake_commit_seconds", "Duration of one group commit", ["service"])


@dataclass(slots=True)
class _Request:
    items: list[Item]
    done: threading.Event = field(default_factory=threading.Event)
    error: Exception | None = None


class Committer:
    """The one writer of a service's log in this process."""

    def __init__(
        self, store: EventStore, acceptance: Acceptance, admission: Admission, clock: Clock, *, service: str
    ) -> None:
        """Take the parts; `run` must be started in a thread (or greenlet) of its own."""
        self._store = store
        self._acceptance = acceptance
        self._admission = admission
        self._clock = clock
        self._service = service
        self._queue: deque[_Request] = deque()
        self._queued = 0
        QUEUED.labels(service).set_function(lambda: self._queued)
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._arrived: dict[bytes, int] = {}
        self._derived_pending = True
        self._swept = 0.0
        self._sweep_after = 0
        #: Called after every commit that appended events (relay, local subscriptions).
        self.listeners: list[Callable[[], None]] = []

    # -- what others call ---------------------------------------------------------------------------

    def submit(self, items: list[Item]) -> list[Item]:
        """Settle items and return them; waits for the commit.

        Raises:
            Problem: 503 the store cannot commit, or too much is queued.
        """
        if self._stopping.is_set() or self._queued + len(items) > QUEUE_ITEMS:
            raise _unavailable("OVERLOADED")
        request = _Request(items)
        self._queue.append(request)
        self._queued += len(items)
        self._wake.set()
        request.done.wait()
        if request.error is not None:
            raise request.error
        return items

    def submit_derived(self, events: Sequence[DerivedEvent]) -> list[dict[str, Any]]:
        """Append events made by the system for people (commands); returns an answer per event."""
        items = [self._derived_item(event) for event in events]
        for item in items:
            refusal = check_data(item.event_type, item.event["data"]) if item.event_type else None
            if refusal is not None:
                item.refuse(refusal)
        return [item.result(self._service) for item in self.submit(items)]

    def on_derived(self) -> None:
        """Tell that policies have put derived events into the store."""
        self._derived_pending = True
        self._wake.set()

    def on_arrival(self, keys: Iterable[bytes]) -> None:
        """Tell that something has come which items may wait on (agencies in the registry copy)."""
        for key in keys:
            self._arrived[key] = 0
        self._wake.set()

    def stop(self) -> None:
        """Settle what is queued, then end `run`; later submissions get 503."""
        self._stopping.set()
        self._wake.set()

    # -- the writer ---------------------------------------------------------------------------------

    def run(self) -> None:
        """Serve until `stop`; an error of the store fails its group, not the writer."""
        while not (self._stopping.is_set() and not self._queue):
            if not self._queue and not self._derived_pending and not self._arrived:
                self._wake.wait(1.0)
            # Cleared before looking for work: what is queued from here on sets it again.
            self._wake.clear()
            self._round()

    def _round(self) -> None:
        if self._queue:
            time.sleep(LINGER if self._queued < GROUP_ITEMS else 0)
            self._serve(self._next_group())
        if self._derived_pending:
            self._background(self._drain_derived)
        if self._arrived:
            self._background(self._retry_arrived)
        if time.monotonic() - self._swept > _SWEEP_SECONDS:
            self._swept = time.monotonic()
            self._background(self._sweep)

    def _next_group(self) -> list[_Request]:
        group: list[_Request] = []
        size = 0
        while self._queue and (not group or size + len(self._queue[0].items) <= GROUP_ITEMS):
            request = self._queue.popleft()
            group.append(request)
            size += len(request.items)
        self._queued -= size
        return group

    def _serve(self, group: list[_Request]) -> None:
        error: Exception | None = None
        try:
            self._commit([item for request in group for item in request.items])
        except Exception as failure:  # noqa: BLE001 - whoever waits gets an answer, whatever it was
            _log.exception("group commit failed")
            error = failure if isinstance(failure, Problem) else _unavailable("STORE_UNAVAILABLE")
        for request in group:
            request.error = error
            request.done.set()

    def _commit(self, items: list[Item], *, derived: int = 0) -> Outcome:
        """Settle items in one transaction; tried again when another writer was faster with the same event."""
        before = [(item.status, item.refusal, item.waits_on) for item in items]
        for _ in range(_RETRIES):
            try:
                return self._once(items, derived)
            except LostRaceError as error:
                _log.info("another writer was faster, deciding again: %s", error)
                for item, (status, refusal, waits_on) in zip(items, before, strict=True):
                    item.status, item.refusal, item.waits_on, item.position = status, refusal, waits_on, None
        return self._once(items, derived)

    def _once(self, items: list[Item], derived: int) -> Outcome:
        with COMMITS.labels(self._service).time():
            outcome = self._store.transact(lambda tx: self._in_transaction(tx, items, derived))
        self._after(outcome)
        return outcome

    def _in_transaction(self, tx: StoreTransaction, items: list[Item], derived: int) -> Outcome:
        taken = [self._derived_item(event) for event in tx.take_derived(derived)] if derived else []
        outcome = self._acceptance.accept(tx, [*items, *taken])
        if outcome.changed:
            for entry in tx.waiting_on(sorted(outcome.changed)):
                if entry.waits_on is not None:
                    self._arrived[entry.waits_on] = 0
        return outcome

    def _after(self, outcome: Outcome) -> None:
        GROUPS.labels(self._service).observe(len(outcome.items))
        counts: dict[str, int] = {}
        for item in outcome.items:
            counts[str(item.status)] = counts.get(str(item.status), 0) + 1
            if item.status == "refused" and item.refusal is not None:
                REFUSED.labels(self._service, item.refusal.code).inc()
        for status, count in counts.items():
            SETTLED.labels(self._service, status).inc(count)
        if outcome.position and self._service == "inspection":
            self._admission.registry.published = max(self._admission.registry.published, _registry_position(outcome))
        if outcome.position:
            for listener in self.listeners:
                listener()

    # -- what comes by itself -----------------------------------------------------------------------

    def _background(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 - the writer must go on
            _log.exception("intake's background work failed; it is tried again")
            time.sleep(0.2)

    def _derived_item(self, event: DerivedEvent) -> Item:
        item = item_of(event, self._clock())
        self._acceptance.identify(item, "derived")
        return item

    def _drain_derived(self) -> None:
        self._derived_pending = False
        try:
            outcome = self._commit([], derived=_DERIVED_PAGE)
        except Exception:
            self._derived_pending = True
            raise
        if len(outcome.items) >= _DERIVED_PAGE:
            self._derived_pending = True

    def _retry_arrived(self) -> None:
        """Try items again whose predecessor has come; one whose commit is not visible yet is tried a few times."""
        arrived, self._arrived = self._arrived, {}
        entries = self._store.transact(lambda tx: tx.waiting_on(sorted(arrived)))
        items = self._requeue(entries) if entries else []
        still = {item.waits_on for item in items if item.status == "waiting"}
        found = {entry.waits_on for entry in entries}
        for key, tries in arrived.items():
            again = (key in still and tries < _ARRIVAL_TRIES) or (key not in found and tries < 1)
            if again:
                self._arrived.setdefault(key, tries + 1)
        if self._arrived:
            time.sleep(0.05)

    def _sweep(self) -> None:
        """Look for waiting items whose predecessor came while nobody was looking (start, lost nudges)."""
        self._derived_pending = True
        entries, self._sweep_after = self._store.transact(lambda tx: _waiting(tx, self._sweep_after))
        if entries:
            self._requeue(entries)

    def _requeue(self, entries: Sequence[QuarantineEntry]) -> list[Item]:
        items = [self.item_of_entry(entry) for entry in entries]
        for start in range(0, len(items), GROUP_ITEMS):
            group = items[start : start + GROUP_ITEMS]
            self._admission.admit(group)
            self._commit(group)
        return items

    def item_of_entry(self, entry: QuarantineEntry) -> Item:
        """Return a quarantined event as a fresh intake item."""
        event = orjson.loads(entry.raw)
        item = Item(event, entry.raw, entry.asserter, entry.received_at, requeued=True)
        self._acceptance.identify(item)
        return item


def _registry_position(outcome: Outcome) -> int:
    """Return the position of the last event of the registry that was appended; 0 where none was."""
    facts = ((item.fact, item.position) for item in outcome.items if item.status == "accepted")
    return max((position or 0 for fact, position in facts if fact and fact.aggregate in REGISTRY_AGGREGATES), default=0)


def _waiting(tx: StoreTransaction, after: int) -> tuple[list[QuarantineEntry], int]:
    return ([], 0) if tx.connection is None else quarantine_queries.waiting(tx.connection, after, GROUP_ITEMS)


def _unavailable(code: str) -> Problem:
    return Problem(
        503,
        code,
        Hint(
            "Hệ thống tạm thời chưa ghi nhận được; hãy gửi lại nguyên yêu cầu sau ít giây.",
            "The events cannot be committed right now; send the same request again in a few seconds.",
        ),
        headers={"Retry-After": "2"},
    )
