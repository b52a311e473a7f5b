"""The yearly inspection programme: drafted, agencies selected, consulted, approved, carried out, closed.

The year is part of the key, so that a body cannot have two programmes for one year. Owns the list of inspections
foreseen; the inspections are records of their own (Decision 19/2014/QĐ-TTg).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.inspection.domain import programme_rules as rules
from services.inspection.domain.programme_state import MOVES, ProgrammeState, changed, entry_of, opened
from shared.eventsourcing import references
from shared.eventsourcing.aggregate import Aggregate
from shared.eventsourcing.facts import Fact, Reference
from shared.eventsourcing.lifecycle import Lifecycle


def _adopted(_state: ProgrammeState, fact: Fact) -> dict[str, Any]:
    return {
        "entries": [entry_of(entry) for entry in fact.data["entries"]],
        "selection": references.stream_of(fact.data["selection_id"], fact),
    }


def _amended(state: ProgrammeState, fact: Fact) -> dict[str, Any]:
    data = fact.data
    return {
        "entries": changed(state.entries, data.get("added", ()), data.get("removed", ())),
        "capacity_days": data.get("capacity_days", state.capacity_days),
        "onsite_share_min": data.get("onsite_share_min", state.onsite_share_min),
    }


LIFECYCLE = Lifecycle(
    moves=MOVES,
    opened=lambda fact: opened(fact.data),
    openings={"drafted": rules.drafted, "baselined": rules.baselined},
    rules={
        "selection_adopted": rules.selection_adopted,
        "entry_added": rules.entry_added,
        "entry_removed": rules.entry_removed,
        "approved": rules.approved,
        "amended": rules.amended,
        "closed": rules.closed,
    },
    changes={
        "selection_adopted": _adopted,
        "entry_added": lambda state, fact: {"entries": changed(state.entries, [fact.data], ())},
        "entry_removed": lambda state, fact: {"entries": changed(state.entries, (), [fact.data])},
        "approved": lambda _state, fact: {name: fact.data[name] for name in ("decision_no", "approved_on")},
        "amended": _amended,
    },
)


def _references(fact: Fact) -> Sequence[Reference]:
    if fact.name == "selection_adopted":
        return (references.to("selection", fact.data["selection_id"], fact),)
    if fact.name == "closed":
        return [references.to("inspection", named, fact) for named in _inspections(fact)]
    return ()


def _inspections(fact: Fact) -> list[Any]:
    return [outcome["inspection_id"] for outcome in fact.data["outcomes"] if "inspection_id" in outcome]


AGGREGATE: Aggregate[ProgrammeState] = Aggregate(
    name="inspection_programme",
    state_type=ProgrammeState,
    opens=frozenset({"drafted", "baselined"}),
    decide=LIFECYCLE.decide,
    evolve=LIFECYCLE.evolve,
    references=_references,
)
