"""Changes of the registry within the year: duties of communes, public units that stand still, levels of the administration."""

from __future__ import annotations

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios.units import taken_over
from shared.simulation.world import Life, World

#: Days that the board lasts at most below which a level ends.
_LONGEST = 60
_ABOLISHED = "registry.level_abolished"


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


def level_abolished(world: World, agency: Agency) -> Life:
    """End the commune level below a project board, after it was told of one without any; the board is dissolved.

    Once per province: there is one record of a level for the whole country.
    """
    day = yield 0
    committee = agency.parent_id
    key = f"cap:{committee}"
    if agency.kind != "provincial_department" or key in world.taken or day + _LONGEST > world.last:
        return
    world.taken.add(key)
    board, event_id = world.new_id("ban-qlda"), world.new_id("nham")
    yield Emission("agency.baselined", board, board, taken_over(world, agency, board), imported=True)
    told = {"level": "commune", "territory": board, "legal_basis": "Quyết định của Ủy ban nhân dân tỉnh, thành phố"}
    wrong = {**told, "effective": iso(day)}
    yield Emission(_ABOLISHED, str(committee), "commune", wrong, world.between(1, 10), event_id=event_id)
    reason = {"reason": "Ghi sai ngày có hiệu lực"}
    day = yield Emission("registry.retracted", str(committee), "commune", reason, corrects=event_id)
    right = {**told, "effective": iso(day)}
    day = yield Emission(_ABOLISHED, str(committee), "commune", right, world.between(5, 20))
    data = {"effective": iso(day), "reason": "Kết thúc dự án", "inheritor": agency.agency_id}
    yield Emission("agency.dissolved", board, board, data)
