"""The focal point's post: somebody is appointed and leaves again; between the two it is vacant.

Owns the order of both and how often the post changed hands; who holds it is nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import Refusal
from shared.eventsourcing.facts import Fact
from shared.eventsourcing.lifecycle import Lifecycle, Related
from shared.eventsourcing.rules import refuse_future, refuse_incomplete, refuse_reversed
from shared.eventsourcing.transitions import Moves, move

MOVES = Moves(
    vi="đầu mối ISO",
    en="focal point",
    table={
        "appointed": move("vacant", to="appointed"),
        "left": move("appointed", to="vacant"),
        "baselined": move(),
    },
    words={"appointed": "đã có người đảm nhiệm", "vacant": "đang khuyết"},
)


@dataclass(slots=True)
class FocalPointState:
    """How the post stands; days are ISO dates."""

    status: str
    role: str
    #: Day of the latest appointment or vacancy.
    since: str
    part_time: bool = False
    trained: bool = False
    #: How many holders there have been, as far as is known.
    holders: int = 1


def _first_appointed(fact: Fact) -> Refusal | None:
    return refuse_future(fact, "appointed_on")


def _appointed(state: FocalPointState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "appointed_on") or refuse_reversed(fact, "appointed_on", state.since)


def _left(state: FocalPointState, fact: Fact, _related: Related) -> Refusal | None:
    return refuse_future(fact, "left_on") or refuse_reversed(fact, "left_on", state.since)


def _baselined(fact: Fact) -> Refusal | None:
    return refuse_incomplete(fact, "part_time", ("appointed",)) or refuse_incomplete(fact, "trained", ("appointed",))


def _opened(fact: Fact) -> FocalPointState:
    data = fact.data
    status = data.get("state", "appointed")
    return FocalPointState(
        status=status,
        role=data["role"],
        since=data.get("appointed_on") or data["state_since"],
        part_time=data.get("part_time", False),
        trained=data.get("trained", False),
        holders=int(status == "appointed"),
    )


def _with_holder(state: FocalPointState, fact: Fact) -> dict[str, Any]:
    taken = {name: fact.data[name] for name in ("role", "part_time", "trained")}
    return {**taken, "since": fact.data["appointed_on"], "holders": state.holders + 1}


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=_opened,
    openings={"appointed": _first_appointed, "baselined": _baselined},
    rules={"appointed": _appointed, "left": _left},
    changes={"appointed": _with_holder, "left": lambda _state, fact: {"since": fact.data["left_on"]}},
)

AGGREGATE: Aggregate[FocalPointState] = Aggregate(
    name="focal_point",
    state_type=FocalPointState,
    opens=frozenset({"appointed", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
)
