"""Rule A23: a law shortened the time for a public procedure, and an agency's procedure still promises the longer one.

One key per procedure; a change of an entry of the catalogue concerns all procedures that carry it out. Where the agency
has ended, the alert goes to whoever inherited the procedure.
"""

from __future__ import annotations

from services.notify.domain.evaluators import heirs
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock

_NAMES = ("drafted", "submitted", "revised", "baselined", "committed_time_changed", "withdrawn")


def key(seen: Seen) -> str | None:
    """Return the procedure."""
    fact = seen.fact
    if fact.aggregate == "procedure":
        return seen.stream if fact.name in _NAMES else None
    return heirs.record_of(seen, "procedure")


def topic(seen: Seen) -> str | None:
    """Return the entry of the catalogue that the procedure carries out."""
    return str(seen.fact.data.get("tthc_code") or "") or None


def spread(seen: Seen) -> str | None:
    """Return the entry that was amended or abolished."""
    fact = seen.fact
    return fact.subject if fact.aggregate == "tthc" and fact.name in ("amended", "abolished") else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember what the law gives and what the procedure promises, in working days."""
    fact = seen.fact
    if fact.aggregate == "tthc":
        return _amend(memory, seen)
    if heirs.is_decision(seen):
        return heirs.take(memory, seen)
    if memory is None or "law" not in memory:
        if fact.data.get("tthc_code") is None:
            return memory
        memory = _begin(seen) | (memory or {})
    if fact.name == "withdrawn":
        memory["committed"] = None
        return memory
    memory["code"] = fact.data.get("tthc_code") or memory.get("code", "")
    promised = [fact.data.get(name) for name in ("to_days", "committed_days", "regulated_days")]
    found = [days for days in promised if days is not None]
    if found:
        memory["committed"] = found[0]
    return memory


def _begin(seen: Seen) -> Memory:
    return {"agency": seen.fact.source, "subject": seen.subject, "committed": None, "law": None, "law_at": None}


def _amend(memory: Memory | None, seen: Seen) -> Memory | None:
    data = seen.fact.data
    if memory is None or memory["code"] != seen.fact.subject:
        return memory
    if seen.fact.name == "abolished":
        memory["law"] = None
    elif data.get("regulated_days") is not None:
        memory["law"] = data["regulated_days"]
        memory["law_at"] = clock.day_of(data["effective_from"]) if data.get("effective_from") else seen.fact.day
        memory["cause"] = list(seen.cause)
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while more is promised than the law gives, from the day the law holds."""
    if memory.get("law") is None or memory["committed"] is None or memory["committed"] <= memory["law"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"effective": memory["law_at"]},
        subject=memory["subject"],
        facts={
            "tthc_code": memory["code"],
            "committed_days": f"{memory['committed']:g}",
            "regulated_days": f"{memory['law']:g}",
            "effective_on": clock.to_date(memory["law_at"]).isoformat(),
        },
        cause=(source, event_id),
        heirs=heirs.heirs_of(memory, memory["agency"]),
        ends_on=heirs.lapses_on(memory),
    )


EVALUATOR = Evaluator(
    frozenset({"documents", "inspection"}),
    reads(*(f"procedure.{name}" for name in _NAMES), "tthc.amended") | heirs.READS,
    key,
    fold,
    standing,
    names=frozenset({*(f"procedure.{name}" for name in _NAMES), "tthc.amended", "tthc.abolished"}) | heirs.NAMES,
    aggregates=frozenset({"procedure", "tthc", "obligation"}),
    topic=topic,
    spread=spread,
)
