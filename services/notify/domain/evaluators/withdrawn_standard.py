"""Rule A7: an agency's declaration rests on a withdrawn version of the standard and the time to move runs out.

Versions and the deadline are data (`shared.contracts.standards`): 30 June 2021 for the move to :2015
(419/BKHCN-TĐC of 21 February 2018).
"""

from __future__ import annotations

from services.notify.domain.evaluators.declared import ENDED, NAMES, is_end, key_of, take_declaration
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.standards import TRANSITION_DEADLINE_2015, VERSIONS

#: What shows that a move to the new version is on its way.
_ON_ITS_WAY = ("plan_approved", "building_started", "applied")


def key(seen: Seen) -> str | None:
    """Return the agency of a declaration event that matters, or of its own end."""
    fact = seen.fact
    return fact.source if fact.aggregate == "declaration" and fact.name in _ON_ITS_WAY else key_of(seen)


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember live declarations and the version each rests on."""
    if seen.fact.name in _ON_ITS_WAY:
        return memory
    memory = memory or {"agency": seen.fact.source, "declarations": {}, "versions": {}, "cause": list(seen.cause)}
    take_declaration(memory, seen)
    if is_end(seen):
        return memory
    data = seen.fact.data
    version = data.get("to_version") or data.get("standard_version")
    if version and version != memory["versions"].get(seen.fact.subject):
        memory["versions"][seen.fact.subject] = version
        memory["cause"] = list(seen.cause)
    return memory


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while a live declaration rests on a version withdrawn without a later move."""
    if memory.get("ended"):
        return None
    behind = {
        declaration: version
        for declaration, version in memory["versions"].items()
        if declaration in memory["declarations"] and _is_withdrawn(version)
    }
    if not behind:
        return None
    declaration = min(behind)
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"deadline": clock.day_of(TRANSITION_DEADLINE_2015)},
        subject={
            "service": "documents",
            "aggregate": "declaration",
            "source": memory["agency"],
            "id": declaration,
        },
        facts={"standard_version": behind[declaration], "transition_deadline": TRANSITION_DEADLINE_2015},
        cause=(source, event_id),
        count=len(behind),
    )


def _is_withdrawn(name: str) -> bool:
    version = VERSIONS.get(name)
    return version is not None and version.withdrawn_on is not None


EVALUATOR = Evaluator(
    frozenset({"documents", "inspection"}),
    reads(
        *(f"declaration.{name}" for name in ("declared", "redeclared", "baselined", "standard_transition_completed"))
    ),
    key,
    fold,
    standing,
    aggregates=frozenset({"declaration", "agency"}),
    names=frozenset({ENDED, *(f"declaration.{name}" for name in (*NAMES, *_ON_ITS_WAY))}),
    progress=frozenset(f"declaration.{name}" for name in _ON_ITS_WAY),
)
