"""Where an inspection stands: its order of states in both modes, and what the rules need to remember of it.

On site: planned, decided, announced, documents received, in progress, record signed, concluded, follow-up, closed. By
report the decision, the announcement and the record may be left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.inspection.domain.checklists import checklist
from shared import clock
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.indexes import Entries, index
from shared.eventsourcing.transitions import Moves, move

#: The visits booked at an agency: `[first day, last day, joint]` by inspection, days as numbers.
VISITS = index("agency_visits")

_BEFORE = ("planned", "decided", "announced", "documents_received")

MOVES = Moves(
    vi="cuộc kiểm tra",
    en="inspection",
    table={
        "planned": move(to="planned"),
        "baselined": move(),
        "team_appointed": move(*_BEFORE, "in_progress"),
        "decided": move("planned", to="decided"),
        "announced": move("decided", to="announced"),
        "documents_received": move("planned", "decided", "announced", to="documents_received"),
        "started": move(*_BEFORE, to="in_progress"),
        "checklist_answered": move("in_progress"),
        "finding_recorded": move("in_progress"),
        "claim_verified": move("in_progress", "record_signed", "follow_up"),
        "record_signed": move("in_progress", to="record_signed"),
        "concluded": move("in_progress", "record_signed", to="concluded"),
        "objection_filed": move("concluded", "follow_up"),
        "objection_resolved": move("concluded", "follow_up"),
        "follow_up_started": move("concluded", to="follow_up"),
        "closed": move("concluded", "follow_up", to="closed"),
        "rescheduled": move(*_BEFORE, "postponed"),
        "postponed": move(*_BEFORE, to="postponed"),
        "cancelled": move(*_BEFORE, "in_progress", "postponed", to="cancelled"),
        "escalated_to_onsite": move(*_BEFORE, "in_progress"),
    },
    words={
        "planned": "đã lập kế hoạch",
        "decided": "đã có quyết định",
        "announced": "đã công bố quyết định",
        "documents_received": "đã nhận hồ sơ",
        "in_progress": "đang tiến hành",
        "record_signed": "đã ký biên bản",
        "concluded": "đã kết luận",
        "follow_up": "đang theo dõi thực hiện kiến nghị",
        "closed": "đã kết thúc",
        "postponed": "hoãn",
        "cancelled": "đã hủy",
    },
)


@dataclass(slots=True)
class InspectionState:
    """Where an inspection stands; days are ISO dates."""

    status: str
    #: Its stream: body and id.
    key: str
    agency_id: str
    mode: str
    kind: str
    window_from: str
    window_to: str
    joint: bool = False
    checklist: str = ""
    #: `{"role", "person_ref", "items"}` of each member.
    team: list[dict[str, Any]] = field(default_factory=list)
    decision_no: str | None = None
    announced_on: str | None = None
    started_on: str | None = None
    #: State to go back to when a postponed inspection gets its new days.
    resumes: str = "planned"
    #: Result by item of the checklist.
    answers: dict[str, str] = field(default_factory=dict)
    #: Class by finding.
    findings: dict[str, str] = field(default_factory=dict)
    #: Verdict by event, as `"{source}#{id}"`.
    verdicts: dict[str, str] = field(default_factory=dict)
    concluded_on: str | None = None
    #: Streams of the recommendations that the conclusion names.
    recommendations: list[str] = field(default_factory=list)
    #: Whether an objection waits for a decision.
    objection_open: bool = False

    @property
    def unanswered(self) -> list[str]:
        """Return the mandatory items that have no answer yet."""
        known = checklist(self.checklist)
        return [item for item in known.mandatory if item not in self.answers] if known else []


def team_of(members: Any) -> list[dict[str, Any]]:
    """Return the team as the state keeps it."""
    return [
        {"role": member["role"], "person_ref": member["person_ref"], "items": list(member.get("items", ()))}
        for member in members
    ]


def opened(fact: Fact, recommendations: list[str]) -> InspectionState:
    """Return the state after the plan, or after a baseline."""
    data = fact.data
    known = checklist(data.get("checklist_version"))
    return InspectionState(
        status=data.get("state", "planned"),
        key=f"{fact.source}/{fact.subject}",
        agency_id=data["agency_id"],
        mode=data["mode"],
        kind=data["kind"],
        window_from=data["window"]["from"],
        window_to=data["window"]["to"],
        joint=data["kind"] == "joint" or "joint_with" in data,
        checklist=known.version if known else str(data["checklist_version"]),
        team=team_of(data.get("team", ())),
        decision_no=data.get("decision_no"),
        concluded_on=data.get("concluded_on"),
        recommendations=recommendations,
    )


def visits_of(agency_id: str) -> Reference:
    """Return the index of the visits booked at an agency."""
    return Reference(VISITS.name, agency_id)


def booked(state: InspectionState) -> Entries:
    """Return what an inspection books; nothing while it is postponed or when it was cancelled."""
    if state.status in ("postponed", "cancelled"):
        return {}
    days = [clock.day_of(state.window_from), clock.day_of(state.window_to), state.joint]
    return {visits_of(state.agency_id): (state.key, days)}


def claim_key(named: str | Mapping[str, str], agency_id: str) -> str:
    """Return the key of a verified event; a bare id means one of the inspected agency's own."""
    if isinstance(named, str):
        return f"{agency_id}#{named}"
    return f"{named['source'].removeprefix('/agencies/')}#{named['id']}"
