"""The tables of the target tracker: targets with where they stand, one target's values over time, its milestones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from services.inspection.exports.sheet import percent_cell
from services.inspection.read_models import Figure, percent
from services.inspection.web.filters import N_, Filters
from services.inspection.web.programme_tables import Telling
from services.inspection.web.room_tables import RoomColumn, RoomTable, Shown
from services.inspection.web.words import definition, label
from shared import clock
from shared.vietnam import format as vietnam

#: Colour by where a target stands.
TONES = {"on_track": "green", "at_risk": "yellow", "off_track": "red", "unknown": "grey"}


@dataclass(frozen=True, slots=True)
class Point:
    """A target's indicator at the end of a day, and what should be reached by then as a share."""

    day: int
    figure: Figure
    expected: float
    #: Whether more is better.
    rising: bool = True

    @property
    def gap(self) -> float | None:
        """Return how far ahead it is, negative while it is behind; None where the indicator does not apply."""
        if self.figure.rate is None:
            return None
        return self.figure.rate - self.expected if self.rising else self.expected - self.figure.rate


def targets_table(found: Sequence[Mapping[str, Any]], telling: Telling) -> RoomTable:
    """Return targets with value, what is expected, the gap, the pace that is needed, and the forecast."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Target")), below=say(N_("Id"))),
        RoomColumn(say(N_("Owner")), below=say(N_("Agency id"))),
        RoomColumn(say(N_("Indicator"))),
        RoomColumn(say(N_("State"))),
        RoomColumn(say(N_("Reached")), "percent", below=say(N_("Counted of all"))),
        RoomColumn(say(N_("Expected by now")), "percent"),
        RoomColumn(say(N_("Ahead or behind, points")), "whole", decimals=2),
        RoomColumn(say(N_("Milestone")), "day"),
        RoomColumn(say(N_("Wanted")), "percent"),
        RoomColumn(say(N_("Still missing")), "whole"),
        RoomColumn(say(N_("Needed a month")), "whole", decimals=1),
        RoomColumn(say(N_("Forecast")), "day"),
    ]
    hint = say(N_("Choose another state or day, or set a target."))
    rows = [_target_row(one, telling) for one in found]
    return RoomTable("targets", say(N_("Targets")), columns, rows, (say(N_("No target")), hint))


def _target_row(one: Mapping[str, Any], telling: Telling) -> list[Shown]:
    say = telling.translate
    own = (
        f"/targets/{quote(one['owner'], safe='')}/{quote(one['target_id'], safe='')}{telling.filters.narrow.address()}"
    )
    needed = one["needed_per_month"]
    return [
        Shown(one["title"] or one["target_id"], own, below=one["target_id"]),
        telling.agency(one["owner"]),
        Shown(f"{one['metric']} {definition(one['metric'], telling.language)[0]}"),
        Shown(say(label("tracking", one["status"])), tone=TONES[one["status"]]),
        Shown(share_cell(one["value"]), one["explained"], below=counted(one["done"], one["of"])),
        Shown(share_cell(one["expected"])),
        Shown(points(one["gap"])),
        Shown(clock.day_of(one["milestone"])),
        Shown(share_cell(one["milestone_value"])),
        Shown(one["missing"]),
        Shown(None if needed is None else round(needed, 1)),
        Shown(None if one["forecast"] is None else clock.day_of(one["forecast"])),
    ]


def counted(part: float, whole: float) -> str:
    """Return numerator and denominator as people write them."""
    return f"{part:g} / {whole:g}"


def share_cell(share: float | None) -> Any:
    """Return a share as a cell in per cent, half-up to two decimals."""
    return None if share is None else percent_cell(percent(share, 1))


def points(gap: float | None) -> float | None:
    """Return a gap between two shares in percentage points."""
    return None if gap is None else round(gap * 100, 2)


def explained(metric: str, scope: Mapping[str, str], variant: str, filters: Filters, known_at: int) -> str:
    """Return the address of the agencies and events behind a target's value."""
    asked = replace(
        filters.narrow,
        variant=variant,
        scope=scope.get("territory"),
        level=scope.get("level"),
        kind=scope.get("kind"),
        obligation=scope.get("obligation"),
    )
    return f"/indicators/{metric}/explain{asked.pinned(known_at).address()}"


def values_table(values: Sequence[Point], telling: Telling, links: Mapping[int, str]) -> RoomTable:
    """Return the values at the ends of months beside what was expected: the twin of the chart."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("As of the end of")), "day"),
        RoomColumn(say(N_("Reached")), "percent", below=say(N_("Counted of all"))),
        RoomColumn(say(N_("Expected")), "percent"),
        RoomColumn(say(N_("Ahead or behind, points")), "whole", decimals=2),
    ]
    rows = []
    for point in values:
        told = counted(point.figure.numerator or 0, point.figure.denominator or 0)
        rows.append(
            [
                Shown(point.day),
                Shown(percent_cell(*point.figure.exact), links[point.day], below=told),
                Shown(share_cell(point.expected)),
                Shown(points(point.gap)),
            ]
        )
    title = say(N_("Values at the end of each month"))
    return RoomTable("months", title, columns, rows, chart=[_marks(point) for point in values])


def _marks(point: Point) -> list[tuple[str, str]]:
    rate = point.figure.rate
    value = "" if rate is None else f"{rate * 100:.2f}"
    return [("label", vietnam.day(point.day)), ("value", value), ("expected", f"{point.expected * 100:.2f}")]


def milestones_table(
    milestones: Sequence[Mapping[str, Any]], assessed_by_day: Mapping[str, Mapping[str, Any]], telling: Telling
) -> RoomTable:
    """Return the milestones of a target with what was assessed at each."""
    say = telling.translate
    columns = [
        RoomColumn(say(N_("Milestone")), "day"),
        RoomColumn(say(N_("Wanted")), "percent"),
        RoomColumn(say(N_("Assessed")), "percent"),
        RoomColumn(say(N_("Outcome"))),
    ]
    rows = []
    for one in milestones:
        assessed = assessed_by_day.get(one["date"])
        outcome = Shown(None)
        if assessed is not None:
            met = assessed["met"]
            outcome = Shown(say(N_("met")) if met else say(N_("not met")), tone="green" if met else "red")
        value = None if assessed is None else share_cell(assessed["value"])
        rows.append([Shown(clock.day_of(one["date"])), Shown(share_cell(one["value"])), Shown(value), outcome])
    return RoomTable("milestones", say(N_("Milestones")), columns, rows)
