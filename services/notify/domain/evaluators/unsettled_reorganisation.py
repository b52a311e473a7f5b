"""Rule A18: a reorganisation took effect and some of what the ended agencies owed has neither heir nor decision.

`inspection` knows what was open and says `settled` when everything has exactly one heir or lapsed by decision; each
decision on the way is progress.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock

_NAMES = ("planned", "took_effect", "cancelled", "settled")


def key(seen: Seen) -> str | None:
    """Return the reorganisation; decisions on single obligations may name theirs."""
    fact = seen.fact
    if fact.aggregate == "reorganisation":
        return seen.stream if fact.name in _NAMES else None
    named = fact.data.get("reorganisation") if fact.aggregate == "obligation" else None
    if isinstance(named, dict):
        return f"{str(named['source']).removeprefix('/agencies/')}/{named['id']}"
    return f"{fact.source}/{named}" if named else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember since when it is in effect, and whether it is settled."""
    fact = seen.fact
    if fact.aggregate == "obligation":
        return memory
    memory = memory or {"agency": fact.source, "subject": seen.subject, "since": None, "over": False, "name": ""}
    memory["name"] = fact.data.get("name_vi") or memory["name"]
    if fact.name == "took_effect":
        memory["since"] = clock.day_of(fact.data["effective"]) if fact.data.get("effective") else fact.day
        memory["cause"] = list(seen.cause)
    elif fact.name in ("settled", "cancelled"):
        memory["over"] = True
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert from the day on which it took effect until it is settled."""
    if memory["since"] is None or memory["over"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"effective": memory["since"]},
        subject=memory["subject"],
        facts={"reorganisation": memory["name"], "effective_on": clock.to_date(memory["since"]).isoformat()},
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"inspection"}),
    reads(*(f"reorganisation.{name}" for name in _NAMES), "obligation.inherited", "obligation.lapsed"),
    key,
    fold,
    standing,
    aggregates=frozenset({"reorganisation", "obligation"}),
    progress=frozenset({"obligation.inherited", "obligation.lapsed"}),
)
