"""Rule A14: an inspection found that what an agency reported is not so.

It ends when a later verdict on the same event confirms it, when the agency takes the event back or corrects it, or by
decision of those who handled it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer, reads
from services.notify.domain.rule import Standing
from shared.contracts.inspection.record_owner import owner_of


def key(seen: Seen) -> str | None:
    """Return the event whose truth is in question: by a verdict, or as the event corrected or taken back."""
    fact = seen.fact
    if fact.aggregate == "inspection" and fact.name == "claim_verified":
        return "/".join(_claim(fact.data["event_id"], fact.agency_id))
    if fact.corrects:
        return f"{fact.corrects['source']}/{fact.corrects['id']}"
    return None


def _claim(reference: Any, agency: str) -> tuple[str, str]:
    if isinstance(reference, Mapping):
        return str(reference["source"]).removeprefix("/agencies/"), str(reference["id"])
    return agency, str(reference)


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the last verdict."""
    fact = seen.fact
    if fact.name != "claim_verified":
        if memory is not None:
            memory["contradicted"] = False
        return memory
    memory = memory or {"agency": fact.agency_id, "contradicted": False}
    if not is_newer(memory, "verdict_at", seen):
        return memory
    if fact.data["verdict"] == "contradicted" and not memory["contradicted"]:
        memory["since"] = fact.day
        memory["cause"] = list(seen.cause)
        memory["subject"] = {**seen.subject, "source": owner_of("inspection", fact.source, fact.data)}
        memory["claim"] = key(seen)
        memory["type"] = fact.data.get("event_type") or ""
        memory["record"] = fact.data.get("record") or ""
    memory["contradicted"] = fact.data["verdict"] == "contradicted"
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while the last verdict is that it is not so."""
    if not memory["contradicted"]:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"verdict": memory["since"]},
        subject=memory["subject"],
        facts={
            "claim": memory["claim"],
            "event_type": memory["type"],
            "record": memory["record"],
            "inspection_id": memory["subject"]["id"],
        },
        cause=(source, event_id),
    )


EVALUATOR = Evaluator(
    frozenset({"inspection", "documents", "audit"}),
    reads("inspection.claim_verified"),
    key,
    fold,
    standing,
)
