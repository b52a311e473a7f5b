"""The definition of an aggregate: which facts it takes, how it decides and evolves.

States are dataclasses whose fields hold only what JSON can hold (text, numbers, booleans, None,
lists, dicts; dates as ISO text or day numbers), since the kernel stores them as JSON. `decide`
and `evolve` are pure: no clock, no randomness, no input or output, and `evolve` never fails on a
fact that `decide` accepted. `evolve` may change the given state in place and return it: the
kernel hands out a private copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from shared.eventsourcing.decision import Decision
from shared.eventsourcing.facts import Fact, Reference

State = TypeVar("State")


def _no_references(_fact: Fact) -> Sequence[Reference]:
    return ()


def own_stream(fact: Fact) -> str:
    """Return the stream id of an aggregate that belongs to its source agency."""
    return f"{fact.source}/{fact.subject}"


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[State]):
    """One kind of aggregate; its functions are pure."""

    #: Name as in the event type: `procedure`.
    name: str
    #: Dataclass of its state; built from stored JSON by `state_type(**fields)`.
    state_type: type[State]
    #: Event names that may open a stream (`drafted`, `baselined`); any other name waits for the opening.
    opens: frozenset[str]
    #: `decide(state, fact, related)`; `state` is None where the stream has no event yet. `related` holds the
    #: states of what `references` named, by reference (all present, or the kernel would have let the fact wait).
    decide: Callable[[State | None, Fact, Mapping[Reference, Any]], Decision]
    #: `evolve(state, fact)` returns the state after the fact.
    evolve: Callable[[State | None, Fact], State]
    #: Aggregates of the same service that the fact names and that must exist first, or the fact waits.
    references: Callable[[Fact], Sequence[Reference]] = _no_references
    #: Aggregates of the same service that the decision looks at where they exist: they come in `related` too, but
    #: the fact never waits for them (the month before, which may never have been reported).
    sees: Callable[[Fact], Sequence[Reference]] = _no_references
    #: What a state at hand leads to, which the decision looks at as well: asked again of what is found, step by step, where a
    #: fact names the first link of a chain only (the agencies above an agency). None: nothing.
    leads_to: Callable[[Fact, Any], Sequence[Reference]] | None = None
    #: Stream id of a fact; national aggregates (legal texts) override it.
    stream_id: Callable[[Fact], str] = own_stream
    #: What a state puts into indexes (`shared/eventsourcing/indexes.py`): by index stream, the record's id and a value.
    indexed: Callable[[State], Mapping[Reference, tuple[str, Any]]] | None = None


AnyAggregate = Aggregate[Any]
