"""Rule A3: a legal text changed and procedures in force are not covered yet.

One key per change and agency, so that each agency has an alert that it can end by its own work.
`documents` derives which procedures are affected; nothing of that is repeated here.
"""

from __future__ import annotations

from typing import Any

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen
from services.notify.domain.rule import Standing
from shared import clock

_NAMES = ("flagged_stale", "staleness_cleared")


def key(seen: Seen) -> str | None:
    """Return the change and the agency that the fact belongs to."""
    fact = seen.fact
    if fact.aggregate != "procedure" or fact.name not in _NAMES:
        return None
    change = _change(fact.data["change"], fact.source)
    return f"{change[0]}/{change[1]}|{fact.agency_id}"


def _change(reference: Any, source: str) -> tuple[str, str]:
    if isinstance(reference, str):
        return source, reference
    return reference["source"], reference["id"]


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the procedures that are not covered."""
    fact = seen.fact
    memory = memory or {"agency": fact.agency_id, "uncovered": []}
    if fact.name == "flagged_stale":
        memory["legal_text"] = fact.data["legal_text_id"]
        memory["change"] = fact.data["cause"]
        memory["since"] = clock.day_of(fact.data["since"])
        memory["announced"] = clock.day_of(fact.data["announced_on"])
        memory["due"] = fact.data["due_on"]
        _add(memory, seen)
    elif fact.subject in memory["uncovered"]:
        memory["uncovered"].remove(fact.subject)
    return memory


def _add(memory: Memory, seen: Seen) -> None:
    if seen.fact.subject in memory["uncovered"]:
        return
    memory["uncovered"].append(seen.fact.subject)
    memory["subject"] = seen.subject
    memory["cause"] = list(seen.cause)


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while any procedure is not covered."""
    uncovered = memory["uncovered"]
    if not uncovered:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"announced": memory["announced"], "effective": memory["since"]},
        subject=memory["subject"],
        facts={
            "legal_text_id": memory["legal_text"],
            "change": memory["change"],
            "effective_on": clock.to_date(memory["since"]).isoformat(),
            "due_on": memory["due"],
            "uncovered_procedures": str(len(uncovered)),
            "procedures": ", ".join(uncovered[:20]),
        },
        cause=(source, event_id),
        count=len(uncovered),
    )


_READS = frozenset(f"qms.procedure.{name}" for name in _NAMES)

EVALUATOR = Evaluator(
    frozenset({"documents"}),
    _READS,
    key,
    fold,
    standing,
    names=frozenset(f"procedure.{name}" for name in _NAMES),
    aggregates=frozenset({"procedure"}),
    progress=frozenset({"procedure.staleness_cleared"}),
)
