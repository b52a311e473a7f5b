"""What a year of facts must lead to, by the alert rules as the domain model words them. Shares no code with the service.

Looks at the plain list of facts with each day's eyes: no folds, no deadlines, no memory but of what was said before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

import holidays

ORDER = ("info", "warning", "serious", "critical")
#: Days after the opening, and who is told then.
LEVELS: dict[str, list[tuple[int, str]]] = {
    "A1": [(10, "stameq")],
    "A2": [(7, "agency_head"), (14, "parent"), (30, "so_khcn")],
    "A3": [(14, "agency_head"), (30, "so_khcn")],
    "A4": [],
    "A9": [(14, "parent"), (30, "programme_owner")],
    "A10": [(7, "agency_head"), (14, "so_khcn")],
    "A11": [],
    "A17": [],
}
REOPENED_WITHIN = 7
#: What shows that somebody is at work on the matter of a rule.
PROGRESS = {
    "action.progress_noted": "A2",
    "nonconformity.action_planned": "A1",
    "procedure.staleness_cleared": "A3",
}


class Fact(NamedTuple):
    """Something that happened, known on the day it happened."""

    day: date
    name: str
    agency: str
    subject: str
    data: dict[str, Any]


class Said(NamedTuple):
    """One event of an alert."""

    day: date
    key: str
    event: str
    detail: str


def working_day(day: date) -> date:
    """Return the day, or the next one on which offices work."""
    calendar = holidays.country_holidays("VN")
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def _by(days: int, steps: list[tuple[int, str]]) -> str | None:
    reached = [word for least, word in steps if days >= least]
    return reached[-1] if reached else None


# -- conditions: rule -> key -> (severity, count, marks) on a day ---------------------------------------------------


def _of(facts: list[Fact], prefix: str) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.name.startswith(prefix):
            found.setdefault(f"{fact.agency}/{fact.subject}", []).append(fact)
    return found


def a1(facts: list[Fact], _day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Major nonconformity not closed; the first level is spared once action is planned."""
    found = {}
    for key, story in _of(facts, "nonconformity.").items():
        names = [fact.name.partition(".")[2] for fact in story]
        since = max((index for index, name in enumerate(names) if name in ("raised", "reopened", "closed")), default=0)
        is_open = names[since] != "closed"
        found[key] = ("serious" if is_open else None, 1, "action_planned" in names[since:])
    return found


