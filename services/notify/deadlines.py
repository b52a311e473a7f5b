"""The scheduler: when a deadline is due, judges the condition as it stands and derives alert events.

Exactly once, with any number of replicas: deadlines, conditions and derived events change in one
transaction, and whoever changes them takes the turn first. Hours missed are made up for, since a
deadline stays until it has been looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection

from services.notify import conditions, escalation
from services.notify.conditions import Deadline
from services.notify.domain.condition import Condition, Happening, advance, digest
from services.notify.domain.evaluators import evaluator_of
from services.notify.domain.rule import Rule, Standing
from services.notify.metrics import ALERT_EVENTS, DEADLINE_LAG, SERVICE
from services.notify.turns import CONDITIONS, take_turn
from shared import clock
from shared.clock import Clock
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.store import EventStore, StoreTransaction
from shared.vietnam.calendar import WorkingCalendar

#: Deadlines of one transaction.
_PAGE = 500
#: Microseconds after which the register is asked again for an alert that it does not know.
_REGISTER_AGAIN = 60_000_000
#: Seconds between two looks: while a deadline waits for what has not been read yet, and at most.
SHORTEST_REST, LONGEST_REST = 0.5, 5.0

#: Tells how far the alert policy has read, as an instant: later deadlines have to wait.
Horizon = Callable[[Connection, int], int]


class _Page(NamedTuple):
    """What one transaction did."""

    looked_at: int
    #: Clock minus the instant up to which deadlines are judged, microseconds.
    lag: int
    derived: list[DerivedEvent]


@dataclass(slots=True)
class _Work:
    """One page of due deadlines, and what they lead to."""

    connection: Connection
    now: int
    due: Sequence[Deadline]
    known: Mapping[str, Condition]
    #: What the register says of the alerts that somebody is to act on, by alert.
    registered: Mapping[str, escalation.AlertRow]
    derived: list[DerivedEvent] = field(default_factory=list)
    changed: dict[str, Condition] = field(default_factory=dict)
    wanted: list[Deadline] = field(default_factory=list)
    #: Ids of conditions whose alert ended.
    closed: list[str] = field(default_factory=list)

    @property
    def today(self) -> int:
        """Return the Vietnamese day."""
        return clock.vietnam_day(self.now)

    def of(self, kind: str) -> list[Deadline]:
        """Return the deadlines of a kind."""
        return [item for item in self.due if item.kind == kind]

    def derive(self, happening: Happening) -> None:
        """Note an event."""
        self.derived.append(derived_event(happening, self.now))

    def save(self) -> None:
        """Write what has changed; deadlines that were looked at are gone unless they were set anew."""
        conditions.save(self.connection, self.changed)
        conditions.drop_deadlines(self.connection, [item.id for item in self.due])
        conditions.drop_escalations(self.connection, self.closed)
        conditions.set_deadlines(self.connection, {item.id: item for item in self.wanted}.values())


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
            # Whatever is set anew lies ahead, but for levels of an escalation that were missed.
            if not page.looked_at:
                return total

    def _page(self, tx: StoreTransaction) -> _Page:
        connection = _connection(tx)
        now = self._now()
        reached = min(now, self._horizon(connection, now))
        next_due = conditions.next_due(connection)
        if next_due is None or next_due > reached:
            return _Page(0, now - reached, [])
        take_turn(connection, CONDITIONS)
        due = conditions.due(connection, reached, _PAGE)
        if not due:
            return _Page(0, now - reached, [])
        known = conditions.load(connection, (item.condition_id for item in due))
        open_alerts = (item.detail["alert_id"] for item in due if item.kind in ("escalation", "progress"))
        work = _Work(connection, now, due, known, escalation.rows_of(connection, open_alerts))
        # First: what is judged now can reopen none of these any more.
        self._close(work)
        self._judge(work)
        self._escalate(work)
        self._note_progress(work)
        work.save()
        tx.put_derived(work.derived)
        return _Page(len(due), now - reached, work.derived)

    def next_look(self) -> float:
        """Return in how many seconds there may be something to do: soon where a deadline waits for the reading."""
        due_at = self._store.transact(lambda tx: conditions.next_due(_connection(tx)))
        if due_at is None:
            return LONGEST_REST
        return min(max((due_at - self._now()) / 1_000_000, SHORTEST_REST), LONGEST_REST)

    # -- conditions ---------------------------------------------------------------------------------

    def _judge(self, work: _Work) -> None:
        for item in work.of("condition"):
            condition = work.known[item.condition_id]
            rule = self._rules.get(condition.rule)
            if rule is None:
                continue
            result = advance(rule, condition, _standing(rule, condition), work.today)
            work.changed[item.id] = condition
            if result.judgement.next_day is not None:
                work.wanted.append(item._replace(due_at=clock.start_of_day(result.judgement.next_day)))
            for happening in result.happenings:
                work.derive(happening)
                if happening.name == "resolved":
                    work.closed.append(item.condition_id)
                    ended = happening.alert_id, work.today, happening.agency_id
                    work.wanted.append(closing(rule, item.condition_id, *ended))
            if any(happening.name in ("opened", "reopened") for happening in result.happenings):
                work.wanted += escalation.first_level(rule, item.condition_id, condition, work.now, self._calendar)

    # -- what happens to open alerts ------------------------------------------------------------------

    def _escalate(self, work: _Work) -> None:
        for item in work.of("escalation"):
            found = self._open_alert(work, item)
            if found is None:
                continue
            rule, condition, row = found
            standing = _standing(rule, condition)
            if standing is None or row.status in ("resolved", "closed"):
                continue
            turn = escalation.take(item, rule, condition, standing, row, work.now, self._calendar)
            if turn.happening:
                work.derive(turn.happening)
            work.wanted += turn.following

    def _note_progress(self, work: _Work) -> None:
        for item in work.of("progress"):
            found = self._open_alert(work, item)
            happening = found and escalation.progressed(item, *found, work.now, self._calendar)
            if happening:
                work.derive(happening)

    def _open_alert(self, work: _Work, item: Deadline) -> tuple[Rule, Condition, escalation.AlertRow] | None:
        condition = work.known.get(item.condition_id)
        if condition is None or not condition.severity or condition.alert_id != item.detail["alert_id"]:
            return None
        rule = self._rules.get(condition.rule)
        row = work.registered.get(condition.alert_id)
        if row is None:
            # The register is being rebuilt, or has not read that far: nothing is decided without it.
            work.wanted.append(item._replace(due_at=work.now + _REGISTER_AGAIN))
        return None if rule is None or row is None else (rule, condition, row)

    @staticmethod
    def _close(work: _Work) -> None:
        for item in work.of("closing"):
            alert_id = item.detail["alert_id"]
            condition = work.known.get(item.condition_id)
            is_open_again = condition is not None and condition.alert_id == alert_id and bool(condition.severity)
            if condition is None or is_open_again:
                continue
            event_id = "alert-" + digest(alert_id, "closed", str(item.detail["day"]))
            work.derive(Happening(alert_id, item.detail["agency"] or condition.agency_id, "closed", event_id, {}))


def closing(rule: Rule, row_id: str, alert_id: str, day: int, agency: str = "") -> Deadline:
    """Return when the file of an alert that ended on a day is closed: once it can be opened again no more."""
    due_at = clock.start_of_day(day + rule.reopen_days + 1)
    return Deadline(
        f"closing|{alert_id}", "closing", due_at, row_id, {"alert_id": alert_id, "day": day, "agency": agency}
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


def _standing(rule: Rule, condition: Condition) -> Standing | None:
    return None if condition.memory is None else evaluator_of(rule).standing(condition.memory)


def _connection(tx: StoreTransaction) -> Connection:
    if tx.connection is None:
        raise TypeError("deadlines are kept in tables; the in-memory store has none")
    return tx.connection
