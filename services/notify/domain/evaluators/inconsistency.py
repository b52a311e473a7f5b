"""Rule A26: facts of several services contradict one another, until the inconsistency ends or is taken back.

What a dissolved agency still owed is the business of A18, whose alert reaches the registry's officer.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.evaluators.unsettled_reorganisation import ORPHANED
from services.notify.domain.rule import Standing
from shared import clock


def key(seen: Seen) -> str | None:
    """Return the inconsistency that the fact is about."""
    fact = seen.fact
    return seen.stream if fact.aggregate == "inconsistency" and fact.data.get("kind") != ORPHANED else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember whether it holds; what is taken back is folded no more."""
    fact = seen.fact
    if fact.name == "ended":
        return None if memory is None else {**memory, "holds": False}
    if fact.name != "found":
        return memory
    claim = fact.data["claim"]
    return {
        "holds": True,
        "agency": fact.source,
        "subject": seen.subject,
        # An alert counts from when it could be known, not from the day of the claim.
        "found": seen.recorded_day,
        "cause": list(seen.cause),
        "facts": {
            "inconsistency": fact.data["kind"],
            "claim": f"{claim['source']}/{claim['id']}" if isinstance(claim, dict) else str(claim),
            "claimed_on": fact.data["on"],
            "found_on": clock.to_date(seen.recorded_day).isoformat(),
        },
    }


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while it holds."""
    if not memory["holds"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"found": memory["found"]},
        subject=memory["subject"],
        facts=memory["facts"],
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"inspection"}),
    reads("inconsistency.found", "inconsistency.ended"),
    key,
    fold,
    standing,
    aggregates=frozenset({"inconsistency"}),
)
