"""Quality objectives: set for a year, measured now and then, assessed, closed."""

from __future__ import annotations

from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World


def life(world: World, agency: Agency) -> Life:
    """Follow an objective from being set to being closed."""
    day = yield 0
    year = iso(day)[:4]
    subject = world.new_id("MTCL")
    statement, measure, target = world.pick(words.OBJECTIVES)
    data: dict[str, Any] = {
        "year": int(year),
        "statement": statement,
        "measure": measure,
        "unit": "%",
        "direction": "higher",
        "target": target,
        "weight": world.between(1, 3),
    }
    day = yield Emission("objective.set", agency.agency_id, subject, data, world.between(20, 90))
    if world.chance(0.06):
        data = {"reason": "Điều chỉnh theo kế hoạch cải cách hành chính của tỉnh", "target": target - 1}
        day = yield Emission("objective.amended", agency.agency_id, subject, data, world.between(5, 40))
    value = 0.0
    measured = False
    while iso(day)[:4] == year or not measured:
        measured = True
        value = round(target - 6 + 8 * agency.diligence * world.rng.random(), 1)
        data = {"value": value, "measured_on": min(iso(day), f"{year}-12-31")}
        day = yield Emission("objective.measured", agency.agency_id, subject, data, world.between(60, 120))
    yield from _assessed(world, agency, subject, met=value >= target)


def _assessed(world: World, agency: Agency, subject: str, *, met: bool) -> Life:
    day = yield world.between(0, 20)
    data: dict[str, Any] = {"result": "met" if met else "not_met", "assessed_on": iso(day)}
    if not met:
        data["reason"] = "Số hồ sơ tăng trong khi nhân lực bộ phận một cửa không đổi"
    day = yield Emission("objective.assessed", agency.agency_id, subject, data, world.between(1, 15))
    yield Emission("objective.closed", agency.agency_id, subject, {"closed_on": iso(day)})
