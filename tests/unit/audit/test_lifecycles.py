"""Any sequence of facts leads where a much simpler model says, and some things hold whatever comes."""

from __future__ import annotations

from hypothesis import event as seen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.audit.domain import AGGREGATES
from shared import clock
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.testing.world import World

START = clock.day_of("2026-01-05")
EVIDENCE = [EVIDENCE_EXAMPLE]


def iso(day: int) -> str:
    return clock.to_date(day).isoformat()


class ActionLifecycle(RuleBasedStateMachine):
    """The model: is it open, done or final; the due date; how often it was extended."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.phase = "none"
        self.due = self.first_due = START + 30
        self.extended = 0

    def tell(self, event: str, data: dict | None = None) -> bool:
        answer = self.world.push(f"action.{event}", "HD-1", data, on=iso(START + 10))
        assert answer != "accepted" or self.world.refusal is None
        return answer == "accepted"

    @rule(due=st.integers(-2, 40))
    def plan(self, due):
        data = {"source": "risk", "type": "corrective", "owner": "van-thu", "planned_on": iso(START)}
        accepted = self.tell("planned", {**data, "due_on": iso(START + due)})
        assert accepted == (self.phase == "none" and due >= 0)
        if accepted:
            self.phase, self.due, self.first_due = "open", START + due, START + due

    @rule()
    def note_progress(self):
        assert self.tell("progress_noted", {"note": "Đang làm"}) == (self.phase == "open")

    @rule(to=st.integers(-5, 100), approver=st.sampled_from([None, "so-khcn", "ubnd-tinh"]))
    def move_due(self, to, approver):
        data = {"from": iso(self.due), "to": iso(START + to), "reason": "Chờ"}
        if approver:
            data["approved_by"] = approver
        later = START + to > self.due
        allowed = self.phase == "open" and to >= 0 and START + to != self.due
        if later and self.extended >= 2:
            allowed = allowed and approver == "ubnd-tinh"
        assert self.tell("due_changed", data) == allowed
        if allowed:
            self.due = START + to
            self.extended += later

    @rule(evidence=st.booleans())
    def complete(self, evidence):
        data = {"done_on": iso(START + 10), **({"evidence": EVIDENCE} if evidence else {})}
        accepted = self.tell("done", data)
        assert accepted == (self.phase == "open" and evidence)
        self.phase = "done" if accepted else self.phase

    @rule(verifier=st.sampled_from(["van-thu", "thu-ky"]))
    def verify(self, verifier):
        accepted = self.tell("verified", {"verifier": verifier})
        assert accepted == (self.phase == "done" and verifier != "van-thu")
        self.phase = "final" if accepted else self.phase

    @rule()
    def reject(self):
        accepted = self.tell("rejected", {"by": "thu-ky", "reason": "Chưa đạt"})
        assert accepted == (self.phase == "done")
        self.phase = "open" if accepted else self.phase

    @rule()
    def cancel(self):
        accepted = self.tell("cancelled", {"reason": "Không cần"})
        assert accepted == (self.phase == "open")
        self.phase = "final" if accepted else self.phase

    @invariant()
    def the_state_agrees_with_the_model(self):
        if self.phase == "none":
            assert not self.world.states
            return
        state = self.world.state("action", "HD-1")
        assert state.open == (self.phase == "open")
        assert (state.due_on, state.original_due_on) == (iso(self.due), iso(self.first_due))
        assert len(state.extensions) == self.extended
        assert (state.done_on is not None) == (state.status in ("done", "verified"))


#: From the phases on the left the events on the right are accepted (the data below always fits).
NEXT = {
    "raised": {"accepted": "accepted", "disputed": "disputed", "withdrawn": "withdrawn"},
    "disputed": {"dispute_resolved": "accepted", "withdrawn": "withdrawn"},
    "accepted": {"cause_identified": "analysing"},
    "analysing": {"cause_identified": "analysing", "action_planned": "action_planned"},
    "action_planned": {"action_planned": "action_planned", "completed": "completed"},
    "completed": {"effectiveness_verified": "verifying"},
    "verifying": {"effectiveness_verified": "verifying", "closed": "closed"},
    "closed": {"reopened": "analysing"},
    "withdrawn": {},
}
DATA = {
    "accepted": {},
    "disputed": {"reason": "Có bản điện tử"},
    "dispute_resolved": {"outcome": "upheld", "reason": "Giữ nguyên"},
    "withdrawn": {"reason": "Lập trùng"},
    "cause_identified": {"method": "pareto", "root_causes": ["it"]},
    "action_planned": {"action_ids": ["HD-1"]},
    "completed": {"action_ids": ["HD-1"]},
    "closed": {},
    "reopened": {"cause": "Tái diễn"},
}


class NonconformityLifecycle(RuleBasedStateMachine):
    """The model: a phase, whether the round has its cause, and how many rounds there were."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.day = self.closed = START
        plan = {"source": "risk", "type": "corrective", "owner": "van-thu", "due_on": iso(START)}
        self.world.push("action.planned", "HD-1", plan, on=iso(START))
        self.world.push("action.done", "HD-1", {"done_on": iso(START), "evidence": EVIDENCE}, on=iso(START))
        raised = {"source": "self", "class": "major_nc", "clause": "8.5", "statement": "Sai", "raised_on": iso(START)}
        assert self.world.push("nonconformity.raised", "KPH-1", raised, on=iso(START)) == "accepted"
        self.phase, self.round, self.cause, self.effective = "raised", 1, False, False

    def tell(self, event: str, data: dict) -> bool:
        self.day += 40
        return self.world.push(f"nonconformity.{event}", "KPH-1", data, on=iso(self.day)) == "accepted"

    @rule(event=st.sampled_from(sorted(DATA)))
    def happen(self, event):
        self.tell_next(event)

    def tell_next(self, event):
        allowed = event in NEXT[self.phase]
        if event == "action_planned" and self.phase == "analysing":
            allowed = self.cause
        if event == "reopened" and allowed:
            allowed = self.day + 40 - self.closed <= 730
        assert self.tell(event, DATA[event]) == allowed
        if not allowed:
            return
        self.phase = NEXT[self.phase][event]
        if event == "reopened":
            self.round, self.cause, self.effective = self.round + 1, False, False
        self.cause = self.cause or event == "cause_identified"
        self.closed = self.day if event == "closed" else self.closed

    @rule(choice=st.integers(0, 2))
    def go_on(self, choice):
        """Random facts alone would seldom reach the end of the line."""
        following = sorted(NEXT[self.phase])
        if following:
            event = following[choice % len(following)]
            if event == "effectiveness_verified":
                self.verify_effect(effective=choice != 0, verifier="thu-ky")
            else:
                self.tell_next(event)

    @rule(effective=st.booleans(), verifier=st.sampled_from(["van-thu", "thu-ky"]))
    def verify(self, effective, verifier):
        self.verify_effect(effective=effective, verifier=verifier)

    def verify_effect(self, *, effective, verifier):
        data = {"effective": effective, "verifier": verifier, "action_ids": ["HD-1"]}
        allowed = self.phase in ("completed", "verifying") and verifier != "van-thu"
        assert self.tell("effectiveness_verified", {**data, "checked_on": iso(self.day + 40)}) == allowed
        if allowed:
            self.effective = effective
            self.phase = "verifying" if effective else "analysing"
        if allowed and not effective:
            self.round, self.cause = self.round + 1, False

    @invariant()
    def the_state_agrees_with_the_model(self):
        seen(self.phase)
        state = self.world.state("nonconformity", "KPH-1")
        assert (state.status, state.round) == (self.phase, self.round)
        assert bool(state.root_causes) == self.cause

    @invariant()
    def nothing_is_closed_that_was_not_found_effective(self):
        assert self.phase not in ("verifying", "closed") or self.effective


TestActionLifecycle = ActionLifecycle.TestCase
TestActionLifecycle.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestNonconformityLifecycle = NonconformityLifecycle.TestCase
TestNonconformityLifecycle.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
