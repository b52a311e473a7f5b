"""The scheduler: when a deadline is due, judges the condition as it stands and derives alert events.

Exactly once, with any number of replicas: deadlines, conditions and derived events change in one
transaction, and whoever changes them takes the turn first. Hours missed are made up for, since a
deadline stays until it has been looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from services.notify import conditions
from services.notify.conditions import Deadline
from services.notify.domain.condition import Condition, Happening, advance
from services.notify.domain.evaluators import EVALUATORS
from services.notify.domain.rule import Rule, Standing
from services.notify.metrics import ALERT_EVENTS, DEADLINE_LAG, SERVICE
from services.notify.tables import alerts
from services.notify.turns import CONDITIONS, take_turn
from shared import clock
from shared.clock import Clock
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import EventStore, StoreTransaction
from shared.vietnam.calendar import WorkingCalendar

#: Deadlines of one transaction.
_PAGE = 500

#: Tells how far the alert policy has read, as an instant: later deadlines have to wait.
Horizon = Callable[[Connection, int], int]


class _Page(NamedTuple):
    """What one transaction did."""

    looked_at: int
    #: Clock minus the instant up to which deadlines are judged, microseconds.
    lag: int
    derived: list[DerivedEvent]


class DeadlineScheduler:
    """Turns due deadlines into derived events."""

    def __init__(
        self, store: EventStore, rules: Mapping[str, Rule], horizon: Horizon, now: Clock, calendar: WorkingCalendar
    ) -> None:
        """Take the store, the rules, how far the policy has read, the clock and the working days."""
        self._store = store
        self._rules = rules
        self._horizon = horizon
        self._now = now
        self._calendar = calendar

    def run_due(self) -> int:
        """Work off what is due, and return how many deadlines were looked at."""
        total = 0
        while True:
            page = self._store.transact(self._page)
            # Counted here: on SQLite the transaction runs in a native thread, which must not wait for others' locks.
            DEADLINE_LAG.labels(SERVICE).set(page.lag / 1_000_000)
            for event in page.derived:
                ALERT_EVENTS.labels(SERVICE, event.subject.partition("-")[0], event.type.rpartition(".")[2]).inc()
            total += page.looked_at
            if page.looked_at < _PAGE:
                return total

    def _page(self, tx: StoreTransaction) -> _Page:
        connection = tx.connection
        if connection is None:
            raise TypeError("deadlines are kept in tables; the in-memory store has none")
        take_turn(connection, CONDITIONS)
        now = self._now()
        reached = min(now, self._horizon(connection, now))
        due = conditions.due(connection, reached, _PAGE)
        if not due:
            return _Page(0, now - reached, [])
        known = conditions.load(connection, (item.condition_id for item in due))
        derived = self._judge([item for item in due if item.kind == "condition"], known, connection, now)
        derived += self._escalate([item for item in due if item.kind == "escalation"], known, connection, now)
        tx.put_derived(derived)
        return _Page(len(due), now - reached, derived)

    # -- conditions ---------------------------------------------------------------------------------

    def _judge(
        self, due: Sequence[Deadline], known: Mapping[str, Condition], connection: Connection, now: int
    ) -> list[DerivedEvent]:
        derived: list[DerivedEvent] = []
        changed: dict[str, Condition] = {}
        wanted: list[Deadline] = []
        closed: list[str] = []
        for item in due:
            condition = known[item.condition_id]
            rule = self._rules.get(condition.rule)
            if rule is None:
                continue
            result = advance(rule, condition, _standing(condition), clock.vietnam_day(now))
            changed[item.id] = condition
            if result.judgement.next_day is not None:
                wanted.append(item._replace(due_at=clock.start_of_day(result.judgement.next_day)))
            for happening in result.happenings:
                derived.append(derived_event(happening, now))
                if happening.name in ("opened", "reopened"):
                    wanted.extend(self._levels(rule, item.condition_id, condition, now))
                elif happening.name == "resolved":
                    closed.append(item.condition_id)
        conditions.save(connection, changed)
        conditions.drop_deadlines(connection, [item.id for item in due])
        conditions.drop_escalations(connection, closed)
        conditions.set_deadlines(connection, wanted)
        return derived

    def _levels(self, rule: Rule, row_id: str, condition: Condition, now: int) -> list[Deadline]:
        """Return the deadlines of the levels; one that falls on a day off waits for the next working day."""
        today = clock.vietnam_day(now)
        return [
            Deadline(
                f"escalation|{condition.alert_id}|{number}",
                "escalation",
                clock.start_of_day(self._calendar.next_working_day(today + level.after_days)),
                row_id,
                {"alert_id": condition.alert_id, "level": number, "episode": condition.episode},
            )
            for number, level in enumerate(rule.escalation, start=1)
        ]

    # -- escalation ---------------------------------------------------------------------------------

    def _escalate(
        self, due: Sequence[Deadline], known: Mapping[str, Condition], connection: Connection, now: int
    ) -> list[DerivedEvent]:
        derived: list[DerivedEvent] = []
        done: list[str] = []
        later: list[Deadline] = []
        for item in due:
            pause = _pause(connection, item, now)
            if pause is not None:
                later.append(item._replace(due_at=pause))
                continue
            done.append(item.id)
            happening = self._escalation(item, known.get(item.condition_id), connection)
            if happening:
                derived.append(derived_event(happening, now))
        conditions.drop_deadlines(connection, done)
        conditions.set_deadlines(connection, later)
        return derived

    def _escalation(self, item: Deadline, condition: Condition | None, connection: Connection) -> Happening | None:
        detail = item.detail
        if condition is None or not condition.severity or condition.alert_id != detail["alert_id"]:
            return None
        rule = self._rules.get(condition.rule)
        number = int(detail["level"])
        if rule is None or number > len(rule.escalation) or _is_taken_up(connection, condition.alert_id):
            return None
        level = rule.escalation[number - 1]
        standing = _standing(condition)
        if standing is None or level.unless in standing.marks:
            return None
        return Happening(
            condition.alert_id,
            condition.agency_id,
            "escalated",
            f"{condition.alert_id}-level-{number}-{detail['episode']}",
            {"level": number, "to": level.to},
        )


def derived_event(happening: Happening, now: int) -> DerivedEvent:
    """Return an alert event in the form of the kernel."""
    return DerivedEvent(
        type=f"qms.alert.{happening.name}",
        source=happening.agency_id,
        subject=happening.alert_id,
        event_id=happening.event_id,
        occurred_at=now,
        data=happening.data,
        causation=happening.cause,
    )


def _standing(condition: Condition) -> Standing | None:
    if condition.memory is None:
        return None
    return EVALUATORS[condition.rule].standing(condition.memory)


def _pause(connection: Connection, item: Deadline, now: int) -> int | None:
    """Return when the pause of a snoozed alert is over, None where it is not put off."""
    query = select(alerts.c.snoozed_until).where(alerts.c.alert_id == item.detail["alert_id"])
    until = connection.execute(query).scalar()
    if not until or until < clock.vietnam_day(now):
        return None
    return clock.start_of_day(until + 1)


def _is_taken_up(connection: Connection, alert_id: str) -> bool:
    query = select(alerts.c.status, alerts.c.body).where(alerts.c.alert_id == alert_id)
    row = connection.execute(query).first()
    return row is not None and row.status in ("acknowledged", "resolved")
