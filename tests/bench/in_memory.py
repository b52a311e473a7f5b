"""What a pushed event costs at least in Python: read, decided, encoded for the broker, decoded and folded, in memory alone.

These are the steps of the system's own code for which no process, server or driver is needed. Left out is all that takes an
event from one place to another (HTTP, AMQP, SQL), and who follows the views (alert rules, inconsistencies, obligations).
"""

from __future__ import annotations

import gc
import time
from collections import defaultdict
from collections.abc import Sequence

import orjson

from services.inspection import streams
from services.inspection.indicators.families import FAMILIES
from services.inspection.projections import OversightViews, event_row, keyed
from shared.eventstore.records import RecordedEvent
from shared.intake.items import Item
from shared.intake.parsing import Parsed, parse
from shared.messaging.messages import CONTENT_TYPE, encode_window, read_envelope, read_events
from tests.bench.load import BATCH, Load
from tests.unit.simulation.intake import CATALOGUE, VALIDATOR, Nation

#: Later than anything that the load tells of.
_NOW = "2099-01-01T08:00:00+07:00"


class InMemory:
    """Takes what agencies push as the services would, one batch after the other."""

    def __init__(self, load: Load) -> None:
        """Register the agencies; what is pushed comes from the load, in order."""
        self._nation = Nation(_NOW)
        self._nation.push(orjson.loads(line) for line in load.registrations)
        self._load = load
        self._read: dict[str, int] = defaultdict(int)
        self._views = OversightViews()
        self._streams: dict[bytes, tuple[object, ...]] = {}

    def microseconds(self, events: int) -> float:
        """Take about so many events, and return the processor time of one, in microseconds."""
        batches = [b"[" + b",".join(lines) + b"]" for _province, lines in self._load.batches(events)]
        # The services' collector hardly ever looks through what lasts either (`shared/runner/collector.py`).
        gc.disable()
        began = time.process_time()
        for body in batches:
            self._push(body)
        took = time.process_time() - began
        gc.enable()
        return 1e6 * took / (len(batches) * BATCH)

    def _push(self, body: bytes) -> None:
        """Take a batch as the front door does, and each owner's part of it as the owner does."""
        parts: dict[str, list[Parsed]] = defaultdict(list)
        for one in _parsed(body):
            parts[CATALOGUE[one.event["type"]].owner].append(one)
        for service, part in parts.items():
            self._settle(service, _parsed(b"[" + b",".join(one.body for one in part) + b"]"))
            store = self._nation.stores[service]
            appended = store.read(self._read[service], BATCH)
            self._read[service] += len(appended)
            if appended:
                self._project(_sent(appended))

    def _settle(self, service: str, parsed: Sequence[Parsed]) -> None:
        acceptance = self._nation.acceptances[service]
        items = [Item(one.event, one.body, "staff", self._nation.now) for one in parsed]
        for item in items:
            refusal = VALIDATOR.check(item.event)
            if refusal is None:
                acceptance.identify(item)
            else:
                item.refuse(refusal)
        self._nation.admission.admit(items)
        self._nation.stores[service].transact(lambda tx: acceptance.accept(tx, items))

    def _project(self, events: Sequence[RecordedEvent]) -> None:
        """Make the rows that the views would write; saved states stand for those in the table."""
        found = [keyed(event) for event in events]
        for one in found:
            event_row(*one)
        counted = [one for one in found if one[1] in FAMILIES]
        stored = {key: self._streams[key] for key, _aggregate, _event in counted if key in self._streams}
        known = {key: streams.loaded(row, self._views.months) for key, row in stored.items()}
        self._views.fold(known, counted)
        for key, stream in known.items():
            self._streams[key] = stream.saved()


def _parsed(body: bytes) -> Sequence[Parsed]:
    return parse(CONTENT_TYPE, {}, body, most=BATCH).items


def _sent(events: Sequence[RecordedEvent]) -> list[RecordedEvent]:
    """Return events after their way through the broker, in order."""
    messages = encode_window("epoch", events)
    found = [event for one in messages for event in read_events(read_envelope(CONTENT_TYPE, one.headers), one.body)]
    return sorted(found, key=lambda event: event.position)
