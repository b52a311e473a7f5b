"""The watch over one key of one rule: from what holds today to the alert events that follow.

Owns when an alert is opened, repeated, raised, reopened or resolved, and the identities that make
a second run harmless. Pure: the day comes from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from services.notify.domain.alert import SEVERITIES
from services.notify.domain.rule import Judgement, Rule, Standing, judge, named_values
from shared import clock


@dataclass(slots=True)
class Condition:
    """What is remembered of one key of one rule."""

    rule: str
    key: str
    #: What the evaluator remembers; None: nothing yet.
    memory: dict[str, Any] | None = None
    #: Last alert of the key, open or not; empty: none so far.
    alert_id: str = ""
    agency_id: str = ""
    #: Severity of the open alert; empty: none is open.
    severity: str = ""
    count: int = 0
    #: How often the alert has been opened; 1 after the first time.
    episode: int = 0
    #: How many alerts the key has had.
    alerts: int = 0
    #: Day of the last end, days since 1970-01-01.
    resolved_on: int | None = None
    #: `(source, id)` of the event that was folded last.
    last_event: tuple[str, str] | None = None
    #: `(source, id)` of the cause of the alert that people ended by decision: it opens no other one.
    dismissed: tuple[str, str] | None = None
    #: `(source, id)` of the cause of the present alert.
    cause: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One alert event to come."""

    alert_id: str
    agency_id: str
    #: Last part of the type: `opened`.
    name: str
    event_id: str
    data: Mapping[str, Any]
    cause: tuple[str, str] | None = None


@dataclass(slots=True)
class Advance:
    """What a judgement led to."""

    judgement: Judgement
    happenings: list[Happening] = field(default_factory=list)


def digest(*parts: str) -> str:
    """Return a short digest of the parts, the same for the same parts."""
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def advance(rule: Rule, condition: Condition, standing: Standing | None, day: int) -> Advance:
    """Judge the condition on a day, bring it up to date, and return the events that follow."""
    if standing is not None and condition.dismissed == standing.cause:
        standing = None
    if standing is not None:
        standing = replace(standing, agency_id=standing.holder_on(day))
    result = Advance(judge(rule, standing, day))
    severity = result.judgement.severity
    if severity is None or standing is None:
        if condition.severity:
            result.happenings.append(end(condition, day))
    elif not condition.severity:
        result.happenings.append(_begin(rule, condition, standing, result.judgement, day))
    elif condition.agency_id != standing.agency_id:
        # An heir took the matter over: the alert of the old agency ends, the heir gets its own.
        result.happenings.append(end(condition, day))
        result.happenings.append(_begin(rule, condition, standing, result.judgement, day))
    else:
        result.happenings.extend(_go_on(condition, standing, severity))
    return result


def end(condition: Condition, day: int) -> Happening:
    """End the open alert, and return the event."""
    condition.severity, condition.count, condition.resolved_on = "", 0, day
    data: dict[str, Any] = {"how": "auto"}
    if condition.last_event:
        data["evidence"] = _reference(condition.last_event)
    return _happening(condition, "resolved", data, condition.last_event)


def dismiss(condition: Condition, day: int) -> None:
    """Take note that people ended the alert by decision."""
    condition.severity, condition.count, condition.resolved_on = "", 0, day
    condition.dismissed = condition.cause


def _begin(rule: Rule, condition: Condition, standing: Standing, found: Judgement, day: int) -> Happening:
    again = (
        bool(condition.alert_id)
        and condition.agency_id == standing.agency_id
        and condition.resolved_on is not None
        and day - condition.resolved_on <= rule.reopen_days
    )
    if not again:
        named = (rule.id, condition.key, standing.agency_id, *standing.cause, str(condition.alerts))
        condition.alerts += 1
        condition.alert_id, condition.agency_id, condition.episode = (
            f"{rule.id}-{digest(*named)}",
            standing.agency_id,
            0,
        )
    condition.severity, condition.count = str(found.severity), standing.count
    condition.episode += 1
    condition.cause = standing.cause
    data = {
        "severity": condition.severity,
        "count": standing.count,
        "facts": named_values(standing.facts),
        "cause": _reference(standing.cause),
    }
    if again:
        return _happening(condition, "reopened", data, standing.cause)
    data |= {
        "rule": rule.id,
        "rule_version": rule.version,
        "key": condition.key,
        "subject": dict(standing.subject),
        "opened_on": clock.to_date(found.since if found.since is not None else day).isoformat(),
        "clearing": rule.clearing,
        "levels": len(rule.escalation),
        "reopen_days": rule.reopen_days,
    }
    return _happening(condition, "opened", data, standing.cause)


def _go_on(condition: Condition, standing: Standing, severity: str) -> list[Happening]:
    happenings = []
    facts = named_values(standing.facts)
    if standing.count > condition.count:
        data = {"count": standing.count, "facts": facts, "cause": _reference(standing.cause)}
        # Named by what made it one more: the cause may be that of the opening still.
        happenings.append(_happening(condition, "repeated", data, standing.cause, *(condition.last_event or ())))
    condition.count = standing.count
    if SEVERITIES.index(severity) > SEVERITIES.index(condition.severity):
        raised = {"from": condition.severity, "to": severity, "facts": facts}
        condition.severity = severity
        happenings.append(_happening(condition, "severity_raised", raised, standing.cause, severity))
    return happenings


def _happening(
    condition: Condition,
    name: str,
    data: Mapping[str, Any],
    cause: tuple[str, str] | None,
    *details: str,
) -> Happening:
    event_id = "alert-" + digest(condition.alert_id, name, str(condition.episode), *details)
    return Happening(condition.alert_id, condition.agency_id, name, event_id, data, cause)


def _reference(event: tuple[str, str]) -> dict[str, str]:
    return {"source": event[0], "id": event[1]}
