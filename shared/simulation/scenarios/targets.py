"""Targets of provinces: set on an indicator, amended, milestones assessed, at times withdrawn."""

from __future__ import annotations

from typing import Any

from shared.simulation.agencies import Agency, provincial_committee
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World, decision


def _target(world: World, committee: str, day: int) -> dict[str, Any]:
    return {
        "title": "Tỷ lệ UBND cấp xã công bố áp dụng HTQLCL",
        "scope": {"kind": "commune_pc", "territory": committee},
        "metric": "I2",
        "comparator": "at_least",
        "set_on": iso(day),
        "milestones": [{"date": iso(day + 120), "value": 0.6}, {"date": iso(day + 365), "value": 0.9}],
        "basis": decision(world, day, "QĐ-UBND"),
    }


def unassessed(world: World, agency: Agency) -> Life:
    """Go through a target whose milestones nobody has assessed yet.

    An assessment holds the figure that the system computes from all other events; beside the true one on the same page a
    made-up one would be a contradiction.
    """
    return life(world, agency, assessed=False)


def life(world: World, agency: Agency, *, assessed: bool = True) -> Life:
    """Go through a target that the committee of the agency's province sets; one a province and year."""
    day = yield 0
    committee = provincial_committee(agency)
    mark = f"target:{committee}:{iso(day)[:4]}"
    if committee is None or mark in world.taken:
        return
    world.taken.add(mark)
    subject = world.new_id("CT")
    data = _target(world, committee, day)
    if world.chance(0.2):
        data |= {"state": "set", "state_since": iso(day)}
        yield Emission("target.baselined", committee, subject, data, 20, imported=True)
    else:
        yield Emission("target.set", committee, subject, data, world.between(10, 60))
    first = data["milestones"][0]
    if world.chance(0.3):
        later = {"date": iso(day + 400), "value": 0.85}
        amended = {"reason": "Điều chỉnh theo kế hoạch mới", "milestones": [first, later]}
        yield Emission("target.amended", committee, subject, amended, 10)
    if world.chance(0.2):
        yield Emission("target.withdrawn", committee, subject, {"reason": "Thay bằng chỉ tiêu khác"})
        return
    if not assessed:
        return
    yield from _assessed(world, committee, subject, day, first)


def _assessed(world: World, committee: str, subject: str, day: int, first: dict[str, Any]) -> Life:
    """Assess the first milestone, with a made-up figure."""
    reached = yield max(1, day + 121 - (yield 0))
    value = round(world.rng.random(), 4)
    data = {
        "milestone": first["date"],
        "value": value,
        "met": value >= first["value"],
        "as_of": iso(reached - 1),
        "snapshot_hash": f"{world.rng.getrandbits(256):064x}",
    }
    yield Emission("target.milestone_assessed", committee, subject, data)
