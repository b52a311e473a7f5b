"""Rules A20 and A21: something in the system itself is wrong, as its monitoring says.

The rule of a signal is in its data; whether it still holds, and the hysteresis (normal for five minutes), is
Prometheus's part. A signal belongs to no agency's record.
"""

from __future__ import annotations

from collections.abc import Callable

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer, reads
from services.notify.domain.rule import Standing
from shared import clock


def _key_of(rule: str) -> Callable[[Seen], str | None]:
    def key(seen: Seen) -> str | None:
        fact = seen.fact
        return fact.subject if fact.aggregate == "system_signal" and fact.data.get("rule") == rule else None

    return key


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember whether it is raised, and its words."""
    fact = seen.fact
    memory = memory or {"agency": fact.source, "raised": False}
    if not is_newer(memory, "turned_at", seen):
        return memory
    raised = fact.name == "raised"
    if raised and not memory["raised"]:
        memory["since"], memory["cause"], memory["subject"] = fact.day, list(seen.cause), seen.subject
    memory["raised"] = raised
    memory["facts"] = {
        "signal": fact.data["signal"],
        "service": fact.data.get("service") or "",
        "summary": fact.data.get("summary") or "",
        "runbook": fact.data.get("runbook") or "",
    }
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while the signal is raised."""
    if not memory["raised"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"raised": memory["since"]},
        subject=memory["subject"],
        facts={**memory["facts"], "raised_on": clock.to_date(memory["since"]).isoformat()},
        cause=(source, event_id),
    )


def evaluator(rule: str) -> Evaluator:
    """Return the evaluator of one of the two rules."""
    return Evaluator(
        frozenset({"notify"}),
        reads("system_signal.raised", "system_signal.cleared"),
        _key_of(rule),
        fold,
        standing,
        aggregates=frozenset({"system_signal"}),
    )
