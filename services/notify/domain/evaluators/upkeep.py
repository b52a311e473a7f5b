"""Rule A5: a declared agency without internal audit or management review for about a year.

The older of the two counts; an agency that never held one is counted from its declaration. Audits of others
(second party, legacy surveillance) do not count. Source: ISO 9001:2015 9.2 and 9.3.
"""

from __future__ import annotations

from services.notify.domain.evaluators.declared import ENDED, NAMES, is_end, key_of, live_since, take_declaration
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock

_DONE = {"audit": ("completed", "completed_on"), "management_review": ("held", "held_on")}
_ENDED_AUDITS = ("completed", "cancelled", "combined")
#: What shows that one is on its way.
_ON_ITS_WAY = {"audit": ("planned", "notified", "started", "reported"), "management_review": ("planned", "prepared")}


def key(seen: Seen) -> str | None:
    """Return the agency whose declaration, audit, review or end it is."""
    fact = seen.fact
    if fact.aggregate == "declaration" or is_end(seen):
        return key_of(seen)
    if fact.aggregate == "audit":
        return fact.source if fact.name in ("baselined", *_ON_ITS_WAY["audit"], *_ENDED_AUDITS) else None
    if fact.aggregate == "management_review":
        return fact.source if fact.name in ("held", "baselined", *_ON_ITS_WAY["management_review"]) else None
    return None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember live declarations and the last audit and review."""
    memory = memory or {"agency": seen.fact.source, "declarations": {}, "others": [], "cause": list(seen.cause)}
    if seen.fact.aggregate == "declaration" or is_end(seen):
        take_declaration(memory, seen)
    elif seen.fact.aggregate == "audit":
        _audit(memory, seen)
    else:
        _done(memory, seen)
    return memory


def _audit(memory: Memory, seen: Seen) -> None:
    fact = seen.fact
    if fact.name in ("planned", "baselined") and fact.data["kind"] != "internal":
        memory["others"].append(fact.subject)
    elif fact.subject in memory["others"]:
        if fact.name in _ENDED_AUDITS:
            memory["others"].remove(fact.subject)
    else:
        _done(memory, seen)


def _done(memory: Memory, seen: Seen) -> None:
    fact = seen.fact
    name, field = _DONE[fact.aggregate]
    if fact.name != name and not (fact.name == "baselined" and fact.data.get(field)):
        return
    day = clock.day_of(fact.data[field]) if fact.data.get(field) else fact.day
    if day > memory.get(fact.aggregate, -(2**31)):
        memory[fact.aggregate] = day
        memory["cause"] = list(seen.cause)


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert of a declared agency, counted from the older of audit and review."""
    since = live_since(memory)
    if since is None:
        return None
    source, event_id = memory["cause"]
    last = {name: memory.get(name) for name in _DONE}
    return Standing(
        agency_id=memory["agency"],
        anchors={"last_held": min(since if day is None else max(since, day) for day in last.values())},
        subject={
            "service": "documents",
            "aggregate": "declaration",
            "source": memory["agency"],
            "id": min(memory["declarations"]),
        },
        facts={
            "declared_on": clock.to_date(since).isoformat(),
            "last_audit_on": _date(last["audit"]),
            "last_review_on": _date(last["management_review"]),
        },
        cause=(source, event_id),
    )


def _date(day: int | None) -> str:
    return "" if day is None else clock.to_date(day).isoformat()


EVALUATOR = Evaluator(
    frozenset({"documents", "audit", "inspection"}),
    reads(
        *(f"declaration.{name}" for name in ("declared", "redeclared", "baselined", "rescinded")),
        *("audit.planned", "audit.baselined", "audit.completed"),
        *("management_review.held", "management_review.baselined"),
    ),
    key,
    fold,
    standing,
    names=frozenset(
        {
            ENDED,
            *(f"declaration.{name}" for name in NAMES),
            *(f"audit.{name}" for name in ("baselined", *_ON_ITS_WAY["audit"], *_ENDED_AUDITS)),
            *(f"management_review.{name}" for name in ("held", "baselined", *_ON_ITS_WAY["management_review"])),
        }
    ),
    aggregates=frozenset({"declaration", "audit", "management_review", "agency"}),
    progress=frozenset(f"{aggregate}.{name}" for aggregate, names in _ON_ITS_WAY.items() for name in names),
)
