"""Indexes over the states of one aggregate: what rules about several streams need (a code in use, live children).

An index stream has no events of its own: it follows from the states of the aggregate that names its entries, and is
written in the same transaction, so that a rule sees what the facts just before have changed. Decisions look at it by
`sees` like at any other stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.decision import ACCEPT, Decision
from shared.eventsourcing.facts import Fact, Reference


@dataclass(slots=True)
class IndexState:
    """The entries of one index stream, by the id of the record that each belongs to."""

    entries: dict[str, Any] = field(default_factory=dict)


#: What a state puts into indexes: for each index stream, the id of the record and its JSON value.
Entries = Mapping[Reference, tuple[str, Any]]


def _decide(_state: IndexState | None, _fact: Fact, _related: Mapping[Reference, Any]) -> Decision:
    return ACCEPT


def _evolve(state: IndexState | None, _fact: Fact) -> IndexState:
    return state or IndexState()


def index(name: str) -> Aggregate[IndexState]:
    """Return the aggregate of an index; no event belongs to it."""
    return Aggregate(name=name, state_type=IndexState, opens=frozenset(), decide=_decide, evolve=_evolve)


def entries_in(aggregate: Aggregate[Any], state: Any) -> Entries:
    """Return what a state of an aggregate puts into indexes; nothing where there is no record (None)."""
    return {} if aggregate.indexed is None or state is None else aggregate.indexed(state)


def differences(before: Entries, after: Entries) -> dict[Reference, tuple[str, Any]]:
    """Return what a record's step from one state to another changes in indexes.

    The value of an entry that is gone is None.
    """
    if before == after:
        return {}
    result: dict[Reference, tuple[str, Any]] = {
        reference: (key, None) for reference, (key, _value) in before.items() if reference not in after
    }
    return result | {reference: entry for reference, entry in after.items() if before.get(reference) != entry}


def with_entry(state: IndexState | None, key: str, value: Any) -> IndexState:
    """Return the index, changed in place, with an entry put in, or taken out where the value is None."""
    state = state or IndexState()
    if value is None:
        state.entries.pop(key, None)
    else:
        state.entries[key] = value
    return state


def entries_of(related: Mapping[Reference, Any], reference: Reference) -> Mapping[str, Any]:
    """Return the entries of an index stream that a decision sees; none where nothing was ever put in."""
    state = related.get(reference)
    return state.entries if state is not None else {}
