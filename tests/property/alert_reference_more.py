"""What must hold on a day by the further alert rules of the domain model. Shares no code with the service.

Like `alert_reference`: the plain list of facts, looked at with each day's eyes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations
from typing import Any, NamedTuple

from tests.property.alert_reference import RULES, Fact, Holds, by_days, stories

_DAY = timedelta(days=1)


def _on(text: str) -> date:
    return date.fromisoformat(text)


def _agencies(facts: list[Fact], *names: str) -> set[str]:
    return {fact.agency for fact in facts if fact.name in names}


def a5(facts: list[Fact], day: date) -> Holds:
    """Neither internal audit nor review for a year since it declared; told of at 330 days."""
    found: Holds = {}
    for agency in _agencies(facts, "declaration.declared"):
        mine = [fact for fact in facts if fact.agency == agency]
        since = min(_on(fact.data["declared_on"]) for fact in mine if fact.name == "declaration.declared")
        audits = [_on(fact.data["completed_on"]) for fact in mine if fact.name == "audit.completed"]
        reviews = [_on(fact.data["held_on"]) for fact in mine if fact.name == "management_review.held"]
        oldest = min(max([since, *audits]), max([since, *reviews]))
        found[agency] = (by_days((day - oldest).days, [(330, "info"), (365, "warning")]), 1, False)
    return found


def a6(facts: list[Fact], day: date) -> Holds:
    """The scope changed sixty days ago and nothing was declared since."""
    found: Holds = {}
    names = ("declaration.scope_changed", "declaration.redeclared", "declaration.declared")
    for agency in _agencies(facts, "declaration.scope_changed"):
        last = [fact for fact in facts if fact.agency == agency and fact.name in names][-1]
        late = last.name.endswith("scope_changed") and (day - last.day).days >= 60
        found[agency] = ("serious" if late else None, 1, False)
    return found


def a7(facts: list[Fact], day: date) -> Holds:
    """The declaration rests on :2008 though the move to :2015 was due on 30 June 2021."""
    found: Holds = {}
    for agency in _agencies(facts, "declaration.declared"):
        mine = [fact for fact in facts if fact.agency == agency and fact.name.startswith("declaration.")]
        versions = [fact.data.get("to_version") or fact.data.get("standard_version") for fact in mine]
        version = [one for one in versions if one][-1]
        steps = [(-90, "warning"), (0, "serious"), (90, "critical")]
        severity = by_days((day - date(2021, 6, 30)).days, steps) if version.endswith(":2008") else None
        found[agency] = (severity, 1, False)
    return found


def a8(facts: list[Fact], day: date) -> Holds:
    """The third case of a clause within 24 months, until a year passes without one; counted day by day."""
    found: Holds = {}
    for agency in _agencies(facts, "nonconformity.raised"):
        mine = [fact for fact in facts if fact.agency == agency and fact.name.startswith("nonconformity.")]
        gone = {fact.subject for fact in mine if fact.name.endswith("withdrawn")}
        cases = sorted(
            _on(fact.data["raised_on"]) for fact in mine if "clause" in fact.data and fact.subject not in gone
        )
        is_open = False
        # Between these days nothing can change.
        for today in sorted(one for one in {*cases, *(case + 365 * _DAY for case in cases)} if one <= day):
            past = [one for one in cases if one <= today]
            is_open = is_open and ((today in cases[1:] and _follows(cases, today)) or (today - past[-1]).days < 365)
            is_open = is_open or (today in cases and len([one for one in past if (today - one).days <= 730]) >= 3)
        recent = [one for one in cases if (cases[-1] - one).days <= 730]
        if any("clause" in fact.data for fact in mine):
            found[f"{agency}|7.5.3"] = ("serious" if is_open else None, len(recent), False)
    return found


def _follows(cases: list[date], case: date) -> bool:
    """Return whether the case before came less than a year earlier."""
    before = [one for one in cases if one < case]
    return bool(before) and (case - before[-1]).days < 365


class _State(NamedTuple):
    """How a rule on figures stands at the end of a day."""

    is_open: bool = False
    #: Days for which a side that opens it, and the side that clears it, have held.
    held: int = 0
    cleared: int = 0
    #: It ended, and nothing was crossed since.
    spent: bool = False


@dataclass
class Figures:
    """A rule on figures: open once any side of `opens` has held for `hold` days, until `clears` has for `clear`."""

    opens: set[tuple[str, str]]
    clears: tuple[str, str]
    hold: int = 0
    clear: int = 0
    #: Event about an agency that ends it whatever the figure says.
    ended_by: str = "-"
    severity: str = "warning"
    #: Of each key, the state at the end of the day before: facts of the past do not change any more.
    known: dict[str, tuple[date, _State]] = field(default_factory=dict)

    def __call__(self, facts: list[Fact], day: date) -> Holds:
        """Return what holds on a day."""
        watched = {threshold for threshold, _ in self.opens} | {self.clears[0]}
        mine = [fact for fact in facts if fact.data.get("threshold_id") in watched]
        found: Holds = {}
        for key in {fact.data.get("target", fact.data["scope"]) for fact in mine}:
            told = [fact for fact in mine if fact.data.get("target", fact.data["scope"]) == key]
            ends = {fact.day for fact in facts if fact.name == self.ended_by and fact.data.get("agency_id") == key}
            missed = any(fact.data["threshold_id"] == "I28-milestone-missed" for fact in told)
            state = self.walk(key, told, ends, day)
            found[key] = (("serious" if missed else self.severity) if state.is_open else None, 1, False)
        return found

    def walk(self, key: str, told: list[Fact], ends: set[date], day: date) -> _State:
        today, state = self.known.get(key, (told[0].day - _DAY, _State()))
        while today < day:
            if today == day - _DAY:
                self.known[key] = (today, state)
            today += _DAY
            state = self.step(state, told, ends, today)
        return state

    def step(self, before: _State, told: list[Fact], ends: set[date], today: date) -> _State:
        """A day begins as the one before ended; then its facts come."""
        sides = {fact.data["threshold_id"]: fact.data["direction"] for fact in told if fact.day < today}
        new = {fact.data["threshold_id"]: fact.data["direction"] for fact in told if fact.day == today}
        held = before.held + 1 if self.is_on(sides, before) else 0
        began = self.turned(before, held, before.cleared + 1 if self.is_clear(sides) else 0)
        if not new and today not in ends:
            return began
        # Whoever has looked, or an end, is not undone by figures that were so before.
        began = began._replace(spent=today in ends, is_open=began.is_open and today not in ends)
        held = max(began.held, 1) if self.is_on(sides | new, began) else 0
        return self.turned(began, held, max(began.cleared, 1) if self.is_clear(sides | new) else 0)

    def is_on(self, sides: dict[str, str], state: _State) -> bool:
        return bool(self.opens & set(sides.items())) and not state.spent

    def is_clear(self, sides: dict[str, str]) -> bool:
        return sides.get(self.clears[0]) == self.clears[1]

    def turned(self, before: _State, held: int, cleared: int) -> _State:
        is_open = cleared <= self.clear if before.is_open else held > self.hold
        return _State(is_open, held, cleared, before.spent or (before.is_open and not is_open))


def a14(facts: list[Fact], _day: date) -> Holds:
    """The last verdict on what was reported says that it is not so."""
    found: Holds = {}
    for fact in facts:
        if fact.name == "inspection.claim_verified":
            wrong = fact.data["verdict"] == "contradicted"
            found[f"{fact.data['agency_id']}/{fact.data['event_id']['id']}"] = ("serious" if wrong else None, 1, False)
    return found


def a16(facts: list[Fact], day: date) -> Holds:
    """Two visits of an agency with thirty days or less between them, the later one not past."""
    windows: dict[str, dict[str, tuple[date, date]]] = {}
    for fact in facts:
        visits = windows.setdefault(fact.data.get("agency_id", fact.agency), {})
        if fact.name == "inspection.planned":
            visits[fact.subject] = _on(fact.data["window"]["from"]), _on(fact.data["window"]["to"])
        elif fact.name == "audit.planned":
            visits[fact.subject] = _on(fact.data["planned_from"]), _on(fact.data["planned_to"])
        elif fact.name == "inspection.cancelled":
            visits.pop(fact.subject, None)
    found: Holds = {}
    for agency, visits in windows.items():
        pairs = [
            (first, second)
            for first, second in combinations(sorted(visits.values()), 2)
            if (second[0] - first[1]).days <= 30
        ]
        is_ahead = bool(pairs) and day <= max(second[0] for _first, second in pairs)
        found[agency] = ("info" if is_ahead else None, len(pairs), False)
    return found


def a18(facts: list[Fact], day: date) -> Holds:
    """A reorganisation in effect and not settled; a dissolved agency that leaves something without an heir."""
    found: Holds = {}
    for key, story in stories(facts, "reorganisation.").items():
        over = any(fact.name.endswith("settled") for fact in story)
        found[key] = ("serious" if not over and day > story[0].day else None, 1, False)
    for key, kind, is_over in _inconsistencies(facts):
        if kind == "ended_with_open_obligations":
            found[key] = (None if is_over else "serious", 1, False)
    return found


def a19(facts: list[Fact], day: date) -> Holds:
    """Fifteen days have passed since the record was signed, else since the visit, and there is no conclusion."""
    found: Holds = {}
    for key, story in stories(facts, "inspection.").items():
        names = {fact.name.partition(".")[2]: fact for fact in story}
        if "started" not in names:
            continue
        signed = names.get("record_signed")
        ended = _on(signed.data["signed_on"] if signed else names["planned"].data["window"]["to"])
        late = (day - ended).days > 15 and not {"concluded", "cancelled"} & names.keys()
        found[key] = ("warning" if late else None, 1, False)
    return found


def signals(rule: str) -> Callable[[list[Fact], date], Holds]:
    """Return A20 or A21: what monitoring says."""

    def holds(facts: list[Fact], _day: date) -> Holds:
        severity = "critical" if rule == "A20" else "serious"
        mine = [fact for fact in facts if fact.data.get("rule") == rule]
        return {fact.subject: (severity if fact.name.endswith("raised") else None, 1, False) for fact in mine}

    return holds


def a23(facts: list[Fact], day: date) -> Holds:
    """A procedure promises more days than the law gives since it was amended."""
    found: Holds = {}
    laws: dict[str, Any] = {fact.subject: fact for fact in facts if fact.name == "tthc.amended"}
    for key, story in stories(facts, "procedure.").items():
        code = story[0].data.get("tthc_code")
        if code is None:
            continue
        promised = [fact.data.get("to_days") or fact.data.get("committed_days") for fact in story]
        law = laws.get(code)
        late = law is not None and day >= _on(law.data["effective_from"]) and promised[-1] > law.data["regulated_days"]
        found[key] = ("serious" if late else None, 1, False)
    return found


def a25(facts: list[Fact], day: date) -> Holds:
    """An event waits too long."""
    found: Holds = {}
    for key, story in stories(facts, "audit_intake.").items():
        over = story[-1].name.endswith("ended")
        severity = by_days((day - story[0].day).days, [(0, "warning"), (30, "serious")])
        found[f"audit/{key.partition('/')[2]}"] = (None if over else severity, 1, False)
    return found


def a26(facts: list[Fact], day: date) -> Holds:
    """Facts of several services contradict one another; what a dissolved agency owed belongs to A18."""
    first = {key: story[0].day for key, story in stories(facts, "inconsistency.").items()}
    found: Holds = {}
    for key, kind, is_over in _inconsistencies(facts):
        if kind != "ended_with_open_obligations":
            severity = by_days((day - first[key]).days, [(0, "warning"), (30, "serious")])
            found[key] = (None if is_over else severity, 1, False)
    return found


def _inconsistencies(facts: list[Fact]) -> list[tuple[str, str, bool]]:
    return [
        (key, story[0].data["kind"], story[-1].name.endswith("ended"))
        for key, story in stories(facts, "inconsistency.").items()
    ]


def rules() -> dict[str, tuple[Callable[[list[Fact], date], Holds], tuple[str, ...]]]:
    """Return all rules by id, with the beginnings of the names of facts that each looks at; for one year."""
    figures = ("indicator.",)
    stale = Figures({("I6-20", "up")}, ("I6-15", "down"), hold=14, clear=7, severity="serious")
    late = Figures({("I7-95-two-months", "down"), ("I7-drop-10", "up")}, ("I7-95", "up"))
    missed = {("I28-off-track", "up"), ("I28-milestone-missed", "up")}
    uniform = {("zero-variance", "up")}
    more = {
        "A4": (stale, figures),
        "A5": (a5, ("declaration.", "audit.", "management_review.")),
        "A6": (a6, ("declaration.",)),
        "A7": (a7, ("declaration.",)),
        "A8": (a8, ("nonconformity.",)),
        "A12": (late, figures),
        "A13": (Figures({("I17-lower-80", "down")}, ("I17-lower-80", "up")), figures),
        "A14": (a14, ("inspection.",)),
        "A15": (Figures(missed, ("I28-off-track", "down"), clear=30), figures),
        "A16": (a16, ("inspection.", "audit.")),
        "A18": (a18, ("reorganisation.", "inconsistency.")),
        "A19": (a19, ("inspection.",)),
        "A20": (signals("A20"), ("system_signal.",)),
        "A21": (signals("A21"), ("system_signal.",)),
        "A22": (Figures({("I22-back-dated", "up")}, ("I22-back-dated", "down"), clear=30), figures),
        "A23": (a23, ("procedure.", "tthc.")),
        "A24": (
            Figures(uniform, ("zero-variance", "down"), ended_by="inspection.concluded", severity="info"),
            ("indicator.", "inspection.concluded"),
        ),
        "A25": (a25, ("audit_intake.",)),
        "A26": (a26, ("inconsistency.",)),
    }
    return RULES | more
