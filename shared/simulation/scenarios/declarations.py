"""Declarations of conformity (công bố): built, applied, declared, published; the scope changes; some are rescinded."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import REFORM, Life, World, decision

STANDARD = "TCVN ISO 9001:2015"
_LEGACY_STANDARD = "TCVN ISO 9001:2008"


def _subject(world: World) -> str:
    return f"cong-bo-{world.mark}"


def _declared(world: World, agency: Agency, day: int) -> dict[str, Any]:
    return {
        "standard_version": STANDARD,
        "decision_no": decision(world, day, "QĐ-CBISO"),
        "signed_by": "head",
        "declared_on": iso(day),
        "scope_fields": [f"Toàn bộ thủ tục hành chính của {agency.name}"[:300]],
    }


def life(world: World, agency: Agency) -> Life:
    """Go the whole way from the plan to the declaration, once per agency."""
    day = yield 0
    if f"cb:{agency.agency_id}" in world.taken:
        return
    world.taken.add(f"cb:{agency.agency_id}")
    day = yield from _built(world, agency, day)
    if agency.kind == "commune_pc" and not world.chance(agency.diligence):
        return
    subject = _subject(world)
    declared = _declared(world, agency, day)
    day = yield Emission("declaration.declared", agency.agency_id, subject, declared, world.between(0, 5))
    yield from upkeep(world, agency, day)


def _built(world: World, agency: Agency, day: int) -> Generator[Emission | int, int, int]:
    subject = _subject(world)
    if agency.level == "province":
        plan = {"plan_no": decision(world, day, "KH-UBND"), "target_on": iso(day + 180)}
        day = yield Emission("declaration.plan_approved", agency.agency_id, subject, plan, world.between(5, 25))
    started = {"started_on": iso(day)}
    day = yield Emission("declaration.building_started", agency.agency_id, subject, started, world.between(20, 60))
    applied = {"applied_from": iso(day)}
    return (yield Emission("declaration.applied", agency.agency_id, subject, applied, world.between(30, 90)))


def upkeep(world: World, agency: Agency, day: int) -> Life:
    """Publish a declaration, and declare again when the scope changes."""
    subject = _subject(world)
    for channel in ("notice_board", "website"):
        if world.chance(agency.diligence):
            data = {"channel": channel, "published_on": iso(day)}
            day = yield Emission("declaration.published", agency.agency_id, subject, data, world.between(0, 4))
    data = {"to": "so_khcn", "notified_on": iso(day)}
    day = yield Emission("declaration.notified", agency.agency_id, subject, data, world.between(60, 330))
    while True:
        if world.chance(0.02):
            reason = {"by": "head", "reason": "Hệ thống không được duy trì sau khi sắp xếp tổ chức bộ máy"}
            yield Emission("declaration.rescinded", agency.agency_id, subject, reason)
            return
        day = yield from _scope_changed(world, agency, day)


def _scope_changed(world: World, agency: Agency, day: int) -> Generator[Emission | int, int, int]:
    subject = _subject(world)
    changed = {"change": "Bổ sung thủ tục hành chính được phân cấp", "changed_on": iso(day)}
    delay = world.between(10, 40) + int(120 * (1 - agency.diligence))
    day = yield Emission("declaration.scope_changed", agency.agency_id, subject, changed, delay)
    again = _declared(world, agency, day)
    return (yield Emission("declaration.redeclared", agency.agency_id, subject, again, world.between(200, 500)))


def baselined(world: World, agency: Agency, status: str, since: int) -> Emission:
    """Return the declaration as it stands when the agency joins."""
    world.taken.add(f"cb:{agency.agency_id}")
    data: dict[str, Any] = {"status": status, "state_since": iso(since)}
    if status == "declared":
        data |= {"standard_version": STANDARD, "declared_on": iso(since), "decision_no": decision(world, since)}
    if agency.kind == "provincial_pc":
        data |= {"plan_no": decision(world, since, "KH-UBND"), "plan_approved_on": iso(max(REFORM, since - 20))}
    return Emission("declaration.baselined", agency.agency_id, _subject(world), data, imported=True)


def joined(world: World, agency: Agency, status: str, since: int) -> Life:
    """Bring the declaration along, then go on from where it stands."""
    yield 0
    wait = world.between(10, 300)
    day = yield baselined(world, agency, status, since)._replace(wait=wait)
    subject = _subject(world)
    if status == "building":
        day = yield Emission("declaration.applied", agency.agency_id, subject, {}, world.between(30, 90))
    if status in ("building", "applying"):
        if not world.chance(agency.diligence):
            return
        declared = _declared(world, agency, day)
        day = yield Emission("declaration.declared", agency.agency_id, subject, declared, world.between(0, 5))
        yield from upkeep(world, agency, day)
    elif world.chance(0.25):
        yield from _scope_changed(world, agency, day)


def legacy(world: World, agency: Agency) -> Life:
    """Bring a certificate of before 2014 along, move to the present version of the standard, then declare."""
    day = yield 0
    if f"cb:{agency.agency_id}" in world.taken:
        return
    world.taken.add(f"cb:{agency.agency_id}")
    subject = _subject(world)
    data: dict[str, Any] = {"certificate_no": f"HT {world.number()}", "kind": "new", "issued_on": "2013-08-15"}
    data |= {"valid_to": "2016-08-14", "standard_version": _LEGACY_STANDARD}
    day = yield Emission(
        "declaration.certificate_recorded", agency.agency_id, subject, data, world.between(20, 60), imported=True
    )
    moved = {"from_version": _LEGACY_STANDARD, "to_version": STANDARD, "completed_on": iso(day)}
    kind = "declaration.standard_transition_completed"
    day = yield Emission(kind, agency.agency_id, subject, moved, world.between(5, 30))
    declared = _declared(world, agency, day)
    day = yield Emission("declaration.declared", agency.agency_id, subject, declared, world.between(0, 5))
    yield from upkeep(world, agency, day)
