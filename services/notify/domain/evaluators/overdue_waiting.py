"""Rule A25: an event waits too long for the record that it names, until it is applied, refused or given up.

Said by the service that keeps it (`audit_intake.waiting_overdue`); what is too long is that service's setting.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.intake_facts import ENDED, OVERDUE, aggregate_of

_SERVICES = ("inspection", "documents", "audit")
_AGGREGATES = frozenset(map(aggregate_of, _SERVICES))


def key(seen: Seen) -> str | None:
    """Return the waiting item that the fact is about."""
    fact = seen.fact
    return f"{seen.service}/{fact.subject}" if fact.aggregate in _AGGREGATES else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember whether it is overdue, and what it waits for; one log tells in the order in which it happened."""
    fact = seen.fact
    if fact.name == ENDED:
        return None if memory is None else {**memory, "overdue": False}
    if fact.name != OVERDUE:
        return memory
    data = fact.data
    return {
        "overdue": True,
        "agency": fact.agency_id,
        "subject": seen.subject,
        "since": fact.day,
        "cause": list(seen.cause),
        "facts": {
            "event_id": data["event_id"],
            "event_type": data["event_type"],
            "waits_for": data["reason_vi"],
            "pushed_by": data["pushed_by"],
            "waiting_since": _day(data["waiting_since"]),
        },
    }


def _day(instant: str) -> str:
    return clock.to_date(clock.vietnam_day(clock.from_rfc3339(instant))).isoformat()


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while the item is overdue."""
    if not memory["overdue"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"overdue": memory["since"]},
        subject=memory["subject"],
        facts=memory["facts"],
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset(_SERVICES),
    frozenset(f"qms.{aggregate}.{name}" for aggregate in _AGGREGATES for name in (OVERDUE, ENDED)),
    key,
    fold,
    standing,
    aggregates=_AGGREGATES,
)
