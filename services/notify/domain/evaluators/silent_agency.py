"""Rule A11: nothing was heard from an agency for too long.

Heard is what the agency reports itself, counted by the day we took it in; what it brought along
from before (imported) and what the system or an inspection says of it are no sign of life. An
agency that never reported is counted from its registration.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen
from services.notify.domain.rule import Standing
from shared import clock

#: The ministry's own book-keeping about agencies; says nothing about whether they report.
_REGISTRY = ("agency", "registry", "credential", "obligation", "admin_unit", "reorganisation")
#: Whether the agency is expected to report after the event.
_LIVE_AFTER = {"registered": True, "baselined": True, "resumed": True, "suspended": False, "ended": False}


def key(seen: Seen) -> str | None:
    """Return the agency that the fact is about, or None where it is no sign of life."""
    fact = seen.fact
    if fact.aggregate in _REGISTRY:
        return fact.subject if fact.aggregate == "agency" and fact.name in _LIVE_AFTER else None
    return fact.source if fact.provenance == "self_reported" else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the last sign of life, by the day it was recorded."""
    fact = seen.fact
    memory = memory or {"live": False, "heard": None, "from": 0, "automatic": False, "cause": None}
    if fact.aggregate in _REGISTRY:
        memory["live"] = _LIVE_AFTER[fact.name] and fact.data.get("state", "active") == "active"
        memory["agency"] = fact.subject
        if memory["live"]:
            _count_from(memory, seen)
        return memory
    memory["agency"] = fact.source
    memory["automatic"] = memory["automatic"] or fact.asserter == fact.source
    if memory["heard"] is None or seen.recorded_day > memory["heard"]:
        memory["heard"] = seen.recorded_day
        _count_from(memory, seen)
    return memory


def _count_from(memory: Memory, seen: Seen) -> None:
    if memory["cause"] is None or seen.recorded_day > memory["from"]:
        memory["from"], memory["cause"] = seen.recorded_day, list(seen.cause)


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert of a live agency, counted from its last sign of life."""
    if not memory["live"] or memory["cause"] is None:
        return None
    source, event_id = memory["cause"]
    anchor = "last_event_automatic" if memory["automatic"] else "last_event"
    agency = memory["agency"]
    last = memory["heard"]
    return Standing(
        agency_id=agency,
        anchors={anchor: memory["from"]},
        subject={"service": "inspection", "aggregate": "agency", "source": agency, "id": agency},
        facts={
            "last_event_on": "" if last is None else clock.to_date(last).isoformat(),
            "silent_since": clock.to_date(memory["from"]).isoformat(),
            "connected": "automatic" if memory["automatic"] else "by_staff",
        },
        cause=(source, event_id),
    )


_READS = frozenset({"qms.agency.registered", "qms.agency.baselined"})

EVALUATOR = Evaluator(frozenset({"inspection", "documents", "audit"}), _READS, key, fold, standing)
