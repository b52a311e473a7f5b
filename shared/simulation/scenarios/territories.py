"""Made-up administrative units: established, put into one another, renamed, ended with a successor; one told by mistake.

All of them have ended when the scenario does, so that no map keeps them. The ministry tells of them, in the records of a
province's committee.
"""

from __future__ import annotations

from typing import Any

from shared.simulation.agencies import Agency, provincial_committee
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World, decision

#: Days that it lasts at most.
_LONGEST = 150


def life(world: World, agency: Agency) -> Life:
    """Go through a special zone and two communes, from their beginning to their end."""
    day = yield 0
    committee = provincial_committee(agency)
    if committee is None or day + _LONGEST > world.last:
        return
    zone, first, second = (_unit(world, day) for _ in range(3))
    for unit, kind in ((zone, "đặc khu"), (first, "xã"), (second, "xã")):
        yield _established(world, committee, unit, kind)
    yield from _by_mistake(world, committee)
    day = yield world.between(5, 30)
    yield _fact(committee, "reparented", first, {"to": zone, "effective": iso(day)})
    renamed = {"new": f"Xã mô phỏng mới {_code(second)}", "effective": iso(day)}
    day = yield _fact(committee, "renamed", second, renamed, world.between(5, 30))
    heir = [{"unit": first, "share": "whole", "is_default": True}]
    day = yield _ended(world, committee, second, day, heir, world.between(5, 30))
    for unit in (first, zone):
        yield _ended(world, committee, unit, day, [])


def _unit(world: World, day: int) -> str:
    """Return a made-up unit: code, which no real one has, and first day."""
    return f"X{world.mark.upper()}{world.number()}@{iso(day)}"


def _code(unit: str) -> str:
    return unit.partition("@")[0]


def _fact(committee: str, name: str, unit: str, data: dict[str, Any], wait: int = 0) -> Emission:
    return Emission(f"admin_unit.{name}", committee, unit, data, wait)


def _established(world: World, committee: str, unit: str, kind: str, wait: int = 0) -> Emission:
    code, _, first_day = unit.partition("@")
    data = {"code": code, "name": f"{kind.capitalize()} mô phỏng {code}", "type": kind, "valid_from": first_day}
    data["legal_basis"] = f"{world.number()}/NQ-UBTVQH15"
    return _fact(committee, "established", unit, data, wait)


def _by_mistake(world: World, committee: str) -> Life:
    """Tell of a unit that there is already, and take it back."""
    day = yield 0
    unit, event_id = _unit(world, day), world.new_id("nham")
    established = _established(world, committee, unit, "phường", world.between(1, 5))
    yield established._replace(event_id=event_id)
    reason = {"reason": "Đơn vị đã được ghi nhận trước đó"}
    yield _fact(committee, "retracted", unit, reason)._replace(corrects=event_id)


def _ended(
    world: World, committee: str, unit: str, day: int, successors: list[dict[str, Any]], wait: int = 0
) -> Emission:
    data = {"effective": iso(day), "successors": successors, "legal_basis": decision(world, day, "NQ-HĐND")}
    return _fact(committee, "ended", unit, data, wait)
