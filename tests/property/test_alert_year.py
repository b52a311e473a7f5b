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
from tests.property.alert_reference import DERIVED, Fact, Reference, Said
from tests.property.alert_reference_more import rules
from tests.property.alert_year import DAYS, START, Year, iso


class CrashError(Exception):
    """Stands for the end of a process in the middle of a transaction."""


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
        for fact in facts:
            if fact.name.startswith("system_signal."):
                self.derive(f"qms.{fact.name}", fact.agency, fact.subject, fact.data)
        self.world.apply([self.event(fact) for fact in facts if not fact.name.startswith("system_signal.")])
        self.tick()

    def event(self, fact: Fact) -> Any:
        derived = fact.name.startswith(DERIVED)
        more = {"provenance": "derived", "asserter": "system"} if derived else {}
        if fact.name == "agency.registered":
            more = {"asserter": "staff"}
        return self.world.event(fact.name, fact.subject, fact.data, source=fact.agency, **more)

    def acknowledge(self, key: str, goes_on: date | None) -> None:
        self.act(key, "acknowledged", {"by": "staff", **({"escalates_on": iso(goes_on)} if goes_on else {})})

    def snooze(self, key: str, until: date) -> None:
        self.act(key, "snoozed", {"by": "staff", "until": iso(until), "reason": "Chờ phần mềm"})

    def act(self, key: str, name: str, data: dict[str, str]) -> None:
        """Let a person do something to the present alert of a key."""
        rule, _, named = key.partition(" ")
        opened = [
            e for e in self.world.log() if e.name == "opened" and (e.data["rule"], e.data["key"]) == (rule, named)
        ]
        self.derive(f"qms.alert.{name}", opened[-1].source, opened[-1].subject, data)

    def derive(self, event_type: str, source: str, subject: str, data: dict[str, str]) -> None:
        event_id = f"{event_type}-{subject}-{self.world.now}"
        event = DerivedEvent(event_type, source, subject, event_id, self.world.now, data)
        self.world.store.transact(lambda tx: tx.put_derived([event]))
        self.world.settle()
        # The log's own instants run ahead of a clock that stands still.
        self.world.now += 1_000_000

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
                "snoozed": "until",
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
    world = AlertWorld(database_url, now=clock.start_of_day(clock.day_number(START)))
    simulation, reference = Simulation(world, disturbed=disturbed, seed=seed), Reference(rules())
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
            calm = sorted(key for key, alert in reference.alerts.items() if alert.severity not in (None, "critical"))
            if calm and choices.random() < 0.1:
                key, until = choices.choice(calm), day + timedelta(days=choices.randint(1, 30))
                simulation.at(day, 11)
                reference.snooze(day, key, until)
                simulation.snooze(key, until)
        expected = Counter(reference.said)
        assert len(expected) > 500
        assert {said.key.partition(" ")[0] for said in expected if said.event == "opened"} == set(load_rules())
        assert {said.event for said in expected} >= {"opened", "repeated", "severity_raised", "escalated", "resolved"}
        assert {said.event for said in expected} >= {"reopened", "closed", "acknowledged", "progressed", "snoozed"}
        told = simulation.said()
        assert (told - expected, expected - told) == (Counter(), Counter())
        assert set(world.statuses) <= {"accepted"}
    finally:
        world.close()


def test_the_reference_and_the_rules_name_the_same_levels():
    from tests.property.alert_reference import LEVELS

    for rule in load_rules().values():
        assert [tuple(level)[:2] for level in rule.escalation] == LEVELS.get(rule.id, [])
    assert SETTLE < 3_600_000_000
