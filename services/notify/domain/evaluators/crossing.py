"""Rules on indicators (A4, A12, A13, A15, A22, A24): made of the crossings of thresholds that `inspection` publishes.

Nothing is computed here: a crossing says on which day a figure came to which side. The rule says which sides open it,
how long that must last (its first step), which side clears it and for how long.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from services.notify.domain.evaluators.evaluator import Evaluator, Memory, Seen, reads
from services.notify.domain.rule import Crossings, Rule, Standing
from shared import clock

#: Crossings remembered of one key.
_MOST = 60
_CROSSED = "indicator.crossed"


@lru_cache(maxsize=64)
def evaluator_of(rule: Rule) -> Evaluator:
    """Return the evaluator of a rule on indicators."""
    if rule.crossings is None:
        raise ValueError(f"{rule.id} names no thresholds")
    watched = frozenset(one.threshold for one in (*rule.crossings.opens, rule.crossings.clears))
    hold = min(step.after_days for step in rule.steps)
    ended_by = rule.crossings.ended_by
    names = frozenset({_CROSSED, *([ended_by] if ended_by else [])})

    def key(seen: Seen) -> str | None:
        data = seen.fact.data
        if ended_by == f"{seen.fact.aggregate}.{seen.fact.name}":
            return seen.fact.agency_id
        crossed = seen.fact.aggregate == "indicator" and data.get("threshold_id") in watched
        return str(data.get("target") or data["scope"]) if crossed else None

    def standing(memory: Memory) -> Standing | None:
        return _ground(memory, rule.crossings, hold) if rule.crossings else None

    return Evaluator(
        frozenset({"inspection"}),
        reads(_CROSSED),
        key,
        fold,
        standing,
        aggregates=frozenset(name.partition(".")[0] for name in names),
        names=names,
    )


def fold(memory: Memory | None, seen: Seen) -> Memory | None:
    """Remember the crossings, and what ends the episode whatever the figure says, in the order of their days."""
    fact = seen.fact
    memory = memory or {"points": []}
    point = _crossed(seen) if fact.aggregate == "indicator" else _ended(seen)
    points = [one for one in memory["points"] if (one["threshold"], one["day"]) != (point["threshold"], point["day"])]
    memory["points"] = sorted([*points, point], key=lambda one: (one["day"], one["at"]))[-_MOST:]
    return memory


def _ended(seen: Seen) -> dict[str, Any]:
    return {"day": seen.fact.day, "at": seen.fact.occurred_at, "threshold": "", "direction": "ended"}


def _crossed(seen: Seen) -> dict[str, Any]:
    fact = seen.fact
    return {
        "day": clock.day_of(fact.data["as_of"]),
        "at": seen.fact.occurred_at,
        "threshold": fact.data["threshold_id"],
        "direction": fact.data["direction"],
        "indicator": fact.data["indicator"],
        "value": fact.data.get("value"),
        "limit": fact.data["threshold"],
        "agency": fact.agency_id,
        "subject": seen.subject,
        "cause": list(seen.cause),
    }


class _Episode:
    """Walks along the crossings and knows at each whether the alert is open."""

    def __init__(self, crossings: Crossings, hold: int) -> None:
        self.crossings, self.hold = crossings, hold
        self.begun: dict[str, Any] | None = None
        #: Thresholds on the side that opens it, and since when.
        self.on: dict[str, int] = {}
        self.opened = False
        self.clear_since: int | None = None

    def walk(self, points: list[dict[str, Any]]) -> None:
        """Take all crossings."""
        for point in points:
            self.pass_time(point["day"])
            self.take(point)

    def pass_time(self, day: int) -> None:
        """Let what was begun open, and what has been clear for long enough end."""
        if self.begun is not None and self.on and day >= self.begun["day"] + self.hold:
            self.opened = True
        if self.opened and self.clear_since is not None and day >= self.clear_since + self.crossings.clear_after_days:
            self.begun, self.opened, self.clear_since = None, False, None

    def take(self, point: dict[str, Any]) -> None:
        """Take one crossing, or an end."""
        if point["direction"] == "ended":
            self.begun, self.opened, self.clear_since = None, False, None
            self.on.clear()
            return
        side = (point["threshold"], point["direction"])
        if any(one.threshold == point["threshold"] for one in self.crossings.opens):
            if side in self.crossings.opens:
                self.on.setdefault(point["threshold"], point["day"])
            else:
                self.on.pop(point["threshold"], None)
        if self.on and self.begun is None:
            self.begun = point
        if not self.on and not self.opened:
            self.begun = None
        clears = self.crossings.clears
        if clears.threshold == point["threshold"]:
            self.clear_since = point["day"] if side == clears else None


def _ground(memory: Memory, crossings: Crossings, hold: int) -> Standing | None:
    episode = _Episode(crossings, hold)
    episode.walk(memory["points"])
    begun = episode.begun
    if begun is None:
        return None
    last = next(point for point in reversed(memory["points"]) if point["direction"] != "ended")
    # Between two crossings only time passes: it may have opened since.
    clear = episode.clear_since if episode.opened else None
    source, event_id = begun["cause"]
    return Standing(
        agency_id=begun["agency"],
        anchors={**episode.on, "crossed": begun["day"]},
        subject=begun["subject"],
        facts={
            "indicator": last["indicator"],
            "value": "" if last["value"] is None else f"{last['value']:g}",
            "threshold": f"{begun['limit']:g}",
            "crossed_on": clock.to_date(begun["day"]).isoformat(),
        },
        cause=(source, event_id),
        ends_on=None if clear is None else clear + crossings.clear_after_days,
    )
