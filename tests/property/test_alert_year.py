"""A year of facts, clock in hand: opened, repeated, escalated, cleared alerts equal an independent reference.

Once undisturbed, and once with two replicas of the scheduler that die in the middle of their transactions.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from services.notify.rules import load_rules
from shared import clock
from shared.eventsourcing.derived import DerivedEvent
from tests.integration.notify.alert_world import SETTLE, AlertWorld
from tests.property.alert_reference import Fact, Reference, Said

START = date(2026, 1, 5)
DAYS = 365
AGENCIES = ("so-a", "so-b", "xa-c", "xa-d")


class CrashError(Exception):
    """Stands for the end of a process in the middle of a transaction."""


def iso(day: date) -> str:
    return day.isoformat()


class Year:
    """Random facts of a year, by day."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.facts: dict[date, list[Fact]] = {}
        for number, agency in enumerate(AGENCIES):
            self.add(0, "agency.registered", agency, agency)
            for story in (self.actions, self.nonconformities, self.recommendations, self.reports):
                story(agency, f"{number}")
            self.focal_point(agency)
            self.stale(agency)
            self.crossings(agency)

    def add(self, offset: int, name: str, agency: str, subject: str, **data: Any) -> None:
        day = START + timedelta(days=offset)
        self.facts.setdefault(day, []).append(Fact(day, name, agency, subject, data))

    def some(self, most: int) -> range:
        return range(self.random.randint(1, most))

    def actions(self, agency: str, suffix: str) -> None:
        for number in self.some(4):
            begins, name = self.random.randint(1, 250), f"HD-{suffix}-{number}"
            due = begins + self.random.randint(3, 60)
            self.add(begins, "action.planned", agency, name, due_on=iso(START + timedelta(days=due)))
            if self.random.random() < 0.4:
                moved = START + timedelta(days=due + self.random.randint(-20, 60))
                self.add(begins + 2, "action.due_changed", agency, name, to=iso(moved))
            for after in self.random.sample(range(3, 90), 2):
                self.add(due + after, "action.progress_noted", agency, name, note="x")
            if self.random.random() < 0.7:
                self.add(due + self.random.randint(-2, 110), "action.done", agency, name)

    def nonconformities(self, agency: str, suffix: str) -> None:
        for number in self.some(3):
            begins, name = self.random.randint(1, 200), f"KPH-{suffix}-{number}"
            raised = iso(START + timedelta(days=begins))
            self.add(begins, "nonconformity.raised", agency, name, **{"class": "major_nc"}, raised_on=raised)
            if self.random.random() < 0.5:
                planned = begins + self.random.randint(1, 20)
                self.add(planned, "nonconformity.action_planned", agency, name, action_ids=["x"])
            closed = begins + self.random.randint(21, 60)
            self.add(closed, "nonconformity.closed", agency, name)
            if self.random.random() < 0.6:
                again = closed + self.random.randint(1, 20)
                self.add(again, "nonconformity.reopened", agency, name, cause="x")

    def recommendations(self, agency: str, suffix: str) -> None:
        for number in self.some(2):
            begins, name = self.random.randint(1, 150), f"KN-{suffix}-{number}"
            due = iso(START + timedelta(days=begins + 20))
            self.add(begins, "recommendation.issued", agency, name, due_on=due)
            if self.random.random() < 0.5:
                to = iso(START + timedelta(days=begins + self.random.randint(30, 60)))
                self.add(begins + self.random.randint(1, 40), "recommendation.due_changed", agency, name, to=to)
            if self.random.random() < 0.6:
                self.add(begins + self.random.randint(61, 180), "recommendation.implemented", agency, name)

    def reports(self, agency: str, suffix: str) -> None:
        due = self.random.randint(40, 200)
        self.add(due - 30, "periodic_report.opened", agency, f"BC-{suffix}", due_on=iso(START + timedelta(days=due)))
        self.add(due + self.random.randint(-12, 30), "periodic_report.submitted", agency, f"BC-{suffix}")

    def focal_point(self, agency: str) -> None:
        left = self.random.randint(20, 200)
        self.add(left, "focal_point.left", agency, "dau-moi", left_on=iso(START + timedelta(days=left)))
        again = left + self.random.randint(3, 40)
        self.add(again, "focal_point.appointed", agency, "dau-moi", appointed_on=iso(START + timedelta(days=again)))

    def stale(self, agency: str) -> None:
        begins = self.random.randint(10, 150)
        change = {
            "legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23",
            "cause": "replaced",
            "change": {"source": "vpcp", "id": f"vb-{agency}"},
            "announced_on": iso(START + timedelta(days=begins)),
            "since": iso(START + timedelta(days=begins + self.random.randint(0, 40))),
            "due_on": iso(START + timedelta(days=begins + 90)),
        }
        for number in self.some(4):
            flagged = begins + self.random.randint(0, 10)
            self.add(flagged, "procedure.flagged_stale", agency, f"QT-{number}", **change)
            cleared = flagged + self.random.randint(1, 90)
            self.add(cleared, "procedure.staleness_cleared", agency, f"QT-{number}", change=change["change"])

    def crossings(self, agency: str) -> None:
        day = self.random.randint(5, 60)
        for _ in range(4):
            for threshold in ("I6-15", "I6-20"):
                self.crossed(day, agency, threshold, "up", 0.2)
            day += self.random.randint(3, 40)
            self.crossed(day, agency, "I6-20", "down", 0.2)
            day += self.random.randint(1, 20)
            self.crossed(day, agency, "I6-15", "down", 0.15)
            day += self.random.randint(1, 20)

    def crossed(self, offset: int, agency: str, threshold: str, direction: str, limit: float) -> None:
        data = {"threshold_id": threshold, "indicator": "I6", "scope": agency, "direction": direction}
        day = iso(START + timedelta(days=offset))
        self.add(offset, "indicator.crossed", agency, threshold, **data, value=0.3, threshold=limit, as_of=day)


