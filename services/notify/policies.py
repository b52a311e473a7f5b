"""The consumers `alerts` and `system_alerts`: fold events into conditions and set deadlines.

They open nothing themselves: they say when a condition is to be judged, and `deadlines` judges it at that
time against what is known then. So a history that arrives late or all at once raises no alert
about what is settled by now, and a rule's day comes even if nothing happens on it. Where a fact is corrected or
retracted, the conditions that rest on it are folded again without it, in memory, so that a batch is read and written once
however many corrections are in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import orjson
from sqlalchemy import Connection

from services.notify import condition_facts, conditions
from services.notify.condition_facts import EventName, Fold, Kept, in_order
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


class _Hit(NamedTuple):
    """A condition that an event concerns, and the rule by which it does."""

    row_id: str
    key: str
    touch: Touch


class _News(NamedTuple):
    """An event, and what it concerns."""

    event: RecordedEvent
    seen: Seen
    hits: Sequence[_Hit]
    #: The event that it corrects or takes back.
    corrected: EventName | None


@dataclass(slots=True)
class _Batch:
    """What one batch of events changes."""

    known: dict[str, Condition]
    #: Conditions that events rest on which the batch corrects, as far as they are stored; and the facts of these conditions.
    held: Mapping[EventName, Sequence[str]]
    stored: dict[str, list[Fold]]
    changed: dict[str, Condition] = field(default_factory=dict)
    wanted: dict[str, Deadline] = field(default_factory=dict)
    topics: list[tuple[str, str, str]] = field(default_factory=list)
    #: New facts by condition, and the conditions of each.
    facts: dict[str, list[Kept]] = field(default_factory=dict)
    conditions_of: dict[EventName, list[str]] = field(default_factory=dict)
    #: Stored facts that count no more.
    dropped: list[EventName] = field(default_factory=list)

    def keep(self, row_id: str, one: _News) -> None:
        """Note an event as a fact of a condition."""
        self.facts.setdefault(row_id, []).append(Kept(row_id, one.seen, one.event))
        self.conditions_of.setdefault(one.seen.cause, []).append(row_id)

    def without(self, name: EventName) -> list[str]:
        """Let an event count no more, stored or of this batch; return the ids of the conditions that rested on it."""
        stored, new = self.held.get(name, ()), self.conditions_of.pop(name, ())
        if stored:
            self.dropped.append(name)
        for row_id in stored:
            self.stored[row_id] = [fold for fold in self.stored.get(row_id, ()) if fold.seen.cause != name]
        for row_id in new:
            self.facts[row_id] = [kept for kept in self.facts[row_id] if kept.seen.cause != name]
        return list(dict.fromkeys((*stored, *new)))

    def facts_of(self, row_id: str) -> list[Seen]:
        """Return what counts of a condition, in the order in which it came."""
        new = [kept.fold for kept in self.facts.get(row_id, ())]
        return in_order([*self.stored.get(row_id, ()), *new])

    def want(self, row_id: str, deadline: Deadline | None) -> None:
        """Note when to judge a condition, if at all."""
        if deadline is None:
            self.wanted.pop(row_id, None)
        else:
            self.wanted[row_id] = deadline


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
        self._touch_by = {touch.rule.id: touch for touch in self._watchers.touches}
        self._settle = settle
        self._on_change = on_change
        self._heard: set[tuple[str, int, bool]] = set()

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Bring the conditions up to date and set when to judge them."""
        news = list(self._news(connection, events))
        if not any(one.hits or one.corrected for one in news):
            return ()
        take_turn(connection, CONDITIONS)
        batch = _load(connection, news)
        for one in news:
            if one.corrected is not None:
                self._fold_without(batch, one.event, one.corrected)
            for hit in one.hits:
                self._fold(batch, hit, one)
        _save(connection, batch)
        return ()

    def _fold_without(self, batch: _Batch, event: RecordedEvent, corrected: EventName) -> None:
        """Fold anew the conditions that rest on an event which is corrected or retracted."""
        for row_id in batch.without(corrected):
            condition = batch.known.get(row_id)
            touch = self._touch_by.get(condition.rule) if condition is not None else None
            if condition is None or touch is None:
                # Its facts have come to nothing so far, or the rule is gone.
                continue
            condition.memory = None
            for seen in batch.facts_of(row_id):
                condition.memory = touch.evaluator.fold(condition.memory, seen)
            condition.last_event = (event.source, event.event_id)
            batch.changed[row_id] = condition
            batch.want(row_id, self._deadline(row_id, touch, condition, event))

    def committed(self, events: Sequence[RecordedEvent]) -> None:
        """Remember the signs of life that are in the tables now, and ring for the scheduler."""
        if len(self._heard) > _MOST_HEARD:
            self._heard.clear()
        self._heard.update(_life(event) for event in events if event.provenance == "self_reported")
        self._on_change()

    def _news(self, connection: Connection, events: Iterable[RecordedEvent]) -> Iterator[_News]:
        heard: set[tuple[str, int, bool]] = set()
        for event in events:
            life = _life(event)
            if (life in heard or life in self._heard) and not self._watchers.is_watched(event):
                # It says no more than that its agency is alive, which is known for the day.
                continue
            if event.provenance == "self_reported":
                heard.add(life)
            touches = list(self._watchers.of(event))
            corrected = event.corrected_id
            if touches or corrected is not None:
                seen = self._watchers.seen(event)
                hits = [_Hit(*found, touch) for touch in touches for found in _keys(connection, touch, seen)]
                yield _News(event, seen, hits, None if corrected is None else (event.source, corrected))

    def _fold(self, batch: _Batch, hit: _Hit, one: _News) -> None:
        row_id, key, touch = hit
        seen, event = one.seen, one.event
        condition = batch.known.get(row_id) or Condition(touch.rule.id, key)
        if touch.evaluator.aggregates is not None:
            batch.keep(row_id, one)
        before = orjson.dumps(condition.memory)
        condition.memory = touch.evaluator.fold(condition.memory, seen)
        if condition.severity and f"{seen.fact.aggregate}.{seen.fact.name}" in touch.evaluator.progress:
            deadline = _progress(row_id, condition, seen, event)
            batch.wanted[deadline.id] = deadline
        if orjson.dumps(condition.memory) == before:
            return
        condition.last_event = seen.cause
        batch.known[row_id] = batch.changed[row_id] = condition
        topic = touch.evaluator.topic(seen)
        if topic is not None:
            batch.topics.append((touch.rule.id, topic, row_id))
        batch.want(row_id, self._deadline(row_id, touch, condition, event))

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


def _load(connection: Connection, news: Sequence[_News]) -> _Batch:
    """Read what the batch changes: the conditions, and the facts of those that rest on what it corrects."""
    corrected = {one.corrected for one in news if one.corrected is not None}
    held = condition_facts.holding(connection, sorted(corrected))
    resting = {row_id for ids in held.values() for row_id in ids}
    # What is corrected in the batch in which it comes rests on conditions that may have other facts already.
    resting |= {hit.row_id for one in news if one.seen.cause in corrected for hit in one.hits}
    touched = {hit.row_id for one in news for hit in one.hits}
    return _Batch(
        conditions.load(connection, touched | resting), held, condition_facts.of_conditions(connection, resting)
    )


def _save(connection: Connection, batch: _Batch) -> None:
    conditions.save(connection, batch.changed)
    conditions.file(connection, batch.topics)
    condition_facts.drop(connection, batch.dropped)
    condition_facts.keep(connection, (kept for facts in batch.facts.values() for kept in facts))
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
