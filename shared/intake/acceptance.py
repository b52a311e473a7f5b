"""One transaction of intake: duplicates, states by batch, decisions in order, append, quarantine.

Works on any event store, the in-memory one included. What came in is decided strictly in order, each item
on the state that the items before it left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared import ids
from shared.contracts.catalogue import EventType
from shared.contracts.flags import CLEARED, KERNEL_EVENTS, MARKED, RETRACTED
from shared.eventsourcing import AnyAggregate, Derived, Fact, Reference, Refusal
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import NewEvent, RecordedEvent
from shared.eventstore.store import StoreTransaction
from shared.intake.folding import LateDecision, Related, decide_correction, decide_late, target_of
from shared.intake.items import Item, Keyed, Outcome
from shared.intake.quarantine import entry_of, is_entitled, settled_by
from shared.intake.refusals import (
    corrected_event_missing,
    decision_failed,
    different_body,
    misplaced_baseline,
    predecessor_missing,
    reference_missing,
    retraction_without_target,
)
from shared.intake.streams_in_hand import StreamInHand, StreamsInHand
from shared.intake.system_events import derived_id, item_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Decides batches for one service."""

    aggregates: Mapping[str, AnyAggregate]
    catalogue: Mapping[str, EventType]

    def accept(self, tx: StoreTransaction, items: Sequence[Item]) -> Outcome:
        """Settle every item: accepted with its position, duplicate, waiting or refused."""
        return _Batch(self, tx, list(items), StreamsInHand(self.aggregates, tx)).run()

    def identify(self, item: Item, provenance: str | None = None) -> None:
        """Fill in keys, stream and fact of a well-formed event of this service."""
        event_type = self.catalogue[item.event["type"]]
        item.identify(event_type, self.aggregates[event_type.aggregate], provenance)


