"""Management reviews: planned, prepared, held with all inputs; their decisions become actions; some are never followed up."""

from __future__ import annotations

from typing import Any

from shared.contracts.audit.review_content import INPUTS
from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import actions
from shared.simulation.world import Life, World, decision


def inputs(world: World) -> dict[str, Any]:
    """Return the twelve inputs; external providers seldom play a part."""
    told: dict[str, Any] = {point: {"status": "presented"} for point in INPUTS}
    if world.chance(0.6):
        told["c7"] = {"status": "not_applicable", "reason": "Không thuê nhà cung cấp bên ngoài trong kỳ"}
    return told


def life(world: World, agency: Agency) -> Life:
    """Go through a review and its decisions."""
    day = yield 0
    subject = world.new_id("XXLD")
    held_for = day + world.between(10, 30)
    data: dict[str, Any] = {"period": iso(day)[:4], "planned_for": iso(held_for)}
    day = yield Emission("management_review.planned", agency.agency_id, subject, data, world.between(3, 9))
    data = {"prepared_on": iso(day)}
    day = yield Emission("management_review.prepared", agency.agency_id, subject, data, max(1, held_for - day))
    decided = [
        {"decision_id": f"KL-{number:02d}", "kind": "improvement", "what": world.pick(words.ACTIONS)}
        for number in range(1, world.between(1, 2) + 1)
    ]
    data = {"held_on": iso(day), "chair": "head", "participants": world.between(6, 30), "inputs": inputs(world)}
    if world.chance(0.2):
        data |= {"chair": "delegate", "delegation_no": decision(world, day, "GUQ")}
    data["decisions"] = decided
    day = yield Emission("management_review.held", agency.agency_id, subject, data, world.between(0, 5))
    data = {"signed_on": iso(day), "minutes_no": decision(world, day, "TB-XXLD"), "signer": "thu-truong-co-quan"}
    yield Emission("management_review.minutes_signed", agency.agency_id, subject, data, world.between(1, 5))
    yield from _followed_up(world, agency, subject, [told["decision_id"] for told in decided])


def _followed_up(world: World, agency: Agency, subject: str, decided: list[str]) -> Life:
    settled: list[dict[str, Any]] = []
    for name in decided:
        day = yield 0
        if world.chance(0.1):
            settled.append({"decision_id": name, "outcome": "dropped", "reason": "Đã có quy định chung của tỉnh"})
            continue
        emission, action = actions.plan(world, agency, day, None)
        day = yield emission._replace(data={**emission.data, "source": "management_review", "source_id": subject})
        if (yield from actions.carry_out(world, agency, action, day)) is None:
            return
        settled.append({"decision_id": name, "outcome": "done", "action_ids": [action.subject]})
    day = yield world.between(1, 20)
    data = {"followed_up_on": iso(day), "decisions": settled}
    yield Emission("management_review.followed_up", agency.agency_id, subject, data)
