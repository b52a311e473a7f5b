"""The step confirmation: a dossier is received at a step and the step is completed, once or again.

Owns the key and the order of the two times. Knows a dossier by its digest alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared import clock
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision, Refusal, refuse
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_subject
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="bước xử lý hồ sơ",
    en="dossier step",
    table={
        # A dossier may be sent back to a step.
        "received": move("completed", to="received"),
        "completed": move("received", to="completed"),
    },
    words={"received": "đã nhận", "completed": "đã hoàn thành"},
)


@dataclass(slots=True)
class StepState:
    """Where a step of a dossier stands."""

    status: str
    #: Time of the latest confirmation, microseconds since the epoch.
    at: int
    #: How often the dossier came to this step.
    rounds: int = 1


def subject_of(data: Mapping[str, Any]) -> str:
    """Return the subject that belongs to a confirmation: `{dossier_hash}:{step_no}`."""
    return f"{data['dossier_hash']}:{int(data['step_no'])}"


def _after_last(state: StepState, fact: Fact, _related: Related) -> Refusal | None:
    if clock.from_rfc3339(fact.data["at"]) >= state.at:
        return None
    return refuse(
        "DATES_REVERSED",
        "Thời điểm này sớm hơn lần xác nhận trước của bước. Kiểm tra lại thời điểm.",
        "This time is before the step's earlier confirmation. Check the time.",
        "/data/at",
    )


def _key(fact: Fact) -> Refusal | None:
    if clock.vietnam_day(clock.from_rfc3339(fact.data["at"])) > fact.day:
        return refuse(
            "DATE_IN_FUTURE",
            "Thời điểm sau ngày của sự kiện. Chỉ báo cáo việc đã xảy ra.",
            "The time is after the day of the event. Report only what has happened.",
            "/data/at",
        )
    return refuse_subject(fact, subject_of(fact.data))


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=lambda fact: StepState("received", clock.from_rfc3339(fact.data["at"])),
    rules={"received": _after_last, "completed": _after_last},
    changes={
        "received": lambda state, fact: {"at": clock.from_rfc3339(fact.data["at"]), "rounds": state.rounds + 1},
        "completed": lambda _state, fact: {"at": clock.from_rfc3339(fact.data["at"])},
    },
)


def decide(state: StepState | None, fact: Fact, related: Related) -> Decision:
    """Accept the confirmation, or refuse it with the rule it breaks."""
    return _key(fact) or LIFECYCLE.decide(state, fact, related) or ACCEPT


AGGREGATE: Aggregate[StepState] = Aggregate(
    name="dossier_step",
    state_type=StepState,
    opens=frozenset({"received"}),
    decide=decide,
    evolve=LIFECYCLE.evolve,
)
