"""The system signal (tín hiệu hệ thống): what monitoring says of the system itself, raised or cleared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, refuse

#: Source of what belongs to no agency's record.
SYSTEM = "system"


@dataclass(slots=True)
class SignalState:
    """Whether it is raised."""

    raised: bool


def decide(state: SignalState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether the signal turns: monitoring repeats itself, the log does not."""
    raised = fact.name == "raised"
    if state is None or state.raised != raised:
        return ACCEPT
    return refuse(
        "SIGNAL_UNCHANGED",
        "Trạng thái tín hiệu không thay đổi.",
        "The signal is as it was.",
    )


def evolve(state: SignalState | None, fact: Fact) -> SignalState:
    """Return the signal after the event."""
    return SignalState(fact.name == "raised") if state is None or fact.name in ("raised", "cleared") else state


AGGREGATE: Aggregate[SignalState] = Aggregate(
    name="system_signal", state_type=SignalState, opens=frozenset({"raised"}), decide=decide, evolve=evolve
)
