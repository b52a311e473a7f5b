"""The alert under any order of events: what is accepted keeps it whole, what is refused changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.notify.domain import AGGREGATES
from services.notify.domain.alert import SEVERITIES, TAKEN_UP
from shared.contracts.notify.alert import OPENED
from shared.testing.world import World

OPEN = ("opened", *TAKEN_UP, "snoozed")


class AlertMachine(RuleBasedStateMachine):
    """An alert, and what must be true of it whatever was tried."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.today = date(2026, 3, 2)
        data = {**OPENED.example, "severity": "warning", "levels": 3, "reopen_days": 7}
        assert self.act("opened", data) == "accepted"
        self.highest = 0

    @property
    def state(self):
        return self.world.state("alert", "A2-1")

    def act(self, event: str, data: dict) -> str:
        before = str(self.world.states)
        answer = self.world.push(f"alert.{event}", "A2-1", data, on=self.today.isoformat())
        if answer != "accepted":
            assert str(self.world.states) == before
            assert self.world.refusal is None or (self.world.refusal.hint.vi and self.world.refusal.hint.en)
        return answer

    @rule(days=st.integers(0, 20))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(days=st.none() | st.integers(0, 20))
    def acknowledge(self, days: int | None) -> None:
        self.act("acknowledged", {"by": "staff", **self._goes_on(days)})

    @rule(days=st.none() | st.integers(0, 20))
    def progress(self, days: int | None) -> None:
        taken = self.state.status in TAKEN_UP
        assert (self.act("progressed", self._goes_on(days)) == "accepted") == taken

    def _goes_on(self, days: int | None) -> dict:
        return {} if days is None else {"escalates_on": (self.today + timedelta(days=days)).isoformat()}

    @rule(level=st.integers(1, 5))
    def escalate(self, level: int) -> None:
        before = self.state
        status, reached, goes_on = before.status, before.level, before.escalates_on
        if self.act("escalated", {"level": level, "to": "parent"}) == "accepted":
            assert reached < level <= 3
            # Nobody who has it in hand in time is passed over.
            assert status not in TAKEN_UP or (goes_on and self.today.isoformat() >= goes_on)
            assert self.state.acknowledged_by == ""

    @rule(days=st.integers(-2, 40))
    def snooze(self, days: int) -> None:
        critical = self.state.severity == "critical"
        until = (self.today + timedelta(days=days)).isoformat()
        if self.act("snoozed", {"until": until, "reason": "x", "by": "staff"}) == "accepted":
            assert 0 <= days <= 30
            assert not critical

    @rule(to=st.sampled_from(SEVERITIES))
    def raise_severity(self, to: str) -> None:
        was = self.state.severity
        if self.act("severity_raised", {"from": was, "to": to, "facts": []}) == "accepted":
            assert SEVERITIES.index(to) > SEVERITIES.index(was)

    @rule(how=st.sampled_from(("auto", "manual")))
    def resolve(self, how: str) -> None:
        if self.act("resolved", {"how": how, "by": "staff"}) == "accepted":
            assert how == "auto"

    @rule(severity=st.sampled_from(SEVERITIES))
    def reopen(self, severity: str) -> None:
        resolved_on = self.state.resolved_on
        if self.act("reopened", {"severity": severity, "count": 1, "facts": []}) == "accepted":
            assert (self.today - date.fromisoformat(resolved_on)).days <= 7
            assert self.state.level == 0

    @rule(event=st.sampled_from(("suppressed", "released", "closed")))
    def other(self, event: str) -> None:
        self.act(event, {"by": "silence", "ref": "KL-1"} if event == "suppressed" else {})

    @invariant()
    def it_is_whole(self) -> None:
        state = self.state
        assert state.status in (*OPEN, "resolved", "closed")
        assert bool(state.resolved_on) == (state.status in ("resolved", "closed"))
        assert state.status not in TAKEN_UP or state.acknowledged_by
        assert not (state.status == "snoozed" and state.severity == "critical")
        assert not (state.suppressed_by and state.status in ("resolved", "closed"))
        assert state.level <= 3


TestAlert = AlertMachine.TestCase
TestAlert.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