@dataclass(slots=True)
class _Batch:
    rules: Acceptance
    tx: StoreTransaction
    items: list[Item]
    streams: StreamsInHand
    accepted: list[Item] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)
    #: How many of those that are accepted are written.
    written: int = 0
    seen: dict[bytes, Item] = field(default_factory=dict)
    twins: list[tuple[Item, Item]] = field(default_factory=list)

    def run(self) -> Outcome:
        self._settle_known()
        self._load([item for item in self.items if item.status is None])
        for item in self.items:
            if item.status is None:
                self._take(item)
        outcome = Outcome(self.items, {item.stream for item in self.accepted})
        if self.accepted:
            outcome.position = self._append()
        for twin, first in self.twins:
            twin.position = first.position
        self._quarantine()
        return outcome

    # -- duplicates ---------------------------------------------------------------------------------

    def _settle_known(self) -> None:
        known = self.tx.known([item.key for item in self.items if item.key])
        for item in self.items:
            earlier = known.get(item.key)
            if earlier is None or not item.key or _is_anothers(item):
                continue
            item.waits_on = None
            # A policy of a newer version may word a derived event differently; the first one stands.
            if earlier.digest == item.digest or item.asserter == "system":
                item.status, item.refusal, item.position = "duplicate", None, earlier.position
            else:
                item.refuse(different_body(earlier.position))

    # -- states -------------------------------------------------------------------------------------

    def _load(self, items: Iterable[Item]) -> None:
        wanted: dict[bytes, tuple[str, str]] = {}
        for item in items:
            if item.fact is None:
                continue
            aggregate = self.rules.aggregates[item.fact.aggregate]
            try:
                item.needs = _keyed(_needed(aggregate, item.fact))
                item.sees = _keyed(_seen(aggregate, item.fact))
            except Exception:  # noqa: BLE001 - a rule that breaks down must not take the whole group with it
                _log.exception("references failed for an event of type %s", item.event.get("type"))
                item.refuse(decision_failed())
                continue
            if item.stream not in self.streams:
                wanted[item.stream] = (aggregate.name, item.stream_id)
            named = (*item.needs, *item.sees)
            wanted |= {key: reference for reference, key in named if key not in self.streams}
        self.streams.load(wanted)

    # -- decisions ----------------------------------------------------------------------------------

    def _take(self, item: Item) -> None:
        twin = self.seen.get(item.key)
        if twin is not None:
            self._settle_twin(item, twin)
            return
        self.seen[item.key] = item
        try:
            self._decide(item)
        except Exception:  # noqa: BLE001 - a rule that breaks down must not take the batch with it
            _log.exception("decision failed for an event of type %s", item.event.get("type"))
            self.streams[item.stream].restore()
            item.refuse(decision_failed())

    def _settle_twin(self, item: Item, twin: Item) -> None:
        if item.digest != twin.digest:
            item.refuse(different_body(None))
        elif twin.status == "accepted":
            item.status = "duplicate"
            self.twins.append((item, twin))
        else:
            item.status, item.refusal, item.waits_on = twin.status, twin.refusal, twin.waits_on

    def _decide(self, item: Item) -> None:
        fact = item.fact
        assert fact is not None  # noqa: S101 - only identified items are decided
        stream = self.streams[item.stream]
        if fact.name in (MARKED, CLEARED):
            self._accept(item, stream, stream.state)
            return
        refusal = misplaced_baseline(fact, 0 if fact.corrects else stream.version) or _aimless(fact)
        if refusal is not None:
            item.refuse(refusal)
        elif self._waits(item, stream, fact):
            return
        elif fact.corrects is not None:
            self._decide_correction(item, stream, fact)
        elif stream.version and fact.day < stream.last_day:
            history = self._history(item)
            late = decide_late(stream.aggregate, history, fact, self._related_of(stream.aggregate))
            self._settle(item, stream, fact, late)
        else:
            related = self._further(stream.aggregate, fact, self._related(item.needs, item.sees))
            decision = stream.aggregate.decide(stream.state, fact, related)
            if isinstance(decision, Refusal):
                item.refuse(decision)
                return
            self._accept(item, stream, stream.aggregate.evolve(stream.state, fact))
            self._follow(item, fact, decision)

    def _waits(self, item: Item, stream: StreamInHand, fact: Fact) -> bool:
        """Let an item wait for its record to be opened, or for what it names; return whether it does."""
        if stream.state is None and (fact.name not in stream.aggregate.opens or fact.corrects is not None):
            item.status, item.waits_on, item.refusal = "waiting", item.stream, predecessor_missing(fact)
            return True
        missing = None if fact.name == RETRACTED else self._missing_reference(item.needs)
        if missing is not None:
            item.status, item.waits_on = "waiting", ids.stream_key(*missing)
            item.refusal = reference_missing(missing)
        return missing is not None

    def _decide_correction(self, item: Item, stream: StreamInHand, fact: Fact) -> None:
        history = self._history(item)
        target = target_of(history, fact)
        if target is None:
            item.status, item.waits_on, item.refusal = "waiting", item.stream, corrected_event_missing(fact)
        elif isinstance(target, Refusal):
            item.refuse(target)
        else:
            related = self._related_of(stream.aggregate)
            self._settle(item, stream, fact, decide_correction(stream.aggregate, history, fact, target, related))

    def _history(self, item: Item) -> list[RecordedEvent]:
        """Return the stream's events; those of this very batch are written first."""
        if any(accepted.stream == item.stream and accepted.position is None for accepted in self.accepted):
            self._append()
        return self.tx.stream(item.stream)

    def _settle(self, item: Item, stream: StreamInHand, fact: Fact, late: LateDecision) -> None:
        if isinstance(late.decision, Refusal):
            item.refuse(late.decision)
            return
        self._accept(item, stream, late.state)
        self._flag(item, stream, fact, late)
        self._follow(item, fact, late.decision)

    def _flag(self, item: Item, stream: StreamInHand, fact: Fact, late: LateDecision) -> None:
        if bool(late.conflicts) == stream.inconsistent:
            return
        data: dict[str, Any] = {"by_event_id": fact.event_id}
        if late.conflicts:
            data = {"late_event_id": fact.event_id, "conflicting_event_ids": list(late.conflicts)}
        name = MARKED if late.conflicts else CLEARED
        self._emit(item, Derived(f"qms.{fact.aggregate}.{name}", fact.source, fact.subject, data), fact, 0)
        stream.inconsistent = bool(late.conflicts)

    def _follow(self, item: Item, fact: Fact, derived: tuple[Derived, ...]) -> None:
        for index, event in enumerate(derived, start=1):
            self._emit(item, event, fact, index)

    def _emit(self, cause: Item, event: Derived, fact: Fact, index: int) -> None:
        """Append an event that follows from another, in the same transaction."""
        event_id = derived_id(fact.source, fact.event_id, event.type, str(index))
        occurred_at = fact.occurred_at
        follower = item_of(
            DerivedEvent(
                event.type, event.source, event.subject, event_id, occurred_at, event.data, (fact.source, fact.event_id)
            ),
            cause.received_at,
        )
        self.rules.identify(follower, "derived")
        self._load([follower])
        self._take(follower)
        if follower.status != "accepted":
            _log.error("a derived event of type %s was %s", event.type, follower.status)

    # -- references ---------------------------------------------------------------------------------

    def _missing_reference(self, needs: Iterable[Keyed]) -> Reference | None:
        for reference, key in needs:
            if self.streams[key].state is None:
                return reference
        return None

    def _related(self, *named: Iterable[Keyed]) -> dict[Reference, Any]:
        return {
            reference: stream.state
            for references in named
            for reference, key in references
            if (stream := self.streams[key]).state is not None
        }

    def _related_of(self, aggregate: AnyAggregate) -> Related:
        return lambda fact: self._loaded(aggregate, fact)

    def _loaded(self, aggregate: AnyAggregate, fact: Fact) -> dict[Reference, Any]:
        named = [*_keyed(_needed(aggregate, fact)), *_keyed(_seen(aggregate, fact))]
        for reference, _ in named:
            self.streams.at(reference)
        return self._further(aggregate, fact, self._related(named))

    def _further(self, aggregate: AnyAggregate, fact: Fact, related: dict[Reference, Any]) -> dict[Reference, Any]:
        """Add what the states at hand lead to, and those in turn."""
        new = related if aggregate.leads_to else {}
        while new and aggregate.leads_to:
            named = {further for state in new.values() for further in aggregate.leads_to(fact, state)} - related.keys()
            found = {reference: self.streams.at(reference).state for reference in sorted(named)}
            new = {reference: state for reference, state in found.items() if state is not None}
            related |= new
        return related

    # -- writing ------------------------------------------------------------------------------------

    def _accept(self, item: Item, stream: StreamInHand, state: Any) -> None:
        assert item.fact is not None  # noqa: S101 - only identified items are decided
        item.status = "accepted"
        item.refusal = item.waits_on = None
        if stream.aggregate.indexed is not None:
            self.streams.index(stream, state)
        stream.take(item.fact, state)
        self.accepted.append(item)
        self.versions.append(stream.version)

    def _append(self) -> int:
        """Write what has been accepted so far and give out positions; return the last one."""
        new = self.accepted[self.written :]
        if new:
            versions = self.versions[self.written :]
            appended = self.tx.append([_row(item, version) for item, version in zip(new, versions, strict=True)])
            for offset, item in enumerate(new):
                item.position = appended.first_position + offset
            self.written = len(self.accepted)
        self.streams.save()
        return self.accepted[-1].position or 0

    def _quarantine(self) -> None:
        settled = [item for item in self.items if item.status in ("waiting", "refused")]
        kept = {entry.key: entry for entry in map(entry_of, settled)}
        if kept:
            self.tx.put_quarantine(list(kept.values()))
        came = [key for item in self.items if item.status in ("accepted", "duplicate") for key in settled_by(item)]
        held = self.tx.quarantined(came) if came else {}
        if held:
            self.tx.settle_quarantine([(key, "applied") for key in held])


