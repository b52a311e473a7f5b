"""Any sequence of facts about inspections leads where a much simpler model says, and some things hold whatever comes."""

from __future__ import annotations

from hypothesis import event as seen
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.inspection.domain import AGGREGATES
from services.inspection.domain.inspection_state import visits_of
from services.inspection.domain.limits import QUIET_DAYS
from shared import clock
from shared.contracts.evidence import EVIDENCE_EXAMPLE
from shared.eventsourcing.facts import Reference
from shared.testing.world import World

START = clock.day_of("2027-01-04")
ON = "2027-01-04"
BODIES = st.sampled_from(["so-khcn", "bo-khcn"])
SUBJECTS = st.sampled_from(["KT-1", "KT-2", "KT-3", "KT-4"])


def iso(day: int) -> str:
    return clock.to_date(day).isoformat()


class QuietPeriods(RuleBasedStateMachine):
    """The model: the days that each visit takes at one agency, and whether it is joint."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        self.booked: dict[str, tuple[int, int, bool]] = {}
        self.ended: set[str] = set()
        self.put_off: dict[str, bool] = {}

    def tell(self, body: str, subject: str, name: str, data: dict) -> str:
        data = {"agency_id": "xa-a", **data}
        return self.world.push(f"inspection.{name}", subject, data, on=ON, source=body)

    def free(self, key: str, first: int, last: int) -> bool:
        others = [visit for other, visit in self.booked.items() if other != key and not visit[2]]
        return all(begins - last > QUIET_DAYS or first - ends > QUIET_DAYS for begins, ends, _joint in others)

    @rule(body=BODIES, subject=SUBJECTS, first=st.integers(0, 200), days=st.integers(0, 5), joint=st.booleans())
    def plan(self, body, subject, first, days, joint):
        key = f"{body}/{subject}"
        window = {"from": iso(START + first), "to": iso(START + first + days)}
        kind = "joint" if joint else "planned"
        answer = self.tell(body, subject, "planned", {"mode": "on_site", "kind": kind, "window": window})
        if key in self.booked or key in self.ended or key in self.put_off:
            assert answer == "ALREADY_EXISTS"
        elif joint or self.free(key, START + first, START + first + days):
            assert answer == "accepted"
            self.booked[key] = (START + first, START + first + days, joint)
        else:
            assert answer == "QUIET_PERIOD"

    @rule(body=BODIES, subject=SUBJECTS, first=st.integers(0, 200))
    def move(self, body, subject, first):
        key = f"{body}/{subject}"
        window = {"from": iso(START + first), "to": iso(START + first)}
        answer = self.tell(body, subject, "rescheduled", {"window": window, "reason": "Trùng"})
        known = key in self.booked or key in self.put_off
        joint = self.booked[key][2] if key in self.booked else self.put_off.get(key, False)
        allowed = known and (joint or self.free(key, START + first, START + first))
        assert (answer == "accepted") == allowed
        if allowed:
            self.put_off.pop(key, None)
            self.booked[key] = (START + first, START + first, joint)

    @rule(body=BODIES, subject=SUBJECTS, name=st.sampled_from(["postponed", "cancelled"]))
    def free_days(self, body, subject, name):
        key = f"{body}/{subject}"
        allowed = key in self.booked or (name == "cancelled" and key in self.put_off)
        assert (self.tell(body, subject, name, {"reason": "Thiên tai"}) == "accepted") == allowed
        if not allowed:
            return
        joint = self.booked.pop(key)[2] if key in self.booked else self.put_off.pop(key)
        if name == "cancelled":
            self.ended.add(key)
        else:
            self.put_off[key] = joint

    @invariant()
    def the_index_holds_what_is_booked(self):
        index = self.world.states.get(visits_of("xa-a"))
        kept = {key: tuple(days) for key, days in index.entries.items()} if index else {}
        assert kept == self.booked


#: From the states on the left the events on the right lead to the states named.
ANY_END = {"not_implemented": "not_implemented", "superseded": "superseded", "lapsed": "lapsed"}
WORK = {"plan_submitted": "plan_submitted", "started": "in_progress", "evidence_submitted": "evidence_submitted"}
VERIFIED = {
    "implemented": "implemented",
    "partly_implemented": "partly_implemented",
    "evidence_returned": "in_progress",
}
NEXT: dict[str, dict[str, str]] = {
    "issued": {"agreed": "agreed", "disagreed": "disagreed", **ANY_END},
    "disagreed": {"agreed": "agreed", "decided": "decided", **ANY_END},
    "agreed": {**WORK, **ANY_END},
    "decided": {**WORK, **ANY_END},
    "plan_submitted": {**WORK, **ANY_END},
    "in_progress": {**WORK, "plan_submitted": "in_progress", **ANY_END},
    "evidence_submitted": {
        "evidence_submitted": "evidence_submitted",
        "verification_started": "under_verification",
        **VERIFIED,
        **ANY_END,
    },
    "under_verification": {**VERIFIED, **ANY_END},
}
BY_ADDRESSEE = {"agreed", "disagreed", "plan_submitted", "started", "evidence_submitted"}
DATA = {
    "disagreed": {"reason": "Đã làm"},
    "decided": {"outcome": "upheld", "reason": "Chưa đủ"},
    "plan_submitted": {"steps": [{"what": "Rà soát", "due_on": ON}]},
    "evidence_submitted": {"evidence": [EVIDENCE_EXAMPLE]},
    "evidence_returned": {"reason": "Thiếu"},
    "implemented": {"verifier": "tv-1"},
    "partly_implemented": {"verifier": "tv-1", "remaining": "Một cửa"},
    "not_implemented": {"risk_acceptance": {"accepted_by": "chu-tich", "reason": "Sắp kết thúc"}},
    "superseded": {"reason": "Gộp"},
    "lapsed": {"reason": "Bãi bỏ"},
}
EVENTS = sorted({event for row in NEXT.values() for event in row})


class RecommendationCourse(RuleBasedStateMachine):
    """The model: a state, the due date and how often it was extended; whatever comes, the addressee settles nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(AGGREGATES)
        issued = {"agency_id": "xa-a", "text": "Sửa", "priority": "normal", "kind": "fix", "due_on": iso(START + 30)}
        assert self.tell("issued", issued, "so-khcn") == "accepted"
        self.status, self.due, self.extended = "issued", START + 30, 0

    def tell(self, name: str, data: dict, source: str) -> str:
        return (
            self.world.push(f"recommendation.{name}", "KN-1", {"record_of": "so-khcn", **data}, on=ON, source=source)
            if name != "issued"
            else self.world.push(f"recommendation.{name}", "KN-1", data, on=ON, source=source)
        )

    @rule(event=st.sampled_from(EVENTS), source=st.sampled_from(["so-khcn", "xa-a", "bo-khcn"]))
    def happen(self, event, source):
        entitled = source in ("so-khcn", "xa-a") if event in BY_ADDRESSEE else source == "so-khcn"
        following = NEXT.get(self.status, {}).get(event)
        answer = self.tell(event, DATA.get(event, {}), source)
        assert (answer == "accepted") == (following is not None and entitled)
        if answer == "accepted":
            self.status = str(following)

    @rule(choice=st.integers(0, 3))
    def go_on(self, choice):
        """Random facts alone would seldom come to an end."""
        following = [event for event in NEXT.get(self.status, {}) if event not in ANY_END]
        if following:
            self.happen(following[choice % len(following)], "so-khcn")

    @rule(to=st.integers(-3, 90), decided=st.booleans())
    def move(self, to, decided):
        data = {"from": iso(self.due), "to": iso(START + to), "reason": "Chờ"}
        data |= {"decision_no": "5/QĐ"} if decided else {}
        later = START + to > self.due
        allowed = self.status in NEXT and to >= 0 and START + to != self.due
        allowed = allowed and not (later and self.extended >= 2 and not decided)
        assert (self.tell("due_changed", data, "so-khcn") == "accepted") == allowed
        if allowed:
            self.due = START + to
            self.extended += later

    @invariant()
    def the_state_agrees_with_the_model(self):
        seen(self.status)
        state = self.world.states[Reference("recommendation", "so-khcn/KN-1")]
        assert (state.status, state.due_on, state.extensions) == (self.status, iso(self.due), self.extended)
        assert state.original_due_on == iso(START + 30)


TestQuietPeriods = QuietPeriods.TestCase
TestQuietPeriods.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestRecommendationCourse = RecommendationCourse.TestCase
TestRecommendationCourse.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
