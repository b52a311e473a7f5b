"""How a record decides and evolves, from its order of states and one small rule per event.

Owns no rule itself. A record's module gives the order of states, what opens it, the rules beyond the order, and the
fields that each event sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from shared.eventsourcing.decision import ACCEPT, Decision, Refusal
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.transitions import Moves, check_move

Related: TypeAlias = Mapping[Reference, Any]


class HasStatus(Protocol):
    """Any state of a record: it says where the record stands."""

    status: str


State = TypeVar("State", bound=HasStatus)


@dataclass(frozen=True, slots=True)
class Lifecycle(Generic[State]):
    """The rules of one kind of record; its functions are pure."""

    moves: Moves
    #: State after the fact that opens the record.
    opened: Callable[[Fact], State]
    #: Rules of the facts that open a record, by event name; those without one are free.
    openings: Mapping[str, Callable[[Fact], Refusal | None]] = field(default_factory=dict)
    #: Rules of the other facts, beyond the order of states.
    rules: Mapping[str, Callable[[State, Fact, Related], Refusal | None]] = field(default_factory=dict)
    #: The fields that a fact sets, beyond the state it leads to.
    changes: Mapping[str, Callable[[State, Fact], dict[str, Any]]] = field(default_factory=dict)

    def decide(self, state: State | None, fact: Fact, related: Related) -> Decision:
        """Accept the fact, or refuse it with the rule it breaks."""
        refused: Refusal | None = None
        if state is None:
            if fact.name in self.openings:
                refused = self.openings[fact.name](fact)
            return refused or ACCEPT
        refused = check_move(self.moves, state.status, fact)
        if refused is None and fact.name in self.rules:
            refused = self.rules[fact.name](state, fact, related)
        return refused or ACCEPT

    def evolve(self, state: State | None, fact: Fact) -> State:
        """Return the state after an accepted fact."""
        if state is None:
            return self.opened(fact)
        changes: dict[str, Any] = {"status": self.moves.after(state.status, fact.name)}
        if fact.name in self.changes:
            changes |= self.changes[fact.name](state, fact)
        return cast("State", replace(cast("Any", state), **changes))
