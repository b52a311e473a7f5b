"""Rule A16: a new audit or inspection of an agency comes within 30 days of another one with a common scope.

One key per agency. It ends when they are combined, moved apart, called off or past, or by decision with a reason.
"""

from __future__ import annotations

from typing import Any

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Standing
from shared import clock
from shared.contracts.inspection.record_owner import owner_of

#: Days between the end of one and the start of the next that are too few.
GAP = 30
_SETS = ("planned", "rescheduled")
_FREES = ("cancelled", "combined", "postponed")
_PARTS = ("procedures", "divisions", "clauses")
_MOST = 60


def key(seen: Seen) -> str | None:
    """Return the agency that is visited, of the events that name it."""
    fact = seen.fact
    if fact.aggregate == "audit":
        return fact.agency_id if fact.name in (*_SETS, *_FREES) else None
    return fact.agency_id if fact.aggregate == "inspection" and fact.name == "planned" else None


def topic(seen: Seen) -> str | None:
    """Return the inspection, under which its later events find the agency."""
    return _name(seen) if seen.fact.aggregate == "inspection" else None


def spread(seen: Seen) -> str | None:
    """Return the inspection whose days change."""
    later = seen.fact.aggregate == "inspection" and seen.fact.name in ("rescheduled", *_FREES)
    return _name(seen) if later else None


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the windows of what is planned, and what each examines."""
    fact = seen.fact
    memory = memory or {"agency": fact.agency_id, "visits": {}}
    visits, name = memory["visits"], _name(seen)
    if fact.name in _FREES or fact.data.get("joint_with"):
        visits.pop(name, None)
        return memory
    before = visits.get(name, {})
    first, last = _window(fact.data)
    scope = _scope(fact.data["scope"]) if fact.data.get("scope") else before.get("scope", [])
    visits[name] = {"from": first, "to": last, "scope": scope, "day": fact.day}
    visits[name] |= {"cause": list(seen.cause), "record": _record(seen)}
    for old in sorted(visits, key=lambda one: visits[one]["from"])[:-_MOST]:
        del visits[old]
    return memory


def _record(seen: Seen) -> dict[str, str]:
    fact = seen.fact
    return {**seen.subject, "source": owner_of(fact.aggregate, fact.source, fact.data)}


def _name(seen: Seen) -> str:
    fact = seen.fact
    return f"{fact.aggregate}:{owner_of(fact.aggregate, fact.source, fact.data)}/{fact.subject}"


def _window(data: Any) -> tuple[int, int]:
    if "window" in data:
        return clock.day_of(data["window"]["from"]), clock.day_of(data["window"]["to"])
    return clock.day_of(data["planned_from"]), clock.day_of(data["planned_to"])


def _scope(scope: Any) -> list[str]:
    """Return what is examined, as words; empty: everything."""
    return sorted(f"{part}:{word}" for part in _PARTS for word in (scope or {}).get(part, ()))


def _pairs(memory: Memory) -> list[tuple[str, str]]:
    visits = memory["visits"]
    ordered = sorted(visits, key=lambda name: (visits[name]["from"], name))
    return [
        (first, second)
        for index, first in enumerate(ordered)
        for second in ordered[index + 1 :]
        if visits[second]["from"] - visits[first]["to"] <= GAP
        and _common(visits[first]["scope"], visits[second]["scope"])
    ]


def _common(one: list[str], other: list[str]) -> bool:
    """Return whether two scopes meet: one of them is everything, or they share a word, or say different kinds of things."""
    if not one or not other or set(one) & set(other):
        return True
    return not {_part(word) for word in one} & {_part(word) for word in other}


def _part(word: str) -> str:
    return word.partition(":")[0]


def standing(memory: Memory) -> Standing | None:
    """Return the ground for an alert while two are too close; it ends by itself when the later of all pairs is past."""
    pairs = _pairs(memory)
    if not pairs:
        return None
    visits = memory["visits"]
    first, second = max(pairs, key=lambda pair: visits[pair[1]]["from"])
    source, event_id = visits[second]["cause"]
    return Standing(
        agency_id=memory["agency"],
        anchors={"planned": max(visits[first]["day"], visits[second]["day"])},
        subject=visits[second]["record"],
        facts={
            "visits": f"{first.partition(':')[2]}; {second.partition(':')[2]}",
            "first_ends_on": clock.to_date(visits[first]["to"]).isoformat(),
            "second_begins_on": clock.to_date(visits[second]["from"]).isoformat(),
        },
        cause=(source, event_id),
        count=len(pairs),
        ends_on=max(visits[later]["from"] for _, later in pairs) + 1,
    )


EVALUATOR = Evaluator(
    frozenset({"audit", "inspection"}),
    reads(
        *(f"audit.{name}" for name in _SETS),
        *(f"inspection.{name}" for name in (*_SETS, *_FREES)),
    ),
    key,
    fold,
    standing,
    names=frozenset(
        {
            *(f"audit.{name}" for name in (*_SETS, *_FREES)),
            *(f"inspection.{name}" for name in (*_SETS, *_FREES)),
        }
    ),
    aggregates=frozenset({"audit", "inspection"}),
    topic=topic,
    spread=spread,
)
