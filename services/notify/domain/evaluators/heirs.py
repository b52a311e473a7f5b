"""What an ended agency still owed, as the rules see it: who has the matter from which day on, or that it lapsed by decision.

Owns how a decision (`obligation.inherited`, `obligation.lapsed`) is remembered beside the facts of the record that it is
about. It may come before the record itself, since logs come one by one.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Memory, Seen, reads
from shared import clock
from shared.contracts.inspection.obligation import KINDS
from shared.registry.inheritance import Inheritance, holder_on, thing_of

#: Types whose fields are read.
READS = reads("obligation.inherited", "obligation.lapsed")
NAMES = frozenset({"obligation.inherited", "obligation.lapsed"})


def is_decision(seen: Seen) -> bool:
    """Return whether the fact decides on something that an agency owed."""
    return f"{seen.fact.aggregate}.{seen.fact.name}" in NAMES


def record_of(seen: Seen, aggregate: str) -> str | None:
    """Return the record `{source}/{id}` that a decision is about, None for other facts and other kinds of records."""
    if not is_decision(seen) or KINDS.get(seen.fact.data["kind"]) != aggregate:
        return None
    thing = thing_of(seen.fact.source, seen.fact.data)
    return f"{thing.source}/{thing.id}"


def take(memory: Memory | None, seen: Seen) -> Memory:
    """Remember a decision; each agency decides once on what it owed."""
    memory = {} if memory is None else memory
    data, giver = seen.fact.data, seen.fact.source
    others = [one for one in memory.get("heirs", ()) if one[1] != giver]
    memory["heirs"] = sorted([*others, [clock.day_of(data["effective"]), giver, data.get("to") or ""]])
    return memory


def heirs_of(memory: Memory, agency_id: str) -> tuple[tuple[int, str], ...]:
    """Return from which days on others have what the agency had at first, and who."""
    decided = [Inheritance(giver, taker, day) for day, giver, taker in memory.get("heirs", ()) if taker]
    return tuple((one.effective, holder_on(decided, agency_id, one.effective)) for one in decided)


def lapses_on(memory: Memory) -> int | None:
    """Return the day from which nobody owes it any more by decision, None where nothing of the kind was decided."""
    return min((day for day, _giver, taker in memory.get("heirs", ()) if not taker), default=None)
