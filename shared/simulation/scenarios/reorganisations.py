"""Small reorganisations within the year: two project boards go into a third, which ends with the project; another is divided.

Like other boards they are bound to nothing (exempt) and nobody else's scenario knows them. What the boards still had to do
is inherited by the third, or lapses by decision.
"""

from __future__ import annotations

from typing import Any

from shared.registry.inheritance import Thing
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import actions
from shared.simulation.scenarios.units import taken_over
from shared.simulation.world import Life, World, decision

#: Days that it lasts at most.
_LONGEST = 200
#: Register of the codes of project boards.
_SCHEME = "ban_quan_ly_du_an"


def boards(world: World, agency: Agency) -> Life:
    """Merge two project boards of a province into a third, settle what they owed, and dissolve the third in the end."""
    day = yield 0
    committee = agency.parent_id
    if agency.kind != "provincial_department" or committee is None or day + _LONGEST > world.last:
        return
    first, second, heir = (world.new_id("ban-qlda") for _ in range(3))
    for board in (first, second, heir):
        data = taken_over(world, agency, board)
        yield Emission("agency.baselined", board, board, data, imported=True)
    code = {"scheme": _SCHEME, "code": first}
    day = yield Emission("agency.code_assigned", first, first, {**code, "valid_from": iso(day)}, world.between(3, 20))
    open_actions = []
    for board in (first, second):
        planned, action = actions.plan(world, _as(agency, board), day, None)
        open_actions.append(action.subject)
        yield planned
    effective = iso(day + 20)
    yield from _announced(world, committee, (first, second), heir, effective)
    day = yield 25
    yield Emission("agency.code_withdrawn", first, first, {**code, "valid_to": iso(day)})
    merged = {"sources": [first, second], "target": heir, "effective": effective, "legal_basis": decision(world, day)}
    yield Emission("agency.merged", heir, heir, merged)
    yield Emission("reorganisation.took_effect", committee, heir, {"effective": effective})
    inherited = {"to": heir, "effective": effective}
    yield from _decided_by_mistake(world, first, open_actions[0], inherited)
    yield _decided("inherited", first, open_actions[0], inherited)
    lapsed = {"effective": effective, "reason": "Nội dung dự án đã kết thúc", "decision_no": decision(world, day)}
    day = yield _decided("lapsed", second, open_actions[1], lapsed, world.between(10, 60))
    data = {"effective": iso(day), "reason": "Kết thúc dự án", "inheritor": agency.agency_id}
    yield Emission("agency.dissolved", heir, heir, data)


def _as(agency: Agency, board: str) -> Agency:
    return Agency(board, agency.name, agency.name_en, "public_unit", "province")


def _announced(
    world: World, committee: str, old: tuple[str, ...], subject: str, effective: str, heir: str | None = None
) -> Life:
    """Plan a reorganisation, map the old agencies to the new one, announce it; its id is the heir's unless one is given."""
    new = heir or subject
    data: dict[str, Any] = {"name_vi": f"Hợp nhất các ban quản lý dự án thành {new}", "effective_on": effective}
    yield Emission("reorganisation.planned", committee, subject, data)
    links = [{"old": board, "new": new, "share": "whole", "is_default": True} for board in old]
    day = yield Emission("reorganisation.mapped", committee, subject, {"links": links})
    told = {"announced_on": iso(day), "decision_no": decision(world, day)}
    yield Emission("reorganisation.announced", committee, subject, told)


def divided(world: World, agency: Agency) -> Life:
    """Divide a project board of a province into two, which end with their parts of the project.

    An earlier plan to do so was given up, and one that had been planned already is taken back.
    """
    day = yield 0
    committee = agency.parent_id
    if agency.kind != "provincial_department" or committee is None or day + _LONGEST > world.last:
        return
    board, first, second = (world.new_id("ban-qlda") for _ in range(3))
    for one in (board, first, second):
        yield Emission("agency.baselined", one, one, taken_over(world, agency, one), imported=True)
    yield from _given_up(world, committee, board, first, iso(day + 20))
    yield from _planned_by_mistake(world, committee, iso(day + 20))
    day = yield world.between(10, 60)
    targets = [{"id": first, "share": 0.7, "is_default": True}, {"id": second, "share": 0.3}]
    parts = {"source": board, "targets": targets, "effective": iso(day), "legal_basis": decision(world, day)}
    day = yield Emission("agency.split", board, board, parts, world.between(10, 60))
    for one in (first, second):
        data = {"effective": iso(day), "reason": "Kết thúc dự án thành phần", "inheritor": agency.agency_id}
        yield Emission("agency.dissolved", one, one, data)


def _given_up(world: World, committee: str, board: str, heir: str, effective: str) -> Life:
    """Plan and announce that a board goes into another one, and cancel it."""
    subject = world.new_id("sap-xep")
    yield from _announced(world, committee, (board,), subject, effective, heir)
    reason = {"reason": "Chuyển sang phương án chia tách"}
    yield Emission("reorganisation.cancelled", committee, subject, reason)


def _planned_by_mistake(world: World, committee: str, effective: str) -> Life:
    """Plan a reorganisation that is planned already, and take it back."""
    yield 0
    subject, event_id = world.new_id("sap-xep"), world.new_id("nham")
    data = {"name_vi": "Sắp xếp các ban quản lý dự án", "effective_on": effective}
    yield Emission("reorganisation.planned", committee, subject, data, world.between(1, 5), event_id=event_id)
    reason = {"reason": "Đợt sắp xếp đã được ghi nhận trước đó"}
    yield Emission("reorganisation.retracted", committee, subject, reason, corrects=event_id)


def _decided_by_mistake(world: World, giver: str, action: str, data: dict[str, Any]) -> Life:
    """Decide on a thing from a day that is wrong, and take that back."""
    day = yield 0
    event_id = world.new_id("nham")
    wrong = {**data, "effective": iso(day)}
    decided = _decided("inherited", giver, action, wrong, world.between(1, 5))
    yield decided._replace(event_id=event_id)
    reason = {"reason": "Ghi sai ngày có hiệu lực"}
    yield Emission("obligation.retracted", giver, decided.subject, reason, corrects=event_id)


def _decided(name: str, giver: str, action: str, data: dict[str, Any], wait: int = 0) -> Emission:
    thing = Thing("action", giver, action)
    told = {"kind": thing.kind, "id": thing.reference(giver), "from": giver, **data}
    return Emission(f"obligation.{name}", giver, thing.subject(giver), told, wait)
