"""Rule A6: the scope of a declaration changed, agencies merged, or one was inherited, and nothing was declared anew.

Source: Circular 26/2014/TT-BKHCN (declare again when the scope changes).
"""

from __future__ import annotations

from services.notify.domain.evaluators.declared import is_end
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer, reads
from services.notify.domain.rule import Standing
from shared import clock

#: What begins it, what settles it, and what shows that a new declaration is on its way.
_BEGINS = ("scope_changed", "inherited", "baselined")
_SETTLES = ("redeclared", "declared", "rescinded")
_ON_ITS_WAY = ("plan_approved", "building_started", "applied")


def key(seen: Seen) -> str | None:
    """Return the agency that has to declare again, or has ended."""
    fact = seen.fact
    if is_end(seen):
        return fact.subject
    if fact.aggregate == "declaration":
        return fact.source if fact.name in (*_BEGINS, *_SETTLES, *_ON_ITS_WAY) else None
    if fact.aggregate == "agency" and fact.name == "merged":
        target = fact.data.get("target")
        return target if isinstance(target, str) else fact.subject
    return None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember since when a new declaration is owed."""
    fact = seen.fact
    if fact.name in _ON_ITS_WAY:
        return memory
    memory = memory or {"agency": key(seen), "since": None}
    if is_end(seen):
        memory["ended"] = True
        return memory
    if fact.name in _SETTLES or (fact.name == "baselined" and fact.data["status"] != "needs_redeclaration"):
        if is_newer(memory, "turned_at", seen):
            memory["since"] = None
    elif is_newer(memory, "turned_at", seen) and memory["since"] is None:
        memory["since"] = _since(seen)
        memory["why"] = fact.name
        memory["subject"] = seen.subject
        memory["cause"] = list(seen.cause)
    return memory


def _since(seen: Seen) -> int:
    data = seen.fact.data
    text = data.get("changed_on") or data.get("effective") or data.get("state_since")
    return clock.day_of(text) if text else seen.fact.day


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while a new declaration is owed."""
    if memory["since"] is None or memory.get("ended"):
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"changed": memory["since"]},
        subject=memory["subject"],
        facts={"reason": memory["why"], "changed_on": clock.to_date(memory["since"]).isoformat()},
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"documents", "inspection"}),
    reads(*(f"declaration.{name}" for name in _BEGINS), "agency.merged"),
    key,
    fold,
    standing,
    aggregates=frozenset({"declaration", "agency"}),
    progress=frozenset(f"declaration.{name}" for name in _ON_ITS_WAY),
)
