"""Changes of the registry within the year: duties of communes, public units that stand still for a while."""

from __future__ import annotations

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World


def life(world: World, agency: Agency) -> Life:
    """Bind a commune by its province's plan, or suspend a public unit for a while."""
    day = yield 0
    key = f"db:{agency.agency_id}"
    if key in world.taken:
        return
    world.taken.add(key)
    agency_id = agency.agency_id
    if agency.kind == "commune_pc":
        data = {
            "from": "encouraged",
            "to": "mandatory",
            "effective": iso(day),
            "basis": "Kế hoạch áp dụng ISO 9001 tại cấp xã của Ủy ban nhân dân tỉnh, thành phố",
        }
        yield Emission("agency.obligation_changed", agency_id, agency_id, data)
    elif agency.kind == "public_unit":
        data = {"effective": iso(day), "reason": "Sửa chữa, nâng cấp trụ sở"}
        day = yield Emission("agency.suspended", agency_id, agency_id, data, world.between(20, 120))
        yield Emission("agency.resumed", agency_id, agency_id, {"effective": iso(day)})
