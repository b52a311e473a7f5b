"""Rule A1: a nonconformity graded major, until it is closed, withdrawn, or lapses by decision.

Where its agency has ended, the alert goes to whoever inherited it.
"""

from __future__ import annotations

from services.notify.domain.evaluators import heirs
from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, is_newer
from services.notify.domain.rule import Standing
from shared import clock

_MAJOR = "major_nc"
#: Whether the nonconformity is open after the event.
_OPEN_AFTER = {"closed": False, "withdrawn": False, "reopened": True}
_SETTLED = ("closed", "withdrawn")
_PLANNED_STATES = ("action_planned", "completed", "verifying")


def key(seen: Seen) -> str | None:
    """Return the nonconformity that the fact belongs to."""
    return seen.stream if seen.fact.aggregate == "nonconformity" else heirs.record_of(seen, "nonconformity")


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember grade, openness, whether action is planned, and who inherited it."""
    name = seen.fact.name
    if heirs.is_decision(seen):
        return heirs.take(memory, seen)
    if name in ("raised", "baselined"):
        return _begin(memory, seen)
    if memory is None or "class" not in memory:
        return memory
    if name == "regraded":
        _grade(memory, seen)
    elif name == "action_planned":
        memory["planned"] = True
    elif name in _OPEN_AFTER:
        _turn(memory, seen, is_open=_OPEN_AFTER[name])
    elif name == "dispute_resolved" and seen.fact.data["outcome"] == "withdrawn":
        _turn(memory, seen, is_open=False)
    return memory


def _begin(memory: Memory | None, seen: Seen) -> Memory:
    data = seen.fact.data
    state = data.get("state", "raised")
    begun: Memory = {
        "agency": seen.fact.agency_id,
        "subject": seen.subject,
        "class": data["class"],
        "clause": data.get("clause", ""),
        "open": state not in _SETTLED,
        "planned": state in _PLANNED_STATES,
        "since": clock.day_of(data["raised_on"]),
        "cause": list(seen.cause),
        "turned_at": seen.fact.occurred_at,
        "graded_at": seen.fact.occurred_at,
    }
    return begun | (memory or {})


def _grade(memory: Memory, seen: Seen) -> None:
    if not is_newer(memory, "graded_at", seen):
        return
    grade = seen.fact.data["to"]
    if grade == _MAJOR and memory["class"] != _MAJOR:
        memory["since"], memory["cause"] = seen.fact.day, list(seen.cause)
    memory["class"] = grade


def _turn(memory: Memory, seen: Seen, *, is_open: bool) -> None:
    if not is_newer(memory, "turned_at", seen):
        return
    if is_open and not memory["open"]:
        memory["since"], memory["cause"], memory["planned"] = seen.fact.day, list(seen.cause), False
    memory["open"] = is_open


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while a major nonconformity is open."""
    if not memory.get("open") or memory["class"] != _MAJOR:
        return None
    source, event_id = memory["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"raised": memory["since"]},
        subject=memory["subject"],
        facts={
            "nonconformity_id": memory["subject"]["id"],
            "clause": memory["clause"],
            "raised_on": clock.to_date(memory["since"]).isoformat(),
        },
        cause=(source, event_id),
        marks=frozenset({"planned"} if memory["planned"] else ()),
        heirs=heirs.heirs_of(memory, memory["agency"]),
        ends_on=heirs.lapses_on(memory),
    )


_READS = frozenset(f"qms.nonconformity.{name}" for name in ("raised", "baselined", "regraded", "dispute_resolved"))

EVALUATOR = Evaluator(
    frozenset({"audit", "inspection"}),
    _READS | heirs.READS,
    key,
    fold,
    standing,
    aggregates=frozenset({"nonconformity", "obligation"}),
    progress=frozenset(
        {
            "nonconformity.accepted",
            "nonconformity.correction_recorded",
            "nonconformity.cause_identified",
            "nonconformity.action_planned",
            "nonconformity.completed",
            "nonconformity.effectiveness_verified",
        }
    ),
)
