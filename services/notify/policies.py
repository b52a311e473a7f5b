"""The consumer `alerts`: folds the events of the other services into conditions and sets deadlines.

It opens nothing itself: it says when a condition is to be judged, and `deadlines` judges it at that
time against what is known then. So a history that arrives late or all at once raises no alert
about what is settled by now, and a rule's day comes even if nothing happens on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson
from sqlalchemy import Connection

from services.notify import conditions
from services.notify.conditions import Deadline, condition_id
from services.notify.domain.condition import Condition
from services.notify.domain.evaluators import EVALUATORS, Seen
from services.notify.domain.rule import Rule, judge
from services.notify.tables import NOTIFY
from services.notify.turns import CONDITIONS, take_turn
from shared import clock
from shared.eventsourcing import Fact
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.records import RecordedEvent

#: Facts older than this when they arrive (microseconds) are history on its way in: more of it may follow.
_LATE = 86_400_000_000

_READ = frozenset().union(*(evaluator.reads for evaluator in EVALUATORS.values()))


class AlertPolicy:
    """Watches what the rules watch."""

    name = "alerts"
    version = 1
    sources = ("inspection", "documents", "audit")
    tables = NOTIFY
    #: An alert is judged by days; a tenth of a second is soon enough.
    pause_seconds = 0.1
    #: Its deadlines belong to alerts that are open now; judged again from the start they would be others.
    rebuildable = False

    def __init__(self, rules: Mapping[str, Rule], *, settle: int) -> None:
        """Take the rules, and how long (microseconds) to wait after a late fact for what follows it."""
        self._rules = rules
        self._settle = settle

    def apply(self, connection: Connection, events: Sequence[RecordedEvent]) -> Sequence[DerivedEvent]:
        """Bring the conditions up to date and set when to judge them."""
        touched = [
            (condition_id(rule.id, key), rule, key, seen, event) for rule, key, seen, event in self._touch(events)
        ]
        if not touched:
            return ()
        take_turn(connection, CONDITIONS)
        known = conditions.load(connection, (row_id for row_id, *_ in touched))
        changed: dict[str, Condition] = {}
        wanted: dict[str, Deadline] = {}
        for row_id, rule, key, seen, event in touched:
            condition = known.setdefault(row_id, Condition(rule.id, key))
            before = orjson.dumps(condition.memory)
            condition.memory = EVALUATORS[rule.id].fold(condition.memory, seen)
            if orjson.dumps(condition.memory) == before:
                continue
            condition.last_event = seen.cause
            changed[row_id] = condition
            deadline = self._deadline(row_id, rule, condition, event)
            if deadline:
                wanted[row_id] = deadline
            else:
                wanted.pop(row_id, None)
        conditions.save(connection, changed)
        conditions.drop_deadlines(connection, [row_id for row_id in changed if row_id not in wanted])
        conditions.set_deadlines(connection, wanted.values())
        return ()

    def _touch(self, events: Sequence[RecordedEvent]) -> Iterator[tuple[Rule, str, Seen, RecordedEvent]]:
        for event in events:
            seen = seen_of(event)
            for rule in self._rules.values():
                evaluator = EVALUATORS[rule.id]
                key = evaluator.key(seen) if event.service in evaluator.sources else None
                if key is not None:
                    yield rule, key, seen, event

    def _deadline(self, row_id: str, rule: Rule, condition: Condition, event: RecordedEvent) -> Deadline | None:
        """Return when to judge: at once if there is or was an alert, else on the day it may come to one."""
        memory = condition.memory
        standing = EVALUATORS[rule.id].standing(memory) if memory else None
        judgement = judge(rule, standing, clock.vietnam_day(event.recorded_at))
        if condition.severity or judgement.severity:
            late = event.recorded_at - event.occurred_at > _LATE
            return Deadline(row_id, "condition", event.recorded_at + (self._settle if late else 0), row_id, {})
        if judgement.next_day is None:
            return None
        return Deadline(row_id, "condition", clock.start_of_day(judgement.next_day), row_id, {})


def seen_of(event: RecordedEvent) -> Seen:
    """Return a recorded event as the evaluators see it."""
    fact = Fact(
        type=event.type,
        aggregate=event.aggregate,
        name=event.name,
        source=event.source,
        agency_id=event.agency_id,
        subject=event.subject,
        event_id=event.event_id,
        occurred_at=event.occurred_at,
        day=event.day,
        provenance=event.provenance,
        asserter=event.asserter,
        # Most events only show that an agency is alive; their bodies are not even decoded.
        data=event.data if event.type in _READ else {},
    )
    return Seen(fact, event.service, clock.vietnam_day(event.recorded_at))
