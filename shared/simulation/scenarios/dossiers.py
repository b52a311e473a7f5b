"""Dossier statistics: a month's figures at the beginning of the next, in balance from month to month."""

from __future__ import annotations

from typing import Any

from shared import clock
from shared.contracts.audit.dossier_stats import CHANNELS
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission
from shared.simulation.world import REFORM, Life, World

_DECEMBER = 12


def month_before(day: int) -> tuple[int, int]:
    """Return year and month before the one of a day."""
    date = clock.to_date(day)
    return (date.year, date.month - 1) if date.month > 1 else (date.year - 1, _DECEMBER)


def month_after(month: tuple[int, int]) -> tuple[int, int]:
    """Return the next month."""
    year, number = month
    return (year, number + 1) if number < _DECEMBER else (year + 1, 1)


def _latest_month(world: World, day: int) -> tuple[int, int]:
    """Return the month to report on: the one before, but none in which the agencies were not there yet."""
    began = clock.to_date(min(REFORM, world.first))
    return max(month_before(day), (began.year, began.month))


def first_day(month: tuple[int, int]) -> int:
    """Return the first day of a month."""
    return clock.day_of(f"{month[0]:04d}-{month[1]:02d}-01")


def figures(world: World, agency: Agency, opening: int, scale: int) -> dict[str, int]:
    """Return a month's figures that balance."""
    received = world.between(scale // 2, scale)
    total = opening + received
    pending = int(total * world.rng.random() * 0.15)
    overdue = int(pending * (1 - agency.diligence) * world.rng.random())
    returned = int(received * 0.02 * world.rng.random())
    resolved = total - pending - returned
    late = int(resolved * (1.05 - agency.diligence) * 0.3 * world.rng.random())
    early = int((resolved - late) * agency.diligence * 0.6)
    return {
        "opening": opening,
        "received": received,
        "resolved_early": early,
        "resolved_on_time": resolved - late - early,
        "resolved_late": late,
        "pending_in_time": pending - overdue,
        "pending_overdue": overdue,
        "returned_incomplete": returned,
        "withdrawn": 0,
    }


def _key(world: World, agency: Agency) -> dict[str, str] | None:
    """Return what the series is about, if this agency has none of it yet."""
    entry = world.entry_for(agency)
    named = {"tthc_code": entry[0]} if entry else {"field": f"Xử lý văn bản {world.mark}"}
    named["channel"] = world.pick(CHANNELS)
    mark = f"tk:{agency.agency_id}:{':'.join(named.values())}"
    if mark in world.taken:
        return None
    world.taken.add(mark)
    return named


def series(world: World, agency: Agency) -> Life:
    """Report month after month."""
    day = yield 0
    named = _key(world, agency)
    if named is None:
        return
    yield from monthly(world, agency, named, _latest_month(world, day))


def monthly(world: World, agency: Agency, named: dict[str, str], month: tuple[int, int]) -> Life:
    """Report from a month on, each in the first days of the next; the diligent sooner."""
    day = yield 0
    opening = 0
    scale = world.between(10, 200 if agency.level == "province" else 80)
    while True:
        following = month_after(month)
        due = first_day(following) + world.between(0, 4) + int(20 * (1 - agency.diligence) * world.rng.random())
        if due > day:
            day = yield due - day
        counted = figures(world, agency, opening, scale)
        opening = counted["pending_in_time"] + counted["pending_overdue"]
        emission = submitted(world, agency, named, month, counted)
        day = yield emission
        if counted["resolved_on_time"] and world.chance(0.03):
            day = yield world.between(1, 8)
            day = yield _amended(agency, emission)
        month = following


def submitted(
    world: World, agency: Agency, named: dict[str, str], month: tuple[int, int], counted: dict[str, int]
) -> Emission:
    """Return a month's figures."""
    period = f"{month[0]:04d}-{month[1]:02d}"
    what = named.get("tthc_code") or named["field"]
    data: dict[str, Any] = {"period": period, **named, **counted}
    subject = f"{period}:{what}:{named['channel']}"
    return Emission("dossier_stats.submitted", agency.agency_id, subject, data, event_id=world.new_id("tk"))


def _amended(agency: Agency, emission: Emission) -> Emission:
    data = emission.data
    moved = {"resolved_on_time": data["resolved_on_time"] - 1, "resolved_late": data["resolved_late"] + 1}
    told = {"corrects": emission.event_id, "reason": "Một hồ sơ trả sau ngày hẹn được ghi nhầm là đúng hạn"}
    return Emission("dossier_stats.amended", agency.agency_id, emission.subject, {**data, **moved, **told})


def single(world: World, agency: Agency) -> Life:
    """Report one month of a small field that leaves nothing pending; needs no memory."""
    day = yield 0
    received = world.between(1, 9)
    late = int(world.rng.random() * (1.3 - agency.diligence))
    counted = dict.fromkeys(("opening", "resolved_early", "pending_in_time", "pending_overdue"), 0)
    counted |= {"received": received, "resolved_on_time": received - late, "resolved_late": late}
    counted |= {"returned_incomplete": 0, "withdrawn": 0}
    named = {"field": f"Lĩnh vực {world.mark}-{world.number()}", "channel": "direct"}
    yield submitted(world, agency, named, _latest_month(world, day), counted)
