"""The worker of the delivery queue: takes due rows, sends, settles. At least once, under stable ids.

A try is announced in the log before it is made and its outcome after it, each with the row in one
transaction. A crash in between repeats the try after the lease under the same `webhook-id` or Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from services.notify import delivery_queue as queue
from services.notify import messages
from services.notify.channels.outcome import Outcome
from services.notify.delivery_queue import Row
from services.notify.domain.rule import Rule
from services.notify.metrics import DELIVERY_TRIES, SERVICE
from services.notify.outlets import Outlets, Try
from services.notify.retry import next_try
from shared.clock import Clock
from shared.database.engine import Database
from shared.eventstore.store import EventStore, StoreTransaction

_log = logging.getLogger(__name__)

#: How long a taken row is ours, microseconds: above the time-outs of a slow receiver added up.
LEASE = 180_000_000
#: Rows looked at together, and messages sent at the same time.
_PAGE = 200
_AT_ONCE = 8

#: Seconds between two looks at most: another process may have queued something.
LONGEST_REST = 5.0


class DeliveryWorker:
    """Sends what is due."""

    def __init__(
        self, database: Database, store: EventStore, rules: Mapping[str, Rule], outlets: Outlets, now: Clock
    ) -> None:
        """Take the service's database and store, the rules for their words, the outlets and the clock."""
        self._database = database
        self._store = store
        self._rules = rules
        self._outlets = outlets
        self._now = now

    def run_due(self) -> int:
        """Work off one page of what is due, and return how many rows were settled or tried."""
        rows, disabled = self._database.read(
            lambda connection: (queue.due(connection, self._now(), _PAGE), queue.disabled(connection))
        )
        prepared = [(row, self._prepare(row, disabled)) for row in rows]
        hopeless = [(row, found) for row, found in prepared if isinstance(found, str)]
        ready = [(row, found) for row, found in prepared if not isinstance(found, str)][:_AT_ONCE]
        if hopeless:
            self._store.transact(lambda tx: self._give_up(tx, hopeless))
            for row, _ in hopeless:
                DELIVERY_TRIES.labels(SERVICE, row["channel"], "undeliverable").inc()
        if ready:
            self._send(ready)
        return len(hopeless) + len(ready)

    def next_look(self) -> float:
        """Return in how many seconds there may be something to send."""
        due_at = self._database.read(queue.next_due)
        if due_at is None:
            return LONGEST_REST
        return min(max((due_at - self._now()) / 1_000_000, 0.0), LONGEST_REST)

    # -- preparing ----------------------------------------------------------------------------------

    def _prepare(self, row: Row, disabled: set[str]) -> Try | str:
        """Return the try, or why there is nothing to try."""
        if row["channel"] == "webhook":
            return self._prepare_webhook(row, disabled)
        return self._prepare_message(row)

    def _prepare_webhook(self, row: Row, disabled: set[str]) -> Try | str:
        number = int(row["recipient"].partition(":")[2])
        if number > len(self._outlets.webhooks):
            return "not configured"
        webhook = self._outlets.webhooks[number - 1]
        if webhook.address_digest in disabled:
            return "the receiver wants no more calls"
        body = messages.webhook_body(row, self._outlets.base_url)
        channel = self._outlets.webhook
        return lambda: channel.send(webhook, row["delivery_id"], body, now=self._now())

    def _prepare_message(self, row: Row) -> Try | str:
        outlets = self._outlets
        if outlets.missing(row["channel"]):
            return "not configured"
        try:
            message = messages.message_of(row, self._rules, outlets.recipients.name, outlets.base_url)
        except KeyError:
            return "the rule no longer exists"
        return outlets.prepare(row, message)

    def _give_up(self, tx: StoreTransaction, hopeless: Sequence[tuple[Row, str]]) -> None:
        now = self._now()
        gone = [
            queue.happened(row, "dead", row["tries"], now, why)
            for row, why in hopeless
            if queue.change(_connection(tx), row, status="undeliverable", error=why, changed_at=now)
        ]
        tx.put_derived(gone)

    # -- sending ------------------------------------------------------------------------------------

    def _send(self, ready: Sequence[tuple[Row, Try]]) -> None:
        taken = self._store.transact(lambda tx: self._take(tx, ready))
        if not taken:
            return
        with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="delivery") as pool:
            outcomes = list(pool.map(lambda item: _try(item[1]), taken))
        settled = [(row, outcome) for (row, _), outcome in zip(taken, outcomes, strict=True)]
        self._store.transact(lambda tx: self._settle(tx, settled))
        for row, outcome in settled:
            DELIVERY_TRIES.labels(SERVICE, row["channel"], outcome.result).inc()

    def _take(self, tx: StoreTransaction, ready: Sequence[tuple[Row, Try]]) -> list[tuple[Row, Try]]:
        now = self._now()
        taken = []
        for row, attempt in ready:
            mine = {"status": "sending", "tries": row["tries"] + 1, "due_at": now + LEASE, "changed_at": now}
            if queue.change(_connection(tx), row, **mine):
                taken.append(({**row, **mine}, attempt))
        tx.put_derived([queue.happened(row, "attempted", row["tries"], now) for row, _ in taken])
        return taken

    def _settle(self, tx: StoreTransaction, settled: Sequence[tuple[Row, Outcome]]) -> None:
        now = self._now()
        connection = _connection(tx)
        derived = []
        for row, outcome in settled:
            name, values, next_at = _verdict(row, outcome, now)
            if not queue.change(connection, row, **values, error=outcome.error, changed_at=now):
                continue
            derived.append(queue.happened(row, name, row["tries"], now, outcome.error, next_at))
            if outcome.result == "gone" and row["channel"] == "webhook":
                number = int(row["recipient"].partition(":")[2])
                queue.disable(connection, self._outlets.webhooks[number - 1].address_digest, now)
        tx.put_derived(derived)


def _verdict(row: Row, outcome: Outcome, now: int) -> tuple[str, dict[str, Any], int]:
    """Return the event's name, the changes of the row, and when the next try is due."""
    if outcome.result == "delivered":
        return "succeeded", {"status": "succeeded"}, 0
    again = next_try(row["delivery_id"], row["tries"], now, outcome.retry_after)
    if outcome.result != "again" or again is None:
        return "dead", {"status": "dead"}, 0
    return "failed", {"status": "waiting", "due_at": again}, again


def _try(attempt: Try) -> Outcome:
    try:
        return attempt()
    except Exception as error:  # noqa: BLE001 - one bad message must not stop the others
        _log.exception("a delivery failed in an unforeseen way")
        return Outcome("again", type(error).__name__)


def _connection(tx: StoreTransaction) -> Any:
    if tx.connection is None:
        raise TypeError("deliveries are kept in tables; the in-memory store has none")
    return tx.connection
