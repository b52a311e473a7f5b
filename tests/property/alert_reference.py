"""What a year of facts must lead to, by the alert rules as the domain model words them. Shares no code with the service.

Looks at the plain list of facts with each day's eyes: no folds, no deadlines, no memory but of what was said before.
"""

from __future__ import annotations

from collections.abc import Callable
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
    "A5": [(35, "agency_head")],
    "A6": [(14, "so_khcn")],
    "A7": [(30, "so_khcn"), (90, "stameq")],
    "A9": [(14, "parent"), (30, "programme_owner")],
    "A10": [(7, "agency_head"), (14, "so_khcn")],
    "A19": [(14, "programme_owner")],
}
REOPENED_WITHIN = 7
#: What shows that somebody is at work on the matter of which rules.
PROGRESS = {
    "action.progress_noted": ("A2",),
    "nonconformity.action_planned": ("A1",),
    "procedure.staleness_cleared": ("A3",),
    "audit.planned": ("A5",),
    "audit.started": ("A5",),
    "declaration.building_started": ("A6", "A7"),
    "declaration.applied": ("A6", "A7"),
    "inspection.record_signed": ("A19",),
    "obligation.inherited": ("A18",),
}
#: What an agency does not tell itself: the registry's book-keeping, and what the system derives.
NOT_OWN = ("agency", "obligation", "reorganisation", "inconsistency", "indicator", "audit_intake", "system_signal")
DERIVED = ("indicator", "inconsistency", "audit_intake", "procedure.flagged_stale", "procedure.staleness_cleared")

#: By key: severity, count, mark, and who has the matter where that is not whoever had it first.
Holds = dict[str, tuple[Any, ...]]


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


def by_days(days: int, steps: list[tuple[int, str]]) -> str | None:
    reached = [word for least, word in steps if days >= least]
    return reached[-1] if reached else None


# -- conditions: rule -> key -> (severity, count, marks) on a day ---------------------------------------------------


def stories(facts: list[Fact], prefix: str) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.name.startswith(prefix):
            found.setdefault(f"{fact.agency}/{fact.subject}", []).append(fact)
    return found


