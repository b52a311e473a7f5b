"""The intake of all services in memory: real contracts, real rules, one registry; nothing is faked but the storage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby, islice
from typing import Any

import orjson

from services.audit.domain import AGGREGATES as AUDIT
from services.documents.domain import AGGREGATES as DOCUMENTS
from services.inspection.domain import AGGREGATES as INSPECTION
from shared import clock, ids
from shared.contracts.catalogue import load
from shared.eventstore.memory import MemoryEventStore
from shared.intake.acceptance import Acceptance
from shared.intake.admission import Admission
from shared.intake.items import Item
from shared.intake.validation import Validator
from shared.registry import ancestry
from shared.registry.record import AgencyRecord

CATALOGUE = load()
VALIDATOR = Validator(CATALOGUE)
_AGGREGATES = {"audit": AUDIT, "documents": DOCUMENTS, "inspection": INSPECTION}


class Registry:
    """Looks agencies up in the states of the registry's own log."""

    def __init__(self, store: MemoryEventStore) -> None:
        self._store = store

    def agencies(self, wanted: Iterable[str]) -> dict[str, AgencyRecord]:
        keys = {ids.stream_key("agency", agency): agency for agency in wanted}
        states = self._store.transact(lambda tx: tx.states(list(keys)))
        return {keys[key]: AgencyRecord(**orjson.loads(state.state)) for key, state in states.items()}

    def with_related(self, wanted: Iterable[str]) -> dict[str, AgencyRecord]:
        records: dict[str, AgencyRecord] = {}
        level = set(wanted)
        while level:
            found = self.agencies(level)
            records |= found
            level = {other for record in found.values() for other in ancestry.related(record)} - records.keys()
        return records

    def inheritances(self, _things: object) -> dict[Any, Any]:
        """Nothing: no simulated agency with heirs has anything that goes on."""
        return {}

    def catch_up(self) -> bool:
        return False


def _owner(event: dict[str, Any]) -> str:
    """Return the service that takes an event; the front door refuses types that nobody has."""
    return CATALOGUE[event["type"]].owner if event["type"] in CATALOGUE else "documents"


class Nation:
    """Pushes events as staff, in order, and counts what became of them."""

    def __init__(self, now: str = "2099-01-01T08:00:00+07:00") -> None:
        self.now = clock.from_rfc3339(now)
        self.stores = {service: MemoryEventStore(service) for service in _AGGREGATES}
        self.acceptances = {service: Acceptance(own, CATALOGUE) for service, own in _AGGREGATES.items()}
        self.admission = Admission(Registry(self.stores["inspection"]), lambda: self.now)  # type: ignore[arg-type]
        self.counts: Counter[str] = Counter()
        #: What was not accepted: type, code, hint, event.
        self.faults: list[tuple[str, str, str, Any]] = []

    def push(self, events: Iterable[dict[str, Any]], *, batch: int = 500) -> None:
        stream = iter(events)
        while part := list(islice(stream, batch)):
            for service, run in groupby(part, key=_owner):
                self._take(service, list(run))

    def _take(self, service: str, events: list[dict[str, Any]]) -> None:
        items = [self._item(service, event) for event in events]
        self.admission.admit(items)
        self.stores[service].transact(lambda tx: self.acceptances[service].accept(tx, items))
        for item in items:
            self.counts[str(item.status)] += 1
            if item.status != "accepted":
                refusal = item.refusal
                code, hint = (refusal.code, refusal.hint.en) if refusal else ("", "")
                self.faults.append((item.event["type"], code, hint, item.event))

    def _item(self, service: str, event: dict[str, Any]) -> Item:
        item = Item(event, orjson.dumps(event, option=orjson.OPT_SORT_KEYS), "staff", self.now)
        refusal = VALIDATOR.check(event)
        if refusal is None:
            self.acceptances[service].identify(item)
        else:
            item.refuse(refusal)
        return item
