"""Rule A2: an action past its original due date, until it is done, cancelled, or lapses by decision.

An extension does not quieten the alert: the first promise counts. A due date moved to before the
first one does count, since nobody may be late by either. Where its agency has ended, the alert goes to whoever
inherited it.
"""

from __future__ import annotations

from services.notify.domain.evaluators import heirs
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer
from services.notify.domain.rule import Standing
from shared import clock

#: Whether the action is open after the event.
_OPEN_AFTER = {"done": False, "cancelled": False, "verified": False, "rejected": True}
_SETTLED = ("done", "verified", "cancelled")


def key(seen: Seen) -> str | None:
    """Return the action that the fact belongs to."""
    return seen.stream if seen.fact.aggregate == "action" else heirs.record_of(seen, "action")


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember due dates, openness, and who inherited it."""
    name = seen.fact.name
    if heirs.is_decision(seen):
        return heirs.take(memory, seen)
    if name in ("planned", "baselined"):
        return _begin(seen) | (memory or {})
    if memory is None or "due" not in memory:
        return memory
    if name == "due_changed":
        _move_due(memory, seen)
    elif name in _OPEN_AFTER and is_newer(memory, "turned_at", seen):
        if _OPEN_AFTER[name] and not memory["open"]:
            memory["cause"] = list(seen.cause)
        memory["open"] = _OPEN_AFTER[name]
    return memory


def _begin(seen: Seen) -> Memory:
    data = seen.fact.data
    return {
        "agency": seen.fact.agency_id,
        "subject": seen.subject,
        "original_due": clock.day_of(data.get("original_due_on", data["due_on"])),
        "due": clock.day_of(data["due_on"]),
        "open": data.get("state") not in _SETTLED,
        "cause": list(seen.cause),
        "turned_at": seen.fact.occurred_at,
        "due_at": seen.fact.occurred_at,
    }


def _move_due(memory: Memory, seen: Seen) -> None:
    if is_newer(memory, "due_at", seen):
        memory["due"] = clock.day_of(seen.fact.data["to"])


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert of an open action; it holds from the day after the due date."""
    if not memory.get("open"):
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"due": min(memory["original_due"], memory["due"])},
        subject=memory["subject"],
        facts={
            "action_id": memory["subject"]["id"],
            "original_due_on": clock.to_date(memory["original_due"]).isoformat(),
            "due_on": clock.to_date(memory["due"]).isoformat(),
        },
        cause=(source, event_id),
        heirs=heirs.heirs_of(memory, memory["agency"]),
        ends_on=heirs.lapses_on(memory),
    )


_READS = frozenset(f"qms.action.{name}" for name in ("planned", "baselined", "due_changed"))

EVALUATOR = Evaluator(
    frozenset({"audit", "inspection"}),
    _READS | heirs.READS,
    key,
    fold,
    standing,
    aggregates=frozenset({"action", "obligation"}),
    progress=frozenset({"action.started", "action.progress_noted", "action.done"}),
)
