"""Which declarations of an agency are live, for the rules that watch declared agencies: none once the agency has ended."""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Memory, Seen
from shared import clock

#: States in which an agency has declared and not taken it back.
_LIVE = ("declared", "needs_redeclaration")
NAMES = ("declared", "redeclared", "baselined", "rescinded", "standard_transition_completed")
#: The event by which an agency ends; it is about itself.
ENDED = "agency.ended"


def key_of(seen: Seen) -> str | None:
    """Return the agency of a declaration event that matters, or of its own end."""
    fact = seen.fact
    if is_end(seen):
        return fact.subject
    return fact.source if fact.aggregate == "declaration" and fact.name in NAMES else None


def is_end(seen: Seen) -> bool:
    """Return whether the fact is an agency's end."""
    return f"{seen.fact.aggregate}.{seen.fact.name}" == ENDED


def take_declaration(memory: Memory, seen: Seen) -> None:
    """Remember in `declarations` since when each is live, in `cause` the event, in `ended` that the agency is no more.

    Logs come one by one: the end may be seen before the declarations.
    """
    fact = seen.fact
    if is_end(seen):
        memory["ended"] = True
        return
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
    return None if memory.get("ended") else min(memory["declarations"].values(), default=None)
