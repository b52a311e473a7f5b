"""Audit programmes: one a year, its audits held one after the other or given up, closed when all are accounted for."""

from __future__ import annotations

from typing import Any

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import audits
from shared.simulation.world import Life, World, decision


def life(world: World, agency: Agency) -> Life:
    """Go through a year's programme, once per agency and year."""
    day = yield 0
    year = int(iso(day)[:4])
    subject = f"programme-{year}"
    if f"ht:{agency.agency_id}:{subject}" in world.taken:
        return
    world.taken.add(f"ht:{agency.agency_id}:{subject}")
    named = [world.new_id("DGNB") for _ in range(world.between(1, 2))]
    foreseen = [
        {"audit_id": audit_id, "month": iso(day + 60 * (index + 1))[:7]} for index, audit_id in enumerate(named)
    ]
    data: dict[str, Any] = {
        "year": year,
        "objectives": "Đánh giá sự phù hợp và hiệu lực của hệ thống quản lý chất lượng",
        "audits": foreseen,
    }
    day = yield Emission("audit_programme.drafted", agency.agency_id, subject, data, world.between(2, 10))
    data = {"approved_on": iso(day), "approver": "thu-truong-co-quan", "decision_no": decision(world, day, "KH-ISO")}
    yield Emission("audit_programme.approved", agency.agency_id, subject, data, world.between(5, 40))
    if world.chance(0.15):
        named.append(world.new_id("DGNB"))
        data = {"reason": "Bổ sung đánh giá bộ phận một cửa", "added": [{"audit_id": named[-1]}]}
        yield Emission("audit_programme.amended", agency.agency_id, subject, data, world.between(1, 20))
    yield from _carried_out(world, agency, subject, named)


def _carried_out(world: World, agency: Agency, subject: str, named: list[str]) -> Life:
    settled = []
    for audit_id in named:
        day = yield 0
        if world.chance(agency.diligence):
            settled.append({"audit_id": audit_id})
            yield from audits.conducted(world, agency, audit_id, day, subject)
        else:
            reason = "Trùng đợt kiểm tra của Sở Khoa học và Công nghệ"
            settled.append({"audit_id": audit_id, "not_held_reason": reason})
    day = yield world.between(5, 40)
    data = {"closed_on": iso(day), "audits": settled}
    yield Emission("audit_programme.closed", agency.agency_id, subject, data)
