"""A service's rules without a kernel: facts are decided one after the other, in memory.

For tests of domain code only: no store, no registry, no late facts. What the kernel would let wait
is answered as `waiting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from shared import clock
from shared.eventsourcing.aggregate import AnyAggregate
from shared.eventsourcing.decision import Refusal
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.indexes import differences, entries_in, with_entry


def fact(name: str, subject: str, data: Mapping[str, Any], *, on: str, source: str, **more: Any) -> Fact:
    """Return a fact of a day; `name` is `aggregate.event`."""
    aggregate, event = name.split(".")
    day = clock.day_of(on)
    return Fact(
        type=f"qms.{name}",
        aggregate=aggregate,
        name=event,
        source=source,
        agency_id=data.get("agency_id", source),
        subject=subject,
        event_id=more.pop("event_id", f"{name}:{subject}:{on}"),
        occurred_at=clock.start_of_day(day) + 8 * 3_600_000_000,
        day=day,
        asserter=more.pop("asserter", source),
        data=data,
        **more,
    )


class World:
    """The states of all streams of a service."""

    def __init__(self, aggregates: Mapping[str, AnyAggregate], source: str = "so-khcn") -> None:
        """Start with no stream; facts without a source are of the given agency."""
        self.aggregates = aggregates
        self.source = source
        self.states: dict[Reference, Any] = {}
        #: The refusal of the last fact, if it was refused.
        self.refusal: Refusal | None = None

    def push(self, name: str, subject: str, data: Mapping[str, Any] | None = None, **envelope: Any) -> str:
        """Decide on a fact and keep the state; return `accepted`, `waiting`, or the code of the refusal."""
        self.refusal = None
        told = fact(name, subject, data or {}, **{"on": "2026-03-02", "source": self.source, **envelope})
        aggregate = self.aggregates[told.aggregate]
        key = Reference(aggregate.name, aggregate.stream_id(told))
        state = self.states.get(key)
        needed = list(aggregate.references(told))
        if (state is None and told.name not in aggregate.opens) or any(ref not in self.states for ref in needed):
            return "waiting"
        seen = [*needed, *aggregate.sees(told)]
        related = self._further(aggregate, told, {ref: self.states[ref] for ref in seen if ref in self.states})
        decision = aggregate.decide(state, told, related)
        if isinstance(decision, Refusal):
            self.refusal = decision
            return decision.code
        # Through JSON-like fields, as the kernel stores them; on a copy, since `evolve` may change what it is given.
        self._keep(aggregate, key, aggregate.state_type(**asdict(aggregate.evolve(deepcopy(state), told))))
        for event in decision:
            follows = fact(
                event.type.removeprefix("qms."),
                event.subject,
                event.data,
                on=envelope.get("on", "2026-03-02"),
                source=event.source,
            )
            other = self.aggregates[follows.aggregate]
            at = Reference(other.name, other.stream_id(follows))
            self._keep(other, at, other.evolve(self.states.get(at), follows))
        return "accepted"

    def _further(self, aggregate: AnyAggregate, told: Fact, related: dict[Reference, Any]) -> dict[Reference, Any]:
        """Add what the states at hand lead to, and those in turn."""
        new = related if aggregate.leads_to else {}
        while new and aggregate.leads_to:
            named = {further for state in new.values() for further in aggregate.leads_to(told, state)}
            new = {ref: self.states[ref] for ref in named - related.keys() if ref in self.states}
            related |= new
        return related

    def _keep(self, aggregate: AnyAggregate, key: Reference, state: Any) -> None:
        """Keep a state, and what it says in indexes."""
        before = entries_in(aggregate, self.states.get(key))
        for at, entry in differences(before, entries_in(aggregate, state)).items():
            self.states[at] = with_entry(self.states.get(at), *entry)
        self.states[key] = state

    def state(self, aggregate: str, subject: str) -> Any:
        """Return the state of a stream of the world's own agency."""
        stream = subject if aggregate == "agency" else f"{self.source}/{subject}"
        return self.states[Reference(aggregate, stream)]