def a1(facts: list[Fact], _day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Major nonconformity not closed; the first level is spared once action is planned."""
    found = {}
    for key, story in stories(facts, "nonconformity.").items():
        if story[0].data["class"] != "major_nc":
            continue
        names = [fact.name.partition(".")[2] for fact in story]
        since = max((index for index, name in enumerate(names) if name in ("raised", "reopened", "closed")), default=0)
        is_open = names[since] != "closed"
        found[key] = ("serious" if is_open else None, 1, "action_planned" in names[since:])
    return found


def a2(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """Action overdue by its first due date, or by an earlier one that it was moved to."""
    found = {}
    for key, story in stories(facts, "action.").items():
        over = any(fact.name in ("action.done", "action.cancelled") for fact in story)
        moved = [date.fromisoformat(fact.data["to"]) for fact in story if fact.name == "action.due_changed"]
        due = min([date.fromisoformat(story[0].data["due_on"]), *moved[-1:]])
        late = (day - due).days
        severity = None if over else by_days(late, [(1, "warning"), (30, "serious"), (90, "critical")])
        found[key] = (severity, 1, False, _heir(facts, story[0], day))
    return found


def _heir(facts: list[Fact], begun: Fact, day: date) -> str:
    """Return who inherited an action by a day; empty where nobody did."""
    decided = [fact for fact in facts if fact.name == "obligation.inherited" and fact.data["id"] == begun.subject]
    return next((fact.data["to"] for fact in decided if date.fromisoformat(fact.data["effective"]) <= day), "")


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


def _due(facts: list[Fact], day: date, prefix: str, settled: tuple[str, ...], steps: list[tuple[int, str]]) -> Any:
    found = {}
    for key, story in stories(facts, prefix).items():
        owner = f"{story[0].data.get('owner', story[0].agency)}/{key.partition('/')[2]}"
        moved = [date.fromisoformat(fact.data["to"]) for fact in story if fact.name.endswith("due_changed")]
        due = [date.fromisoformat(story[0].data["due_on"]), *moved][-1]
        owed = not any(fact.name.endswith(settled) for fact in story)
        found[owner] = (by_days((day - due).days, steps) if owed else None, 1, False)
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
    return fact.name.partition(".")[0] not in NOT_OWN and not fact.name.startswith(DERIVED)


def a17(facts: list[Fact], day: date) -> dict[str, tuple[str | None, int, bool]]:
    """The focal point left and none appointed in 14 days."""
    found: dict[str, tuple[str | None, int, bool]] = {}
    for agency in {fact.agency for fact in facts if fact.name.startswith("focal_point.")}:
        story = [fact for fact in facts if fact.name.startswith("focal_point.") and fact.agency == agency]
        vacant = story[-1].name == "focal_point.left"
        found[agency] = ("warning" if vacant and (day - story[-1].day).days >= 14 else None, 1, False)
    return found


#: Rule by id, and the beginnings of the names of facts that it looks at.
RULES: dict[str, tuple[Callable[[list[Fact], date], Holds], tuple[str, ...]]] = {
    "A1": (a1, ("nonconformity.",)),
    "A2": (a2, ("action.", "obligation.")),
    "A3": (a3, ("procedure.flagged_stale", "procedure.staleness_cleared")),
    "A9": (a9, ("recommendation.",)),
    "A10": (a10, ("periodic_report.",)),
    "A11": (a11, ("",)),
    "A17": (a17, ("focal_point.",)),
}


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
    #: Last day of a pause.
    put_off: date | None = None
    #: Who has the matter where it is not whoever had it first.
    holder: str = ""


@dataclass
class Reference:
    """Says, day by day."""

    rules: dict[str, tuple[Callable[[list[Fact], date], Holds], tuple[str, ...]]]
    facts: dict[str, list[Fact]] = field(default_factory=dict)
    alerts: dict[str, Alert] = field(default_factory=dict)
    #: Alerts whose matter went to somebody else: key and last day.
    handed_over: list[tuple[str, date]] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)

    def say(self, day: date, key: str, event: str, detail: object = "") -> None:
        """Note one event."""
        self.said.append(Said(day, key, event, str(detail)))

    def begin(self, day: date) -> None:
        """Let a day begin: what time brings about."""
        for key, alert in sorted(self.alerts.items()):
            if alert.severity is None and alert.resolved_on and (day - alert.resolved_on).days == REOPENED_WITHIN + 1:
                self.say(day, key, "closed")
        for key, last in self.handed_over:
            if (day - last).days == REOPENED_WITHIN + 1:
                self.say(day, key, "closed")
        self.judge(day)
        for key, alert in sorted(self.alerts.items()):
            if alert.severity is not None:
                self.escalate(day, key, alert)

    def take(self, day: date, facts: list[Fact]) -> None:
        """Take the facts of a day."""
        for rule, (_holds, prefixes) in self.rules.items():
            self.facts.setdefault(rule, []).extend(fact for fact in facts if fact.name.startswith(prefixes))
        self.judge(day)
        for fact in facts:
            for rule in PROGRESS.get(fact.name, ()):
                for key in self.concerned(rule, fact):
                    self.progress(day, f"{rule} {key}")

    def concerned(self, rule: str, fact: Fact) -> list[str]:
        """Return the keys of a rule that a fact shows work on."""
        if rule == "A3":
            return [f"vpcp/{fact.data['change']['id']}|{fact.agency}"]
        if rule == "A18":
            own = [one for one in self.facts.get(rule, ()) if one.agency == fact.agency]
            return sorted(
                {f"{one.agency}/{one.subject}" for one in own if one.data.get("kind", "").startswith("ended")}
            )
        return [fact.agency if rule in ("A5", "A6", "A7") else f"{fact.agency}/{fact.subject}"]

    def progress(self, day: date, key: str) -> None:
        """Note that somebody is at work on what was taken up."""
        alert = self.alerts.get(key)
        if alert and alert.severity and alert.taken:
            alert.goes_on = self.next_level(alert, key.partition(" ")[0], day)
            self.say(day, key, "progressed", alert.goes_on or "")

    def judge(self, day: date) -> None:
        """Compare what holds with what was said."""
        for rule, (holds, _prefixes) in self.rules.items():
            for name, (severity, count, _mark, *holder) in holds(self.facts.get(rule, []), day).items():
                self.compare(day, f"{rule} {name}", severity, count, *holder)

    def compare(self, day: date, key: str, severity: str | None, count: int, holder: str = "") -> None:
        """Say what is new of one key."""
        alert = self.alerts.setdefault(key, Alert(holder=holder))
        if alert.severity is not None and (severity is None or alert.holder != holder):
            self.say(day, key, "resolved")
            alert = self.alerts[key] = Alert(resolved_on=day, holder=alert.holder)
        if severity is None:
            return
        if alert.severity is None:
            lately = alert.resolved_on is not None and (day - alert.resolved_on).days <= REOPENED_WITHIN
            again = lately and alert.holder == holder
            if lately and not again and alert.resolved_on:
                self.handed_over.append((key, alert.resolved_on))
            self.say(day, key, "reopened" if again else "opened", severity)
            self.alerts[key] = Alert(severity, count, opened_on=day, holder=holder)
            return
        if count > alert.count:
            self.say(day, key, "repeated", count)
        alert.count = count
        if ORDER.index(severity) > ORDER.index(alert.severity):
            self.say(day, key, "severity_raised", severity)
            alert.severity = severity
            if severity == "critical" and alert.put_off and alert.put_off > day:
                # What is critical waits no longer than until the next morning.
                alert.put_off = day

    def escalate(self, day: date, key: str, alert: Alert) -> None:
        """Go one level higher where the time has come and nobody has it in hand."""
        rule, _, name = key.partition(" ")
        levels = LEVELS.get(rule, [])
        while alert.level < len(levels):
            after, to = levels[alert.level]
            if day < working_day(alert.opened_on + timedelta(days=after)):
                return
            if alert.put_off and day <= alert.put_off:
                alert.delayed = False
                return
            if alert.taken and (alert.goes_on is None or day < alert.goes_on):
                alert.delayed = True
                return
            if alert.delayed:
                alert.opened_on = day - timedelta(days=after)
            spared = rule == "A1" and a1(self.facts[rule], day)[name][2]
            alert.level += 1
            if not spared:
                self.say(day, key, "escalated", to)
            alert.taken, alert.goes_on, alert.delayed, alert.put_off = False, None, False, None

    def acknowledge(self, day: date, key: str) -> date | None:
        """Let somebody take an alert up; return when it goes on without progress."""
        alert = self.alerts[key]
        alert.taken, alert.goes_on = True, self.next_level(alert, key.partition(" ")[0], day)
        alert.put_off = None
        self.say(day, key, "acknowledged", alert.goes_on or "")
        return alert.goes_on

    def snooze(self, day: date, key: str, until: date) -> None:
        """Let somebody put an alert off: nobody has it in hand any more, and it waits."""
        alert = self.alerts[key]
        alert.taken, alert.goes_on, alert.put_off = False, None, until
        self.say(day, key, "snoozed", until)

    @staticmethod
    def next_level(alert: Alert, rule: str, day: date) -> date | None:
        """Return the day on which the time of the present level is over."""
        levels = LEVELS.get(rule, [])
        if alert.level >= len(levels):
            return None
        before = levels[alert.level - 1][0] if alert.level else 0
        return working_day(day + timedelta(days=levels[alert.level][0] - before))