def _is_anothers(item: Item) -> bool:
    """Return whether an item was refused before its asserter might speak for the source: what the log has is not told to it."""
    return item.refusal is not None and (item.refusal.code == "NOT_ENTITLED" or not is_entitled(item))


def _aimless(fact: Fact) -> Refusal | None:
    return retraction_without_target() if fact.name == RETRACTED and fact.corrects is None else None


def _keyed(references: Iterable[Reference]) -> list[Keyed]:
    return [(reference, ids.stream_key(*reference)) for reference in references]


def _seen(aggregate: AnyAggregate, fact: Fact) -> Sequence[Reference]:
    """Return the streams whose states the decision may look at beside those that must be there."""
    return () if fact.name in KERNEL_EVENTS else aggregate.sees(fact)


def _needed(aggregate: AnyAggregate, fact: Fact) -> Sequence[Reference]:
    """Return the streams that must be there first; the kernel's own events have not the data that aggregates read."""
    return () if fact.name in KERNEL_EVENTS else aggregate.references(fact)


def _row(item: Item, version: int) -> NewEvent:
    fact = item.fact
    assert fact is not None  # noqa: S101 - only identified items are appended
    return NewEvent(
        key=item.key,
        stream=item.stream,
        stream_version=version,
        type=fact.type,
        source=fact.source,
        agency_id=fact.agency_id,
        subject=fact.subject,
        event_id=fact.event_id,
        occurred_at=fact.occurred_at,
        received_at=item.received_at,
        provenance=fact.provenance,
        asserter=fact.asserter,
        body=item.body,
        digest=item.digest,
    )
