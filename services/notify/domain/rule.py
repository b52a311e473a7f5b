"""What an alert rule is, and what it says on a day: pure data and arithmetic on days.

Owns severity steps, escalation levels and the answer "how urgent, since when, when does it change
next". What a rule watches is in `evaluators`; the values are in `rules.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.notify.domain.alert import SEVERITIES


class Step(NamedTuple):
    """From how many days after an anchor (negative: before it) the alert has a severity."""

    severity: str
    #: Day that is counted from, by the name that the rule's evaluator gives it.
    anchor: str
    #: Days after the anchor from which on the step holds.
    after_days: int


class Level(NamedTuple):
    """Who is told when nobody has taken the alert up in time."""

    #: Days after the opening.
    after_days: int
    to: str
    #: Mark of the record that makes this level needless, such as `planned`.
    unless: str = ""


class Crossing(NamedTuple):
    """One side of one watched threshold."""

    #: Id of the threshold, as `inspection` publishes it.
    threshold: str
    #: `up` or `down`.
    direction: str


class Crossings(NamedTuple):
    """Open and clear condition of a rule on indicators, with its hysteresis."""

    #: Any of these begins it; it opens when that has lasted until the first step.
    opens: tuple[Crossing, ...]
    #: This clears it, once it has lasted `clear_after_days`.
    clears: Crossing
    clear_after_days: int = 0
    #: Event about the agency that ends it whatever the figure says, `aggregate.event` of `inspection`; empty: none does.
    ended_by: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One alert rule, as configured."""

    id: str
    version: int
    vi: str
    en: str
    steps: tuple[Step, ...]
    #: Roles told at the opening.
    first: tuple[str, ...]
    escalation: tuple[Level, ...] = ()
    #: `auto`: ends when the condition is gone; `manual`: by decision.
    clearing: str = "auto"
    #: Within so many days after its end the alert is opened again rather than a new one opened.
    reopen_days: int = 7
    enabled: bool = True
    #: Which crossings of thresholds open and clear it; None: the rule has an evaluator of its own.
    crossings: Crossings | None = None

    def pause_after(self, level: int) -> int | None:
        """Return the days between a level (0: the first recipients) and the next one; None at the top."""
        if level >= len(self.escalation):
            return None
        before = self.escalation[level - 1].after_days if level else 0
        return self.escalation[level].after_days - before


@dataclass(frozen=True, slots=True)
class Standing:
    """What an evaluator makes of the facts of one key: the alert's matter, if it comes to one."""

    agency_id: str
    #: Days to count from, by name, as days since 1970-01-01.
    anchors: Mapping[str, int]
    #: `{"service", "aggregate", "source", "id"}` of the record.
    subject: Mapping[str, str]
    #: Named values as text.
    facts: Mapping[str, str]
    #: `(source, id)` of the event since which it holds.
    cause: tuple[str, str]
    #: Records that meet the condition.
    count: int = 1
    #: What the record has reached meanwhile; see `Level.unless`.
    marks: frozenset[str] = frozenset()
    #: Day from which it no longer holds if nothing happens; None: it does not end by time.
    ends_on: int | None = None
    #: Days from which other agencies have the matter, in order, and who.
    heirs: tuple[tuple[int, str], ...] = ()

    def holder_on(self, day: int) -> str:
        """Return the agency that has the matter on a day."""
        return next((heir for since, heir in reversed(self.heirs) if since <= day), self.agency_id)


class Judgement(NamedTuple):
    """What a rule says on a day."""

    #: None where the condition does not hold (yet).
    severity: str | None
    #: Day since which it holds.
    since: int | None
    #: Next day on which the answer differs if nothing happens.
    next_day: int | None


NOTHING = Judgement(None, None, None)


def judge(rule: Rule, standing: Standing | None, day: int) -> Judgement:
    """Return severity, first day and next change of a rule on a day."""
    if standing is None or not rule.enabled or (standing.ends_on is not None and day >= standing.ends_on):
        return NOTHING
    starts = [
        (standing.anchors[step.anchor] + step.after_days, step.severity)
        for step in rule.steps
        if step.anchor in standing.anchors
    ]
    reached = [start for start in starts if start[0] <= day]
    ahead = [start for start, severity in starts if start > day and _above(severity, reached)]
    ends = [] if standing.ends_on is None else [standing.ends_on]
    handed_over = [since for since, _heir in standing.heirs if since > day]
    next_day = min([*ahead, *ends, *handed_over], default=None)
    if not reached:
        return Judgement(None, None, next_day)
    severity = max((word for _, word in reached), key=SEVERITIES.index)
    return Judgement(severity, min(start for start, _ in reached), next_day)


def _above(severity: str, reached: list[tuple[int, str]]) -> bool:
    return all(SEVERITIES.index(severity) > SEVERITIES.index(word) for _, word in reached)


def named_values(facts: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return facts in the form of the contract, empty ones left out."""
    return [{"name": name, "value": value[:500]} for name, value in facts.items() if value.strip()]
