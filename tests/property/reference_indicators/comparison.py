"""I28 to I30: targets, the composite score and the ranks, from the other figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.property.reference_indicators import formulas, more_formulas
from tests.property.reference_indicators.formulas import Group, Result, declared
from tests.property.reference_indicators.ledger import back, number

#: Points of the parts of the score, as the table has them.
WEIGHTS = {
    "I2_I4": 15, "I3": 15, "I6": 15, "I7": 10, "I9_I15": 10, "I11": 10, "I13": 5, "I14": 5, "I17": 5, "I21": 5, "I22": 5,
}  # fmt: skip

FORMULAS: dict[str, Callable[[Group], Result]] = {
    **{name.upper().replace("A", "a").replace("B", "b"): getattr(formulas, name) for name in (
        "i1", "i2", "i2a", "i3", "i3a", "i4", "i5", "i6", "i6a", "i7", "i7a", "i7b", "i8",
    )},
    **{name.upper(): getattr(more_formulas, name) for name in (
        "i9", "i10", "i11", "i12", "i13", "i14", "i15", "i16", "i17", "i18", "i19", "i20", "i21", "i22", "i23", "i24",
        "i25", "i26", "i27", "i31",
    )},
}  # fmt: skip


def rate(name: str, group: Group) -> float | None:
    numerator, denominator, _values = FORMULAS[name](group)
    return numerator / denominator if denominator else None


def score(group: Group) -> tuple[float | None, int]:
    """Return I29 and the weight present."""
    newest = "TCVN ISO 9001:2015"
    covered = declared(group)
    points = sum(1 if newest in versions else 0.5 for versions in covered.values())
    discipline = [one for one in (rate("I9", group), rate("I15", group)) if one is not None]

    def less(name: str) -> float | None:
        found = rate(name, group)
        return None if found is None else 1 - found

    parts = {
        "I2_I4": points / len(group.agencies) if group.agencies else None,
        "I3": rate("I3", group), "I6": less("I6"), "I7": rate("I7", group),
        "I9_I15": sum(discipline) / len(discipline) if discipline else None,
        "I11": less("I11"), "I13": rate("I13", group), "I14": less("I14"), "I17": rate("I17", group),
        "I21": rate("I21", group), "I22": rate("I22", group),
    }  # fmt: skip
    present = {name: min(1.0, max(0.0, value)) for name, value in parts.items() if value is not None}
    weight = sum(WEIGHTS[name] for name in present)
    return (100 * sum(WEIGHTS[name] * value for name, value in present.items()) / weight if weight else None), weight


def i29(group: Group) -> Result:
    points, weight = score(group)
    return None, None, {"score": points, "weight_present": weight}


def ranks(everybody: Group) -> dict[str, tuple[int | None, float | None]]:
    """Return rank and score of every agency among those of its kind and level."""
    scores: dict[str, tuple[Any, float | None, int]] = {}
    for agency in everybody.agencies:
        points, weight = score(Group(everybody.ledger, [agency], everybody.begins, everybody.ends))
        scores[agency.agency_id] = ((agency.kind, agency.level), None if points is None else round(points, 2), weight)
    found = {}
    for name, (peers, points, weight) in scores.items():
        better = {
            other for key, other, present in scores.values()
            if key == peers and present >= 60 and other is not None and points is not None and other > points
        }  # fmt: skip
        found[name] = (1 + len(better) if weight >= 60 and points is not None else None, points)
    return found


def i30(group: Group, everybody: Group) -> Result:
    if len(group.agencies) != 1:
        placed = ranks(everybody)
        ranked = sum(placed[name][0] is not None for name in group.ids())
        return None, None, {"ranked": ranked, "unranked": len(group.agencies) - ranked}
    rank, points = ranks(everybody)[group.agencies[0].agency_id]
    return None, None, {"rank": rank, "score": points}


def i28(group: Group, on: Callable[[str, dict[str, str], str, int], Group]) -> Result:
    """Return the targets; `on` gives the group of a variant, a filter and a day."""
    found = []
    for record in group.ledger.reported().of("target"):
        state: dict[str, Any] = {}
        for fact in record.facts:
            if fact.name == "set" and not state:
                state = dict(fact.data)
                state["begins"] = number(fact.data.get("set_on")) or fact.day
            elif state and fact.name == "amended":
                state |= {name: fact.data[name] for name in ("scope", "comparator", "milestones") if name in fact.data}
            elif state and fact.name == "withdrawn":
                state["withdrawn"] = True
        if state and "withdrawn" not in state and record.holder in group.ids() and state["begins"] <= group.day:
            found.append({"target_id": record.subject, **_target(state, group.day, on)})
    found.sort(key=lambda one: one["target_id"])
    return None, None, {"targets": found}


def _target(state: dict[str, Any], day: int, on: Callable[..., Group]) -> dict[str, Any]:
    points = []
    for months in (6, 5, 4, 3, 2, 1, 0):
        when = back(day, months) if months else day
        if when >= state["begins"] or months == 0:
            numerator, denominator, _ = FORMULAS[state["metric"]](
                on(state.get("variant", "reported"), state["scope"], when)
            )
            points.append((when, numerator, denominator))
    milestones = [(number(one["date"]), one["value"]) for one in state["milestones"]]
    first = points[0]
    start = (state["begins"], state.get("baseline", first[1] / first[2] if first[2] else 0))
    line = [start, *milestones]
    (d0, v0), (d1, v1) = next(
        ((line[index], line[index + 1]) for index in range(len(milestones)) if day <= line[index + 1][0]),
        (line[-2], line[-1]),
    )
    expected = v1 if day >= d1 or d1 == d0 else v0 + (v1 - v0) * (day - d0) / (d1 - d0)
    _day, numerator, denominator = points[-1]
    value = numerator / denominator if denominator else None
    up = state["comparator"] == "at_least"
    gap = None if value is None else (value - expected) * (1 if up else -1)
    return {"value": value, "expected": expected, "gap": gap, "status": _status(points, gap, v1, d1, up=up)}


def _status(points: list[Any], gap: float | None, goal: float, milestone: int, *, up: bool) -> str:
    if gap is None:
        return "unknown"
    if gap >= 0:
        return "on_track"
    known = [(day, numerator / denominator) for day, numerator, denominator in points if denominator]
    if (known[-1][1] >= goal) if up else (known[-1][1] <= goal):
        return "at_risk" if known[-1][0] <= milestone + 60 else "off_track"
    if len(known) < 2:
        return "off_track"
    days, rates = [one[0] for one in known], [one[1] for one in known]
    slope_top = sum((d - sum(days) / len(days)) * (r - sum(rates) / len(rates)) for d, r in known)
    slope = slope_top / sum((d - sum(days) / len(days)) ** 2 for d in days)
    if slope == 0:
        return "off_track"
    reached = sum(days) / len(days) + (goal - sum(rates) / len(rates)) / slope
    return "at_risk" if known[-1][0] <= round(reached + 0.4999) and reached <= milestone + 60 else "off_track"
