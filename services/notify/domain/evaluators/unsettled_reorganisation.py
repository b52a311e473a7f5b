"""Rule A18: some of what ended agencies owed has neither heir nor decision.

`inspection` knows what was open. Of a reorganisation it says `settled` when everything has exactly one heir or lapsed by
decision; of an agency that was dissolved outside any reorganisation it says so as an inconsistency, which ends with the
last decision. Each decision on the way is progress.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock

_NAMES = ("planned", "took_effect", "cancelled", "settled")
#: The inconsistency of an agency that ended without anybody who takes over.
ORPHANED = "ended_with_open_obligations"


def key(seen: Seen) -> str | None:
    """Return the reorganisation; decisions on single obligations may name theirs."""
    fact = seen.fact
    if fact.aggregate == "reorganisation":
        return seen.stream if fact.name in _NAMES else None
    if fact.aggregate == "inconsistency":
        return seen.stream if fact.data.get("kind") == ORPHANED else None
    named = fact.data.get("reorganisation") if fact.aggregate == "obligation" else None
    if isinstance(named, dict):
        return f"{str(named['source']).removeprefix('/agencies/')}/{named['id']}"
    return f"{fact.source}/{named}" if named else None


def topic(seen: Seen) -> str | None:
    """Return the ended agency, by which decisions on what it owed find the alert."""
    return seen.fact.source if seen.fact.aggregate == "inconsistency" else None


def spread(seen: Seen) -> str | None:
    """Return the agency on whose obligation was decided."""
    return seen.fact.source if seen.fact.aggregate == "obligation" else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember since when it is in effect, and whether it is settled."""
    fact = seen.fact
    if fact.aggregate == "obligation":
        return memory
    if fact.aggregate == "inconsistency":
        return _orphan(memory, seen)
    memory = memory or {"agency": fact.source, "subject": seen.subject, "since": None, "over": False, "name": ""}
    memory["name"] = fact.data.get("name_vi") or memory["name"]
    if fact.name == "took_effect":
        memory["since"] = clock.day_of(fact.data["effective"]) if fact.data.get("effective") else fact.day
        memory["cause"] = list(seen.cause)
    elif fact.name in ("settled", "cancelled"):
        memory["over"] = True
    return memory


def _orphan(memory: Memory | None, seen: Seen) -> Memory | None:
    if seen.fact.name == "ended":
        return None if memory is None else {**memory, "over": True}
    # Judged from when it could be known: the day of the end may be long past.
    begun = {"agency": seen.fact.source, "subject": seen.subject, "over": False, "name": "", "cause": list(seen.cause)}
    return {**begun, "since": seen.recorded_day - 1, "ended": clock.day_of(seen.fact.data["on"])}


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert from the day on which it took effect until it is settled."""
    if memory["since"] is None or memory["over"]:
        return None
    source, event_id = memory["cause"]
    day = clock.to_date(memory.get("ended") or memory["since"]).isoformat()
    return Standing(
        agency_id=memory["agency"],
        anchors={"effective": memory["since"]},
        subject=memory["subject"],
        facts={"reorganisation": memory["name"], "effective_on": day},
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"inspection"}),
    reads(
        *(f"reorganisation.{name}" for name in _NAMES),
        *("obligation.inherited", "obligation.lapsed", "inconsistency.found", "inconsistency.ended"),
    ),
    key,
    fold,
    standing,
    aggregates=frozenset({"reorganisation", "obligation", "inconsistency"}),
    progress=frozenset({"obligation.inherited", "obligation.lapsed"}),
    topic=topic,
    spread=spread,
)
