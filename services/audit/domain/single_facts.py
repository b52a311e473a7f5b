"""Records that consist of one fact: a class held, a commendation awarded, a good practice shared.

Nothing follows such a fact, so there is no state to bring along either: what happened before an agency joined is told
by the same event, imported.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle
from shared.eventsourcing.rules import refuse_future, refuse_unknown_clause
from shared.eventsourcing.transitions import Moves, move


@dataclass(slots=True)
class SingleState:
    """That the fact is there; its name is the state."""

    status: str


def _single(
    aggregate: str, event: str, words: tuple[str, str], rule: Callable[[Fact], Refusal | None]
) -> Aggregate[SingleState]:
    lifecycle = Lifecycle(
        moves=Moves(*words, table={event: move(to=event)}),
        opened=lambda fact: SingleState(fact.name),
        openings={event: rule},
    )
    return Aggregate(
        name=aggregate,
        state_type=SingleState,
        opens=frozenset({event}),
        decide=lifecycle.decide,
        evolve=lifecycle.evolve,
    )


def _held(fact: Fact) -> Refusal | None:
    return refuse_future(fact, "held_on") or refuse_unknown_clause(fact) or _attendance(fact)


def _attendance(fact: Fact) -> Refusal | None:
    seen: set[str] = set()
    for index, attended in enumerate(fact.data["attendees"]):
        if attended["agency_id"] in seen:
            return refuse(
                "AGENCY_LISTED_TWICE",
                f"Cơ quan '{attended['agency_id']}' được liệt kê hai lần. Gộp thành một dòng.",
                f"The agency '{attended['agency_id']}' is listed twice. Put its people together.",
                f"/data/attendees/{index}/agency_id",
            )
        seen.add(attended["agency_id"])
        if attended.get("focal_points", 0) > attended["people"]:
            return refuse(
                "FOCAL_POINTS_ABOVE_PEOPLE",
                "Số đầu mối ISO lớn hơn số người tham dự.",
                "There are more focal points than people.",
                f"/data/attendees/{index}/focal_points",
            )
    return None


TRAINING = _single("training", "held", ("lớp đào tạo", "class"), _held)
COMMENDATION = _single(
    "commendation",
    "awarded",
    ("quyết định khen thưởng", "commendation"),
    lambda fact: refuse_future(fact, "awarded_on"),
)
GOOD_PRACTICE = _single(
    "good_practice", "shared", ("cách làm hay", "good practice"), lambda fact: refuse_future(fact, "shared_on")
)
