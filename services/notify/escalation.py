"""Escalation: the levels of an alert, one after the other, each on a working day.

One deadline per open alert, for its next level. It waits while the alert is taken up, put off or kept quiet, and goes
on when the time of the level passes without progress.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection

from services.notify.conditions import Deadline
from services.notify.domain.alert import TAKEN_UP
from services.notify.domain.condition import Condition, Happening, digest
from services.notify.domain.rule import Rule, Standing
from services.notify.tables import alerts
from shared import clock
from shared.database.bulk import select_by_keys
from shared.vietnam.calendar import WorkingCalendar

#: How long the register of alerts may lag behind the log, microseconds.
_SETTLED = 60_000_000


@dataclass(frozen=True, slots=True)
class AlertRow:
    """What the register says of an alert."""

    status: str
    level: int
    #: Last day of a pause; 0 for none.
    snoozed_until: int
    #: Day on which it goes on although it was taken up; None: never.
    escalates_on: int | None
    suppressed: bool


def rows_of(connection: Connection, alert_ids: Iterable[str]) -> dict[str, AlertRow]:
    """Return what the register says of alerts, by id; those that it does not know yet are missing."""
    names = ("alert_id", "status", "level", "snoozed_until", "body")
    return {
        alert_id: _row(status, level, snoozed_until, orjson.loads(body))
        for alert_id, status, level, snoozed_until, body in select_by_keys(
            connection, alerts, "alert_id", sorted(set(alert_ids)), names
        )
    }


def _row(status: str, level: int, snoozed_until: int, body: Mapping[str, Any]) -> AlertRow:
    day = body.get("escalates_on")
    return AlertRow(status, level, snoozed_until, clock.day_of(day) if day else None, bool(body.get("suppressed_by")))


def escalates_on(rule: Rule, level: int, today: int, calendar: WorkingCalendar) -> str | None:
    """Return the day on which an alert taken up today goes on without progress; None at the top."""
    pause = rule.pause_after(level)
    return None if pause is None else clock.to_date(calendar.next_working_day(today + pause)).isoformat()


def first_level(rule: Rule, row_id: str, condition: Condition, now: int, calendar: WorkingCalendar) -> list[Deadline]:
    """Return the deadline of the first level of an alert opened now; none where the rule has no levels."""
    return _deadline(rule, row_id, _detail(condition, 1, clock.vietnam_day(now), now), calendar)


def _detail(condition: Condition, level: int, anchor: int, now: int) -> dict[str, Any]:
    return {
        "alert_id": condition.alert_id,
        "level": level,
        "episode": condition.episode,
        "anchor": anchor,
        "set_at": now,
    }


def _deadline(rule: Rule, row_id: str, detail: Mapping[str, Any], calendar: WorkingCalendar) -> list[Deadline]:
    level = detail["level"]
    if level > len(rule.escalation):
        return []
    day = calendar.next_working_day(detail["anchor"] + rule.escalation[level - 1].after_days)
    return [Deadline(f"escalation|{detail['alert_id']}", "escalation", clock.start_of_day(day), row_id, detail)]


@dataclass(slots=True)
class Turn:
    """What became of one escalation deadline: an event, and the deadline that follows."""

    happening: Happening | None
    following: list[Deadline]


def take(
    item: Deadline,
    rule: Rule,
    condition: Condition,
    standing: Standing,
    row: AlertRow,
    now: int,
    calendar: WorkingCalendar,
) -> Turn:
    """Return what follows from a deadline of an alert that is open."""
    today = clock.vietnam_day(now)
    if row.status in TAKEN_UP and row.escalates_on is None:
        return Turn(None, [])
    pause = _pause(row, today)
    if pause is not None:
        detail = {**item.detail, "delayed": row.status in TAKEN_UP}
        return Turn(None, [item._replace(due_at=clock.start_of_day(pause), detail=detail)])
    level = _next_level(item.detail, row, now)
    if level > len(rule.escalation):
        return Turn(None, [])
    wanted = rule.escalation[level - 1]
    # A level that came late because somebody had it in hand moves the later ones along.
    anchor = today - wanted.after_days if item.detail.get("delayed") else item.detail["anchor"]
    following = _deadline(rule, item.condition_id, _detail(condition, level + 1, anchor, now), calendar)
    if wanted.unless in standing.marks:
        return Turn(None, following)
    event_id = "alert-" + digest(condition.alert_id, "escalated", str(level), str(item.detail["episode"]), str(today))
    data = {"level": level, "to": wanted.to}
    return Turn(Happening(condition.alert_id, condition.agency_id, "escalated", event_id, data), following)


def _next_level(detail: Mapping[str, Any], row: AlertRow, now: int) -> int:
    """Return the level that is due: after the one reached, once the register has caught up with what was set."""
    return row.level + 1 if now - detail["set_at"] > _SETTLED else int(detail["level"])


def _pause(row: AlertRow, today: int) -> int | None:
    """Return the day on which to look again, None where nothing holds the level back.

    That is the next one: what holds it back today may be over by then, by whatever people do.
    """
    put_off = row.status == "snoozed" and row.snoozed_until >= today
    in_hand = row.status in TAKEN_UP and row.escalates_on is not None and row.escalates_on > today
    return today + 1 if put_off or in_hand or row.suppressed else None


def progressed(
    item: Deadline, rule: Rule, condition: Condition, row: AlertRow, now: int, calendar: WorkingCalendar
) -> Happening | None:
    """Return the event that says work is seen on an alert that was taken up; None for one that nobody took up."""
    if row.status not in TAKEN_UP:
        return None
    day = escalates_on(rule, row.level, clock.vietnam_day(now), calendar)
    source, event_id = item.detail["source"], item.detail["id"]
    return Happening(
        condition.alert_id,
        condition.agency_id,
        "progressed",
        "alert-" + digest(condition.alert_id, "progressed", source, event_id),
        {"evidence": {"source": source, "id": event_id}, **({"escalates_on": day} if day else {})},
        (source, event_id),
    )
