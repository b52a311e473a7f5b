"""The consumers `alerts` and `system_alerts`: fold events into conditions and set deadlines.

They open nothing themselves: they say when a condition is to be judged, and `deadlines` judges it at that
time against what is known then. So a history that arrives late or all at once raises no alert
about what is settled by now, and a rule's day comes even if nothing happens on it. Where a fact is corrected or
retracted, the conditions that rest on it are folded again without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from sqlalchemy import Connection

from services.notify import condition_facts, conditions
from services.notify.condition_facts import Kept
from services.notify.conditions import Deadline, condition_id
from services.notify.domain.condition import Condition
from services.notify.domain.evaluators import Seen
from services.notify.domain.rule import Rule, judge
from services.notify.tables import NOTIFY
from services.notify.turns import CONDITIONS, take_turn
from services.notify.watching import Touch, Watchers
from shared import clock
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

#: Facts older than this when they arrive (microseconds) are history on its way in: more of it may follow.
_LATE = 86_400_000_000
#: Signs of life remembered, so that an agency's further events of a day cost nothing.
_MOST_HEARD = 100_000

SOURCES = ("inspection", "documents", "audit")


def _ignore() -> None:
    return None


@dataclass(slots=True)
class _Batch:
    """What one batch of events changes."""

    known: dict[str, Condition]
    changed: dict[str, Condition] = field(default_factory=dict)
    wanted: dict[str, Deadline] = field(default_factory=dict)
    topics: list[tuple[str, str, str]] = field(default_factory=list)
    facts: list[Kept] = field(default_factory=list)


class AlertPolicy:
    """Watches what the rules watch."""

    version = 1
    tables = NOTIFY
    #: An alert is judged by days; half a second is soon enough.
    pause_seconds = 0.5
    #: Its deadlines belong to alerts that are open now; judged again from the start they would be others.
    rebuildable = False
    name = "alerts"
    sources: tuple[str, ...] = SOURCES

    def __init__(self, rules: Mapping[str, Rule], *, settle: int, on_change: Callable[[], None] = _ignore) -> None:
        """Take the rules, and how long (microseconds) to wait after a late fact for what follows it.

        `on_change` is called when deadlines may have been set.
        """
        self._watchers = Watchers(rules.values(), self.sources)
        self._settle = settle
        self._on_change = on_change
        self._heard: set[tuple[str, int, bool]] = set()

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Bring the conditions up to date and set when to judge them."""
        for run in _runs(event for event in events if not self._is_known_life(event)):
            if run[0].corrected_id is not None:
                self._fold_without(connection, run[0], run[0].corrected_id)
            self._take(connection, run)
        return ()

    def _take(self, connection: Connection, events: Sequence[RecordedEvent]) -> None:
        """Fold events that correct nothing, or whose corrected event is out of the way."""
        touched = list(self._touch(connection, events))
        if not touched:
            return
        take_turn(connection, CONDITIONS)
        batch = _Batch(conditions.load(connection, (row_id for row_id, *_ in touched)))
        for row_id, key, touch, seen, event in touched:
            self._fold(batch, row_id, key, touch, seen, event)
        _save(connection, batch)

    def _fold_without(self, connection: Connection, event: RecordedEvent, corrected: str) -> None:
        """Fold anew the conditions that rest on an event which is corrected or retracted."""
        held = condition_facts.holding(connection, event.source, corrected)
        if not held:
            return
        take_turn(connection, CONDITIONS)
        condition_facts.drop(connection, event.source, corrected)
        batch = _Batch(conditions.load(connection, held))
        touches = {touch.rule.id: touch for touch in self._watchers.touches}
        for row_id, condition in batch.known.items():
            touch = touches.get(condition.rule)
            if touch is None:
                continue
            condition.memory = None
            for seen in condition_facts.of_condition(connection, row_id):
                condition.memory = touch.evaluator.fold(condition.memory, seen)
            condition.last_event = (event.source, event.event_id)
            batch.changed[row_id] = condition
            if (deadline := self._deadline(row_id, touch, condition, event)) is not None:
                batch.wanted[row_id] = deadline
        _save(connection, batch)

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Remember the signs of life that are in the tables now, and ring for the scheduler."""
        if len(self._heard) > _MOST_HEARD:
            self._heard.clear()
        self._heard.update(_life(event) for event in events if event.provenance == "self_reported")
        self._on_change()

    def _is_known_life(self, event: RecordedEvent) -> bool:
        """Return whether the event says no more than that its agency is alive, which is known for the day."""
        return _life(event) in self._heard and not self._watchers.is_watched(event)

    def _touch(
        self, connection: Connection, events: Sequence[RecordedEvent]
    ) -> Iterator[tuple[str, str, Touch, Seen, RecordedEvent]]:
        for event in events:
            touches = list(self._watchers.of(event))
            if not touches:
                continue
            seen = self._watchers.seen(event)
            for touch in touches:
                for row_id, key in _keys(connection, touch, seen):
                    yield row_id, key, touch, seen, event

    def _fold(self, batch: _Batch, row_id: str, key: str, touch: Touch, seen: Seen, event: RecordedEvent) -> None:
        condition = batch.known.get(row_id)
        if condition is None:
            condition = batch.known[row_id] = Condition(touch.rule.id, key)
        if touch.evaluator.aggregates is not None:
            batch.facts.append(Kept(row_id, seen, event))
        before = orjson.dumps(condition.memory)
        condition.memory = touch.evaluator.fold(condition.memory, seen)
        if condition.severity and f"{seen.fact.aggregate}.{seen.fact.name}" in touch.evaluator.progress:
            deadline = _progress(row_id, condition, seen, event)
            batch.wanted[deadline.id] = deadline
        if orjson.dumps(condition.memory) == before:
            return
        condition.last_event = seen.cause
        batch.changed[row_id] = condition
        topic = touch.evaluator.topic(seen)
        if topic is not None:
            batch.topics.append((touch.rule.id, topic, row_id))
        wanted = self._deadline(row_id, touch, condition, event)
        if wanted:
            batch.wanted[row_id] = wanted
        else:
            batch.wanted.pop(row_id, None)

    def _deadline(self, row_id: str, touch: Touch, condition: Condition, event: RecordedEvent) -> Deadline | None:
        """Return when to judge: at once if there is or was an alert, else on the day it may come to one."""
        memory = condition.memory
        standing = touch.evaluator.standing(memory) if memory else None
        judgement = judge(touch.rule, standing, clock.vietnam_day(event.recorded_at))
        if condition.severity or judgement.severity:
            late = event.recorded_at - event.occurred_at > _LATE
            return Deadline(row_id, "condition", event.recorded_at + (self._settle if late else 0), row_id, {})
        if judgement.next_day is None:
            return None
        return Deadline(row_id, "condition", clock.start_of_day(judgement.next_day), row_id, {})


class SystemAlertPolicy(AlertPolicy):
    """The same for what the service's own log says: signals of the system's monitoring."""

    name = "system_alerts"
    sources = ("notify",)


def _runs(events: Iterable[RecordedEvent]) -> Iterator[list[RecordedEvent]]:
    """Yield the events in order, in runs that only their first event may correct something before."""
    run: list[RecordedEvent] = []
    for event in events:
        if run and event.corrected_id is not None:
            yield run
            run = []
        run.append(event)
    if run:
        yield run


def _save(connection: Connection, batch: _Batch) -> None:
    conditions.save(connection, batch.changed)
    conditions.file(connection, batch.topics)
    condition_facts.keep(connection, batch.facts)
    conditions.drop_deadlines(connection, [row_id for row_id in batch.changed if row_id not in batch.wanted])
    conditions.set_deadlines(connection, batch.wanted.values())


def _keys(connection: Connection, touch: Touch, seen: Seen) -> Iterator[tuple[str, str]]:
    rule = touch.rule.id
    key = touch.evaluator.key(seen)
    if key is not None:
        yield condition_id(rule, key), key
    topic = touch.evaluator.spread(seen)
    if topic is not None:
        for row_id in conditions.find(connection, rule, topic):
            yield row_id, row_id.removeprefix(f"{rule}|")


def _life(event: RecordedEvent) -> tuple[str, int, bool]:
    return event.source, clock.vietnam_day(event.recorded_at), event.asserter == event.source


def _progress(row_id: str, condition: Condition, seen: Seen, event: RecordedEvent) -> Deadline:
    source, event_id = seen.cause
    return Deadline(
        f"progress|{condition.alert_id}|{source}/{event_id}",
        "progress",
        event.recorded_at,
        row_id,
        {"alert_id": condition.alert_id, "source": source, "id": event_id},
    )
