"""The delivery (lượt gửi): one alert event to one recipient over one channel, try by try.

Owns the order of tries and their outcomes. When the next try is due is said by
`services.notify.retry`; how a channel sends, by `services.notify.channels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, refuse
from shared.eventsourcing.transitions import Moves, check_move, move

MOVES = Moves(
    "lượt gửi cảnh báo",
    "delivery",
    {
        # A try that a crash cut short is followed by the next one without an outcome.
        "attempted": move("trying", "waiting", to="trying"),
        "succeeded": move("trying", to="succeeded"),
        "failed": move("trying", to="waiting"),
        "dead": move("trying", "waiting", to="dead"),
    },
    {"trying": "đang gửi", "waiting": "chờ gửi lại", "succeeded": "đã gửi", "dead": "đã ngừng gửi"},
)


@dataclass(slots=True)
class DeliveryState:
    """What the log says of one delivery."""

    #: `trying`, `waiting`, `succeeded` or `dead`.
    status: str
    #: Number of the last try.
    tries: int = 0
    error: str = ""


def decide(state: DeliveryState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether the event fits: tries count up, an outcome belongs to the last try."""
    refusal = check_move(MOVES, state.status if state else None, fact)
    if refusal is not None:
        return refusal
    expected = _expected_try(state, fact.name)
    if expected is None or fact.data["n"] == expected:
        return ACCEPT
    return refuse(
        "TRY_OUT_OF_ORDER",
        f"Lần gửi tiếp theo phải là lần {expected}.",
        f"The try must be number {expected}.",
        "/data/n",
    )


def _expected_try(state: DeliveryState | None, name: str) -> int | None:
    if name == "attempted":
        return (state.tries if state else 0) + 1
    return state.tries if state else None


def evolve(state: DeliveryState | None, fact: Fact) -> DeliveryState:
    """Return the delivery after the event."""
    if state is None:
        state = DeliveryState("dead" if fact.name == "dead" else "trying")
    else:
        state.status = MOVES.after(state.status, fact.name)
    state.tries = int(fact.data["n"])
    state.error = fact.data.get("error", "")
    return state


AGGREGATE: Aggregate[DeliveryState] = Aggregate(
    name="delivery",
    state_type=DeliveryState,
    opens=frozenset({"attempted", "dead"}),
    decide=decide,
    evolve=evolve,
)
