"""Any sequence of facts about an objective or a review leads where a much simpler model says."""

from __future__ import annotations

from hypothesis import event as seen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.audit.domain import AGGREGATES
from shared.contracts.audit.review_content import INPUTS
from shared.testing.world import World

TODAY = "2026-12-31"
DAYS = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(["2026-01-01", "2026-06-30", TODAY])


class ObjectiveLifecycle(RuleBasedStateMachine):
    """The model: the phase, the days measured, the target."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.phase = "none"
        self.values: list[tuple[str, int]] = []
        self.target, self.amended = 0, 0

    def tell(self, event: str, data: dict) -> bool:
        return self.world.push(f"objective.{event}", "MT-1", data, on=TODAY) == "accepted"

    @rule(aim=st.integers(0, 100))
    def set(self, aim):
        data = {"year": 2026, "statement": "Đúng hạn", "measure": "Tỷ lệ", "unit": "%", "direction": "higher"}
        accepted = self.tell("set", {**data, "target": aim, "weight": 1})
        assert accepted == (self.phase == "none")
        if accepted:
            self.phase, self.target = "open", aim

    @rule(value=st.integers(0, 100), day=DAYS)
    def measure(self, value, day):
        accepted = self.tell("measured", {"value": value, "measured_on": day})
        assert accepted == (self.phase == "open" and day.startswith("2026-"))
        if accepted:
            self.values.append((day, value))

    @rule(aim=st.integers(0, 100) | st.none())
    def amend(self, aim):
        accepted = self.tell("amended", {"reason": "Sửa", **({} if aim is None else {"target": aim})})
        assert accepted == (self.phase == "open" and aim is not None)
        if accepted:
            self.target, self.amended = aim, self.amended + 1

    @rule(result=st.sampled_from(["met", "not_met", "n_a"]), reason=st.booleans(), day=DAYS)
    def assess(self, result, reason, day):
        self.judge(result, reason, day)

    @rule()
    def go_on(self):
        """Random facts alone would seldom reach the end of the line."""
        if self.phase == "assessed":
            self.phase = "closed" if self.tell("closed", {}) else "refused"
        elif self.phase == "open" and self.values:
            self.judge("met", reason=False, day=TODAY)

    def judge(self, result, reason, day):
        data = {"result": result, "assessed_on": day, **({"reason": "Vì"} if reason else {})}
        latest = max((measured for measured, _ in self.values), default="")
        allowed = self.phase == "open" and latest <= day <= TODAY
        allowed = allowed and (result == "n_a" or bool(self.values)) and (result == "met" or reason)
        assert self.tell("assessed", data) == allowed
        self.phase = "assessed" if allowed else self.phase

    @rule()
    def close(self):
        accepted = self.tell("closed", {})
        assert accepted == (self.phase == "assessed")
        self.phase = "closed" if accepted else self.phase

    @invariant()
    def the_state_agrees_with_the_model(self):
        seen(self.phase)
        if self.phase == "none":
            assert not self.world.states
            return
        state = self.world.state("objective", "MT-1")
        phase = {"set": "open", "measured": "open"}.get(state.status, state.status)
        assert (phase, state.target, state.amendments) == (self.phase, self.target, self.amended)
        assert state.measurements == len(self.values)
        latest = max(day for day, _ in self.values) if self.values else None
        assert state.measured_on == latest
        # Of several values of one day the last one told holds.
        assert state.value == next((value for day, value in reversed(self.values) if day == latest), None)


MODES = st.sampled_from(["presented", "presented", "presented", "with_reason"] * 5 + ["without_reason", "missing"])
ORDER = ("planned", "prepared", "held", "minutes_signed", "followed_up")


class ReviewLifecycle(RuleBasedStateMachine):
    """The model: how many steps were taken, and which decisions are open."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.steps = 0
        self.open: set[str] = set()

    def tell(self, event: str, data: dict, *, fits: bool = True) -> bool:
        accepted = self.world.push(f"management_review.{event}", "XX-1", data, on=TODAY) == "accepted"
        assert accepted == (fits and self.steps == ORDER.index(event))
        self.steps += accepted
        return accepted

    @rule()
    def plan(self):
        self.tell("planned", {"period": "2026", "planned_for": "2026-12-20"})

    @rule()
    def prepare(self):
        self.tell("prepared", {})

    @rule(
        chair=st.sampled_from(["head", "head", "head", "delegate", "other"]),
        delegated=st.booleans(),
        modes=st.lists(MODES, min_size=12, max_size=12),
        decided=st.integers(0, 3),
    )
    def hold(self, chair, delegated, modes, decided):
        self.have_held(chair, delegated, modes, decided)

    def have_held(self, chair, delegated, modes, decided):
        inputs = {}
        for point, mode in zip(INPUTS, modes, strict=True):
            if mode != "missing":
                inputs[point] = {"status": "presented" if mode == "presented" else "not_applicable"}
            if mode == "with_reason":
                inputs[point]["reason"] = "Không phát sinh"
        names = [f"KL-{number}" for number in range(decided)]
        data = {"held_on": "2026-12-20", "chair": chair, "inputs": inputs}
        data["decisions"] = [{"decision_id": name, "kind": "resources", "what": "Kinh phí"} for name in names]
        data |= {"delegation_no": "15/GUQ"} if delegated else {}
        entitled = chair == "head" or (chair == "delegate" and delegated)
        complete = not {"missing", "without_reason"} & set(modes)
        if self.tell("held", data, fits=entitled and complete):
            self.open = set(names)

    @rule(decided=st.integers(0, 3))
    def go_on(self, decided):
        """Random facts alone would seldom reach the end of the line."""
        following = ORDER[self.steps] if self.steps < len(ORDER) else ""
        if following == "held":
            self.have_held("head", delegated=False, modes=["presented"] * 12, decided=decided)
        elif following == "followed_up":
            self.have_followed_up(dict.fromkeys(self.open, "done"))
        elif following:
            fitting = {
                "planned": {"period": "2026", "planned_for": "2026-12-20"},
                "minutes_signed": {"signed_on": TODAY},
            }
            self.tell(following, fitting.get(following, {}))

    @rule(day=st.sampled_from(["2026-12-19", "2026-12-20", TODAY, "2027-01-01"]))
    def sign(self, day):
        self.tell("minutes_signed", {"signed_on": day}, fits="2026-12-20" <= day <= TODAY)

    @rule(outcomes=st.dictionaries(st.sampled_from(["KL-0", "KL-1", "KL-2"]), st.sampled_from(["done", "dropped"])))
    def follow_up(self, outcomes):
        self.have_followed_up(outcomes)

    def have_followed_up(self, outcomes):
        told = [
            {"decision_id": name, "outcome": outcome, **({"reason": "Vì"} if outcome == "dropped" else {})}
            for name, outcome in outcomes.items()
        ]
        if self.tell("followed_up", {"decisions": told}, fits=set(outcomes) == self.open):
            self.open = set()

    @invariant()
    def the_state_agrees_with_the_model(self):
        seen(str(self.steps))
        if self.steps == 0:
            assert not self.world.states
            return
        state = self.world.state("management_review", "XX-1")
        assert state.status == ORDER[self.steps - 1]
        assert set(state.open_decisions) == self.open
        # A review that was held dealt with all of 9.3.2.
        assert len(state.inputs) == (12 if self.steps > ORDER.index("held") else 0)


TestObjectiveLifecycle = ObjectiveLifecycle.TestCase
TestObjectiveLifecycle.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestReviewLifecycle = ReviewLifecycle.TestCase
TestReviewLifecycle.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
