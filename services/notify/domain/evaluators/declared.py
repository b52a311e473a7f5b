"""Which declarations of an agency are live, for the rules that watch declared agencies."""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Memory, Seen
from shared import clock

#: States in which an agency has declared and not taken it back.
_LIVE = ("declared", "needs_redeclaration")
NAMES = ("declared", "redeclared", "baselined", "rescinded", "standard_transition_completed")


def key_of(seen: Seen) -> str | None:
    """Return the agency of a declaration event that matters."""
    fact = seen.fact
    return fact.source if fact.aggregate == "declaration" and fact.name in NAMES else None


def take_declaration(memory: Memory, seen: Seen) -> None:
    """Remember in `declarations` since when each is live, in `versions` its standard, in `cause` the event."""
    fact = seen.fact
    live = memory["declarations"]
    if fact.name == "rescinded" or (fact.name == "baselined" and fact.data["status"] not in _LIVE):
        live.pop(fact.subject, None)
    elif fact.name != "standard_transition_completed":
        day = clock.day_of(fact.data["declared_on"]) if fact.data.get("declared_on") else fact.day
        if fact.subject not in live:
            memory["cause"] = list(seen.cause)
        live.setdefault(fact.subject, day)


def live_since(memory: Memory) -> int | None:
    """Return the day of the first live declaration, None where there is none."""
    return min(memory["declarations"].values(), default=None)
