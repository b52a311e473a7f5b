"""Rule A19: an inspection is over and its conclusion is not out.

Counted from the signing of the record, else from the last day of the visit.
"""

from __future__ import annotations

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.inspection.record_owner import owner_of

_OVER = ("concluded", "cancelled", "closed", "follow_up_started")
_OVER_STATES = ("concluded", "follow_up", "closed", "cancelled")
#: What shows, beside the signing, that somebody is at work on it.
_AT_WORK = ("checklist_answered", "finding_recorded")
_DATED = ("planned", "rescheduled", "started", "record_signed", "escalated_to_onsite", "baselined")


def key(seen: Seen) -> str | None:
    """Return the inspection."""
    fact = seen.fact
    if fact.aggregate != "inspection" or fact.name not in (*_DATED, *_OVER, *_AT_WORK):
        return None
    return f"{owner_of('inspection', fact.source, fact.data)}/{fact.subject}"


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the last day of the visit, the signing and whether it is concluded."""
    fact = seen.fact
    if fact.name in _AT_WORK:
        return memory
    memory = memory or {"agency": fact.agency_id, "ended": None, "signed": None, "over": False, "started": False}
    if fact.name in _OVER or (fact.name == "baselined" and fact.data["state"] in _OVER_STATES):
        memory["over"] = True
        return memory
    memory["subject"] = {**seen.subject, "source": owner_of("inspection", fact.source, fact.data)}
    if fact.name == "planned":
        memory["agency"] = fact.agency_id
    span = fact.data.get("visit") or fact.data.get("window")
    if span:
        memory["ended"] = clock.day_of(span["to"])
    if fact.name in ("started", "baselined"):
        memory["started"] = True
        memory["ended"] = memory["ended"] or fact.day
    if fact.name == "record_signed":
        memory["started"] = True
        memory["signed"] = clock.day_of(fact.data["signed_on"]) if fact.data.get("signed_on") else fact.day
    memory["cause"] = list(seen.cause)
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert of a visit that took place and is not concluded."""
    ended = memory["signed"] or memory["ended"]
    if memory["over"] or not memory["started"] or ended is None:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"visit_ended": ended},
        subject=memory["subject"],
        facts={
            "inspection_id": memory["subject"]["id"],
            "visit_ended_on": clock.to_date(ended).isoformat(),
        },
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"inspection"}),
    reads(*(f"inspection.{name}" for name in (*_DATED, *_OVER, *_AT_WORK))),
    key,
    fold,
    standing,
    aggregates=frozenset({"inspection"}),
    progress=frozenset({"inspection.record_signed", *(f"inspection.{name}" for name in _AT_WORK)}),
)