class Simulation:
    """The service's deciding parts through the year, disturbed or not."""

    def __init__(self, world: AlertWorld, *, disturbed: bool, seed: int) -> None:
        self.world = world
        self.random = random.Random(seed)
        self.disturbed = disturbed
        self.replicas = [world.scheduler, world.new_scheduler()] if disturbed else [world.scheduler]

    def at(self, day: date, hour: int) -> None:
        self.world.now = clock.start_of_day(clock.day_number(day)) + hour * 3_600_000_000

    def tick(self) -> None:
        """Let the replicas look; some of them die while they do."""
        looked_at = 0
        for replica in self.replicas:
            if self.disturbed and self.random.random() < 0.3:
                self.die(lambda tx, replica=replica: replica._page(tx))
            looked_at += replica.run_due()
        if looked_at:
            if self.disturbed and self.random.random() < 0.3:
                self.die(self.world._commit)
            self.world.settle()

    def die(self, work: Any) -> None:
        def crash(tx: Any) -> None:
            work(tx)
            raise CrashError

        statuses = list(self.world.statuses)
        with pytest.raises(CrashError):
            self.world.store.transact(crash)
        self.world.statuses = statuses

    def take(self, facts: list[Fact]) -> None:
        self.world.apply([self.event(fact) for fact in facts])
        self.tick()

    def event(self, fact: Fact) -> Any:
        derived = fact.name.partition(".")[0] in ("indicator", "procedure")
        more = {"provenance": "derived", "asserter": "system"} if derived else {}
        if fact.name == "agency.registered":
            more = {"asserter": "staff"}
        return self.world.event(fact.name, fact.subject, fact.data, source=fact.agency, **more)

    def acknowledge(self, key: str, goes_on: date | None) -> None:
        rule, _, name = key.partition(" ")
        opened = [e for e in self.world.log() if e.name == "opened" and (e.data["rule"], e.data["key"]) == (rule, name)]
        data = {"by": "staff", **({"escalates_on": iso(goes_on)} if goes_on else {})}
        event = DerivedEvent(
            "qms.alert.acknowledged",
            opened[-1].source,
            opened[-1].subject,
            f"ack-{self.world.now}",
            self.world.now,
            data,
        )
        self.world.store.transact(lambda tx: tx.put_derived([event]))
        self.world.settle()

    def said(self) -> Counter[Said]:
        """Return all that was said of alerts, in the form of the reference."""
        keys = {e.subject: f"{e.data['rule']} {e.data['key']}" for e in self.world.log() if e.name == "opened"}
        found: Counter[Said] = Counter()
        for event in self.world.store.read(0, 100_000):
            if event.aggregate != "alert":
                continue
            data = event.data
            detail = {
                "opened": "severity",
                "reopened": "severity",
                "severity_raised": "to",
                "escalated": "to",
                "repeated": "count",
                "acknowledged": "escalates_on",
                "progressed": "escalates_on",
            }.get(event.name, "")
            day = clock.to_date(event.day)
            found[Said(day, keys[event.subject], event.name, str(data.get(detail, "")) if detail else "")] += 1
        return found


def test_a_year_of_alerts_equals_the_reference(sqlite_url):
    compare(sqlite_url, seed=1, disturbed=False)


def test_a_year_of_crashes_and_two_replicas_changes_nothing(postgres_url):
    compare(postgres_url, seed=2, disturbed=True)


def compare(database_url: str, *, seed: int, disturbed: bool) -> None:
    """Let both live through a year, and compare what they said."""
    world = AlertWorld(database_url)
    simulation, reference = Simulation(world, disturbed=disturbed, seed=seed), Reference()
    year, choices = Year(seed), random.Random(seed)
    try:
        for offset in range(DAYS):
            day = START + timedelta(days=offset)
            reference.begin(day)
            simulation.at(day, 0)
            simulation.tick()
            facts = year.facts.get(day, [])
            if facts:
                reference.take(day, facts)
                simulation.at(day, 9)
                simulation.take(facts)
            free = sorted(key for key, alert in reference.alerts.items() if alert.severity and not alert.taken)
            if free and choices.random() < 0.15:
                key = choices.choice(free)
                simulation.at(day, 10)
                simulation.acknowledge(key, reference.acknowledge(day, key))
        expected = Counter(reference.said)
        assert len(expected) > 150
        assert {said.event for said in expected} >= {"opened", "repeated", "severity_raised", "escalated", "resolved"}
        assert {said.event for said in expected} >= {"reopened", "closed", "acknowledged", "progressed"}
        assert simulation.said() == expected
        assert set(world.statuses) <= {"accepted"}
    finally:
        world.close()


def test_the_reference_and_the_rules_name_the_same_levels():
    from tests.property.alert_reference import LEVELS

    for rule_id, levels in LEVELS.items():
        assert [tuple(level)[:2] for level in load_rules()[rule_id].escalation] == levels
    assert SETTLE < 3_600_000_000
