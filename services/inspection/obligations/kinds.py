"""When a thing is open: by kind, from the facts that open and close it. Pure; late facts and corrections included.

An obligation is open while somebody still has to do something about it, or stands for it: a nonconformity until it is
closed, an action until it is done, a recommendation until its final state, a procedure and a declaration while they are
in force, a target until its last milestone is assessed, a report until it is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.contracts.flags import RETRACTED
from shared.registry.inheritance import KIND_OF

#: Last milestone of a target that is not known.
_NEVER = "9999-12-31"
_LABELS = ("title", "code", "what", "statement", "text", "template_version", "decision_no")
_LONGEST_LABEL = 200

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A fact that matters to whether a thing is open."""

    day: int
    position: int
    event_id: str
    #: Id of the fact that this one corrects or takes back.
    corrects: str | None
    name: str
    #: What the fact says beyond its name: a state, an outcome, the day of a milestone.
    says: str | None


def _field(name: str) -> Callable[[Data], str | None]:
    return lambda data: None if data.get(name) is None else str(data[name])


def _last_milestone(data: Data) -> str | None:
    days = [str(milestone["date"]) for milestone in data.get("milestones", ())]
    return max(days, default=None)


def _nothing(_data: Data) -> str | None:
    return None


def _unless(*closed: str) -> Callable[[str | None], bool]:
    return lambda says: says not in closed


def _only(*opened: str) -> Callable[[str | None], bool]:
    return lambda says: says in opened


_OPENS, _CLOSES = _unless(), _only()
_FINAL = ("implemented", "partly_implemented", "not_implemented", "superseded", "lapsed")

#: By aggregate and event: what is kept of the fact, and whether the thing is open after it.
_EFFECTS: Mapping[str, Mapping[str, tuple[Callable[[Data], str | None], Callable[[str | None], bool]]]] = {
    "nonconformity": {
        "raised": (_nothing, _OPENS),
        "baselined": (_field("state"), _unless("closed", "withdrawn")),
        "dispute_resolved": (_field("outcome"), _only("upheld")),
        "withdrawn": (_nothing, _CLOSES),
        "closed": (_nothing, _CLOSES),
        "reopened": (_nothing, _OPENS),
    },
    "action": {
        "planned": (_nothing, _OPENS),
        "baselined": (_field("state"), _only("planned", "in_progress")),
        "done": (_nothing, _CLOSES),
        "rejected": (_nothing, _OPENS),
        "cancelled": (_nothing, _CLOSES),
    },
    "recommendation": {
        "issued": (_nothing, _OPENS),
        "baselined": (_field("state"), _unless(*_FINAL)),
        "decided": (_field("outcome"), _unless("withdrawn")),
        **dict.fromkeys(_FINAL, (_nothing, _CLOSES)),
    },
    "procedure": {
        "issued": (_nothing, _OPENS),
        "baselined": (_field("status"), _only("in_force")),
        "withdrawn": (_nothing, _CLOSES),
    },
    "declaration": {
        "declared": (_nothing, _OPENS),
        "redeclared": (_nothing, _OPENS),
        "baselined": (_field("status"), _only("declared", "needs_redeclaration")),
        "rescinded": (_nothing, _CLOSES),
    },
    "target": {
        "set": (_last_milestone, _OPENS),
        "amended": (_last_milestone, _OPENS),
        "baselined": (_field("state"), _unless("withdrawn")),
        "milestone_assessed": (_field("milestone"), _OPENS),
        "withdrawn": (_nothing, _CLOSES),
    },
    "periodic_report": {
        "opened": (_nothing, _OPENS),
        "baselined": (_field("state"), _only("opened", "prefilled", "returned")),
        "submitted": (_nothing, _CLOSES),
        "returned": (_nothing, _OPENS),
        "accepted": (_nothing, _CLOSES),
        "rolled_up": (_nothing, _CLOSES),
    },
}

#: Aggregates whose records are obligations.
AGGREGATES = frozenset(KIND_OF)


def matters(aggregate: str, event: str) -> bool:
    """Return whether an event can open or close a thing, or take back what did."""
    return event == RETRACTED or event in _EFFECTS.get(aggregate, {})


def types_that_matter() -> list[str]:
    """Return the types of the events that matter, of all aggregates."""
    names = [(aggregate, event) for aggregate in AGGREGATES for event in (*_EFFECTS.get(aggregate, {}), RETRACTED)]
    return sorted({f"qms.{aggregate}.{event}" for aggregate, event in names})


def said(aggregate: str, event: str, data: Data) -> str | None:
    """Return what is kept of a fact."""
    return _EFFECTS[aggregate][event][0](data) if event in _EFFECTS[aggregate] else None


def label(data: Data) -> str:
    """Return a few words that tell a thing from others, from the fact that opened it."""
    found = next((str(data[name]) for name in _LABELS if data.get(name)), "")
    return found[:_LONGEST_LABEL]


def _standing(steps: Iterable[Step]) -> list[Step]:
    known = list(steps)
    withdrawn = {step.corrects for step in known if step.corrects}
    kept = [step for step in known if step.event_id not in withdrawn and step.name != RETRACTED]
    return sorted(kept, key=lambda step: (step.day, step.position))


def spans(aggregate: str, steps: Iterable[Step]) -> list[list[int | None]]:
    """Return the periods in which a thing is open: `[first day, day on which it was closed or None]`."""
    result: list[list[int | None]] = []
    last = _NEVER
    for step in _standing(steps):
        is_open = _EFFECTS[aggregate][step.name][1](step.says)
        if aggregate == "target":
            is_open, last = _target(step, last, is_open=is_open)
        running = bool(result) and result[-1][1] is None
        if is_open and not running:
            result.append([step.day, None])
        elif not is_open and running:
            result[-1][1] = step.day
    return result


def _target(step: Step, last: str, *, is_open: bool) -> tuple[bool, str]:
    """Return whether a target is open, and its last milestone; it is over once that one has been assessed."""
    if step.name in ("set", "amended"):
        return is_open, step.says or last
    if step.name == "milestone_assessed":
        return (step.says or "") < last, last
    return is_open, last


def open_after(periods: Sequence[Sequence[int | None]], day: int) -> bool:
    """Return whether a thing is open at the end of a day."""
    return any(first is not None and first <= day and (closed is None or day < closed) for first, closed in periods)