def a2(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Action overdue by its first due date, or by an earlier one that it was moved to."""
    found = {}
    for key, story in _of(facts, "action.").items():
        over = any(fact.name in ("action.done", "action.cancelled") for fact in story)
        moved = [date.fromisoformat(fact.data["to"]) for fact in story if fact.name == "action.due_changed"]
        due = min([date.fromisoformat(story[0].data["due_on"]), *moved[-1:]])
        late = (day - due).days
        severity = None if over else _by(late, [(1, "warning"), (30, "serious"), (90, "critical")])
        found[key] = (severity, 1, False)
    return found


def a3(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """A law changed and procedures are not covered."""
    found: dict[str, tuple[str | None, int, bool]] = {}
    flags = [fact for fact in facts if fact.name == "procedure.flagged_stale"]
    for change, agency in {(fact.data["change"]["id"], fact.agency) for fact in flags}:
        mine = [fact for fact in facts if fact.agency == agency and fact.data.get("change", {}).get("id") == change]
        state = {fact.subject: fact.name == "procedure.flagged_stale" for fact in mine}
        count = sum(state.values())
        effective = date.fromisoformat(next(fact for fact in mine if "since" in fact.data).data["since"])
        severity = "serious" if day >= effective + timedelta(days=30) else "warning"
        found[f"vpcp/{change}|{agency}"] = (severity if count else None, count, False)
    return found


def a4(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """More than 20 % stale for 14 days; until less than 15 % for 7 days."""
    found: dict[str, tuple[str | None, int, bool]] = {}
    for agency in {fact.agency for fact in facts if fact.name == "indicator.crossed"}:
        mine = [fact for fact in facts if fact.name == "indicator.crossed" and fact.agency == agency]
        above = below = 0
        is_open = False
        for past in range((day - mine[0].day).days + 1):
            today = mine[0].day + timedelta(days=past)
            sides = {fact.data["threshold_id"]: fact.data["direction"] for fact in mine if fact.day <= today}
            above = above + 1 if sides.get("I6-20") == "up" else 0
            below = below + 1 if sides.get("I6-15") == "down" else 0
            is_open = below <= 7 if is_open else above > 14
        found[agency] = ("serious" if is_open else None, 1, False)
    return found


def _due(facts: list[Fact], day: date, prefix: str, settled: tuple[str, ...], steps: list[tuple[int, str]]) -> Any:
    found = {}
    for key, story in _of(facts, prefix).items():
        owner = f"{story[0].data.get('owner', story[0].agency)}/{key.partition('/')[2]}"
        moved = [date.fromisoformat(fact.data["to"]) for fact in story if fact.name.endswith("due_changed")]
        due = [date.fromisoformat(story[0].data["due_on"]), *moved][-1]
        owed = not any(fact.name.endswith(settled) for fact in story)
        found[owner] = (_by((day - due).days, steps) if owed else None, 1, False)
    return found


def a9(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Recommendation past its present due date."""
    return dict(
        _due(facts, day, "recommendation.", ("implemented",), [(1, "warning"), (30, "serious"), (90, "critical")])
    )


def a10(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Periodic report not submitted, from a week before it is due."""
    return dict(_due(facts, day, "periodic_report.", ("submitted",), [(-7, "info"), (0, "warning"), (7, "serious")]))


def a11(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Nothing heard for 90 days, 60 where the agency sends by itself."""
    found = {}
    for registered in [fact for fact in facts if fact.name == "agency.registered"]:
        own = [fact.day for fact in facts if fact.agency == registered.agency and is_own(fact)]
        silent = (day - max([registered.day, *own])).days
        found[registered.agency] = ("warning" if silent >= (60 if own else 90) else None, 1, False)
    return found


def is_own(fact: Fact) -> bool:
    """Return whether an agency reported it itself: not the registry, not what the system derived."""
    return fact.name.partition(".")[0] not in ("agency", "indicator", "procedure")


def a17(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """The focal point left and none appointed in 14 days."""
    found: dict[str, tuple[str | None, int, bool]] = {}
    for agency in {fact.agency for fact in facts if fact.name.startswith("focal_point.")}:
        story = [fact for fact in facts if fact.name.startswith("focal_point.") and fact.agency == agency]
        vacant = story[-1].name == "focal_point.left"
        found[agency] = ("warning" if vacant and (day - story[-1].day).days >= 14 else None, 1, False)
    return found


RULES = {"A1": a1, "A2": a2, "A3": a3, "A4": a4, "A9": a9, "A10": a10, "A11": a11, "A17": a17}


# -- from conditions to what is said --------------------------------------------------------------------------------


@dataclass
class Alert:
    """What has been said of one key."""

    severity: str | None = None
    count: int = 0
    level: int = 0
    opened_on: date = date.min
    resolved_on: date | None = None
    taken: bool = False
    goes_on: date | None = None
    delayed: bool = False


@dataclass
class Reference:
    """Says, day by day."""

    facts: list[Fact] = field(default_factory=list)
    alerts: dict[str, Alert] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)

    def say(self, day: date, key: str, event: str, detail: object = "") -> None:
        """Note one event."""
        self.said.append(Said(day, key, event, str(detail)))

    def begin(self, day: date) -> None:
        """Let a day begin: what time brings about."""
        for key, alert in sorted(self.alerts.items()):
            if alert.severity is None and alert.resolved_on and (day - alert.resolved_on).days == REOPENED_WITHIN + 1:
                self.say(day, key, "closed")
        self.judge(day)
        for key, alert in sorted(self.alerts.items()):
            if alert.severity is not None:
                self.escalate(day, key, alert)

    def take(self, day: date, facts: list[Fact]) -> None:
        """Take the facts of a day."""
        self.facts += facts
        self.judge(day)
        for fact in facts:
            self.progress(day, fact)

    def progress(self, day: date, fact: Fact) -> None:
        """Note that somebody is at work on what was taken up."""
        rule = PROGRESS.get(fact.name)
        name = f"vpcp/{fact.data['change']['id']}|{fact.agency}" if rule == "A3" else f"{fact.agency}/{fact.subject}"
        alert = self.alerts.get(f"{rule} {name}")
        if rule and alert and alert.severity and alert.taken:
            alert.goes_on = self.next_level(alert, rule, day)
            self.say(day, f"{rule} {name}", "progressed", alert.goes_on or "")

    def judge(self, day: date) -> None:
        """Compare what holds with what was said."""
        for rule, holds in RULES.items():
            for name, (severity, count, _marks) in holds(self.facts, day).items():
                self.compare(day, f"{rule} {name}", severity, count)

    def compare(self, day: date, key: str, severity: str | None, count: int) -> None:
        """Say what is new of one key."""
        alert = self.alerts.setdefault(key, Alert())
        if severity is None:
            if alert.severity is not None:
                self.say(day, key, "resolved")
                self.alerts[key] = Alert(resolved_on=day)
        elif alert.severity is None:
            again = alert.resolved_on is not None and (day - alert.resolved_on).days <= REOPENED_WITHIN
            self.say(day, key, "reopened" if again else "opened", severity)
            self.alerts[key] = Alert(severity, count, opened_on=day)
        else:
            if count > alert.count:
                self.say(day, key, "repeated", count)
            alert.count = count
            if ORDER.index(severity) > ORDER.index(alert.severity):
                self.say(day, key, "severity_raised", severity)
                alert.severity = severity

    def escalate(self, day: date, key: str, alert: Alert) -> None:
        """Go one level higher where the time has come and nobody has it in hand."""
        rule, _, name = key.partition(" ")
        levels = LEVELS[rule]
        while alert.level < len(levels):
            after, to = levels[alert.level]
            if day < working_day(alert.opened_on + timedelta(days=after)):
                return
            if alert.taken and (alert.goes_on is None or day < alert.goes_on):
                alert.delayed = True
                return
            if alert.delayed:
                alert.opened_on = day - timedelta(days=after)
            spared = rule == "A1" and RULES[rule](self.facts, day)[name][2]
            alert.level += 1
            if not spared:
                self.say(day, key, "escalated", to)
            alert.taken, alert.goes_on, alert.delayed = False, None, False

    def acknowledge(self, day: date, key: str) -> date | None:
        """Let somebody take an alert up; return when it goes on without progress."""
        alert = self.alerts[key]
        alert.taken, alert.goes_on = True, self.next_level(alert, key.partition(" ")[0], day)
        self.say(day, key, "acknowledged", alert.goes_on or "")
        return alert.goes_on

    @staticmethod
    def next_level(alert: Alert, rule: str, day: date) -> date | None:
        """Return the day on which the time of the present level is over."""
        levels = LEVELS[rule]
        if alert.level >= len(levels):
            return None
        before = levels[alert.level - 1][0] if alert.level else 0
        return working_day(day + timedelta(days=levels[alert.level][0] - before))
