"""The arrangements (who gets what, how it escalates, who is on duty): the log keeps when which one held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.eventsourcing import ACCEPT, Aggregate, Decision, Fact, Reference, refuse

#: The aggregates, each with the one subject `current` of the system.
NAMES = ("subscription", "escalation_policy", "oncall")


@dataclass(slots=True)
class ArrangementState:
    """The arrangement that holds."""

    digest: str


def decide(state: ArrangementState | None, fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    """Return whether it is another arrangement than before."""
    if state is None or state.digest != fact.data["digest"]:
        return ACCEPT
    return refuse("ARRANGEMENT_UNCHANGED", "Cấu hình không thay đổi.", "The arrangement is the same as before.")


def evolve(_state: ArrangementState | None, fact: Fact) -> ArrangementState:
    """Return the arrangement after the event."""
    return ArrangementState(fact.data["digest"])


AGGREGATES: tuple[Aggregate[ArrangementState], ...] = tuple(
    Aggregate(name=name, state_type=ArrangementState, opens=frozenset({"changed"}), decide=decide, evolve=evolve)
    for name in NAMES
)
