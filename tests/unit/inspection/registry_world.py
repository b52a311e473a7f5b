"""A small country for tests of the registry: who stands under whom before the reform, and what is told of them."""

from __future__ import annotations

from services.inspection.domain import AGGREGATES
from shared.testing.world import World

REFORM = "2025-07-01"
BASE = {"obligation": "mandatory", "has_tthc": True, "inspection_rights": False, "valid_from": "2010-01-01"}
KINDS = {
    "ministry": {"kind": "ministry", "level": "central"},
    "province": {"kind": "provincial_pc", "level": "province"},
    "department": {"kind": "provincial_department", "level": "province"},
    "district": {"kind": "district_pc", "level": "district"},
    "division": {"kind": "district_division", "level": "district"},
    "commune": {"kind": "commune_pc", "level": "commune"},
}


def register(world: World, agency: str, what: str, parent: str | None = None, **more: object) -> str:
    """Register an agency of a kind; it exists from 2010 on unless said otherwise."""
    data = {**BASE, **KINDS[what], "name_vi": f"Cơ quan {agency}", **more}
    if parent:
        data["parent_id"] = parent
    return world.push("agency.registered", agency, data, source=agency, on=str(data["valid_from"]))


def tell(world: World, agency: str, event: str, on: str = REFORM, **data: object) -> str:
    """Tell something of an agency, effective on the day unless said otherwise."""
    data = {"effective": on, **data} if event not in {"code_assigned", "code_withdrawn"} else data
    return world.push(f"agency.{event}", agency, data, source=agency, on=on, asserter="staff")


def country() -> World:
    """Return a ministry, two provinces, a district with a division and two communes, and what comes after them."""
    world = World(AGGREGATES)
    rows = [
        ("bo", "ministry", None),
        ("tinh-a", "province", None),
        ("tinh-b", "province", None),
        ("huyen", "district", "tinh-a"),
        ("phong", "division", "huyen"),
        ("xa-1", "commune", "huyen"),
        ("xa-2", "commune", "huyen"),
    ]
    for agency, what, parent in rows:
        assert register(world, agency, what, parent) == "accepted"
    assert register(world, "tinh-moi", "province", valid_from=REFORM) == "accepted"
    assert register(world, "xa-moi", "commune", "tinh-moi", valid_from=REFORM) == "accepted"
    assert register(world, "xa-khac", "commune", "tinh-moi", valid_from=REFORM) == "accepted"
    return world
