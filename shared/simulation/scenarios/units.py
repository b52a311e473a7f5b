"""Short-lived units: boards of a project that are taken over into the registry, change, and end with the project.

They are bound to nothing (exempt) and nobody else's scenario knows them, so that the figures of the agencies stay.
"""

from __future__ import annotations

from typing import Any

from shared.simulation.agencies import Agency, lower_first
from shared.simulation.events import Emission, iso
from shared.simulation.world import REFORM, Life, World

#: Days that a board lasts at most from being taken over.
_LONGEST = 200


def project_board(world: World, agency: Agency) -> Life:
    """Bring a project board of a province along; it is renamed, put under a department, interrupted and dissolved."""
    day = yield 0
    # Only a board that has ended when the stream ends leaves the number of agencies as it was asked for.
    if agency.kind != "provincial_department" or agency.parent_id is None or day + _LONGEST > world.last:
        return
    board = world.new_id("ban-qlda")
    yield Emission(
        "agency.baselined", board, board, taken_over(world, agency, board), world.between(5, 30), imported=True
    )
    old = f"Ban Quản lý dự án {board}"
    data: dict[str, Any] = {"old": old, "new": f"Ban Quản lý dự án chuyển đổi số {board}", "effective": iso(day)}
    day = yield Emission("agency.renamed", board, board, data, world.between(5, 30))
    data = {"from": agency.parent_id, "to": agency.agency_id, "effective": iso(day)}
    day = yield Emission("agency.reparented", board, board, data, world.between(5, 30))
    data = {"effective": iso(day), "reason": "Chờ phê duyệt điều chỉnh dự án"}
    day = yield Emission("agency.suspended", board, board, data, world.between(5, 30))
    day = yield Emission("agency.resumed", board, board, {"effective": iso(day)}, world.between(5, 30))
    data = {"how": "dissolved", "effective": iso(day), "successors": [agency.agency_id]}
    yield Emission("agency.ended", board, board, data)


def taken_over(world: World, agency: Agency, board: str) -> dict[str, Any]:
    """Return the baseline of a project board of the department's province."""
    since = iso(min(REFORM, world.first))
    return {
        "name_vi": f"Ban Quản lý dự án {board}",
        "name_en": f"Project management board {board}",
        "kind": "public_unit",
        "level": "province",
        "parent_id": agency.parent_id,
        "obligation": "exempt",
        "has_tthc": False,
        "inspection_rights": False,
        "valid_from": since,
        "legal_basis": f"Quyết định của Ủy ban nhân dân, {lower_first(agency.name)} trình",
        "state": "active",
        "state_since": since,
    }
