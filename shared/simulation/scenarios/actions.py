"""Corrective and improvement actions: planned, started, extended, done, verified; some stay undone."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World

#: Further ones need the agency above (domain: due dates).
_MOST_EXTENSIONS = 2
#: Of the actions that slipped twice, the share that nobody ever does.
_NEVER_DONE = 0.3
#: Share of the completions that are not accepted at first.
_REJECTED = 0.04
_VERIFIER = "thu-ky-ban-chi-dao-iso"


@dataclass(slots=True)
class Action:
    """An action under way."""

    subject: str
    owner: str
    due_on: int
    extensions: int = 0


def plan(world: World, agency: Agency, day: int, nc_id: str | None) -> tuple[Emission, Action]:
    """Return the planning of an action, for a nonconformity or as an improvement."""
    action = Action(world.new_id("HDKP"), world.pick(words.OWNERS), day + world.between(20, 60))
    data: dict[str, Any] = {
        "source": "nc" if nc_id else "improvement",
        "type": "corrective" if nc_id else "improvement",
        "what": world.pick(words.ACTIONS),
        "owner": action.owner,
        "planned_on": iso(day),
        "due_on": iso(action.due_on),
    }
    if nc_id:
        data["nc_id"] = nc_id
    return Emission("action.planned", agency.agency_id, action.subject, data, world.between(0, 5)), action


def carry_out(world: World, agency: Agency, action: Action, day: int) -> Generator[Emission | int, int, int | None]:
    """Do the action; return the day on which it was verified, or None where it is left undone."""
    agency_id, subject = agency.agency_id, action.subject
    if world.chance(0.7):
        day = yield Emission("action.started", agency_id, subject, {"started_on": iso(day)}, world.between(5, 20))
    if world.chance(0.3):
        note = {"note": "Đã thực hiện một phần theo kế hoạch", "percent": world.between(20, 80)}
        day = yield Emission("action.progress_noted", agency_id, subject, note, world.between(3, 15))
    if not world.chance(agency.diligence):
        day = yield from _extended(world, agency, action, day)
        if not world.chance(agency.diligence):
            if world.chance(_NEVER_DONE):
                return None
            day = yield world.between(30, 120)
    done = {"done_on": iso(day), "result": "Đã hoàn thành", "evidence": world.evidence("Báo cáo kết quả")}
    day = yield Emission("action.done", agency_id, subject, done, world.between(2, 12))
    if world.chance(_REJECTED):
        refused = {"by": _VERIFIER, "reason": "Minh chứng chưa thể hiện kết quả thực hiện"}
        day = yield Emission("action.rejected", agency_id, subject, refused, world.between(3, 15))
        done = {"done_on": iso(day), "result": "Đã bổ sung", "evidence": world.evidence("Báo cáo bổ sung")}
        day = yield Emission("action.done", agency_id, subject, done, world.between(2, 12))
    verified = {"verifier": _VERIFIER, "verified_on": iso(day)}
    return (yield Emission("action.verified", agency_id, subject, verified, world.between(0, 4)))


def _extended(world: World, agency: Agency, action: Action, day: int) -> Generator[Emission | int, int, int]:
    while action.extensions < _MOST_EXTENSIONS and world.chance(0.6):
        before, action.due_on = action.due_on, max(action.due_on, day) + world.between(20, 40)
        action.extensions += 1
        data = {
            "from": iso(before),
            "to": iso(action.due_on),
            "reason": "Chờ nâng cấp hệ thống thông tin giải quyết thủ tục hành chính",
            "n": action.extensions,
        }
        day = yield Emission("action.due_changed", agency.agency_id, action.subject, data, world.between(15, 60))
    day = yield world.between(10, 90)
    return day


def improvement(world: World, agency: Agency) -> Life:
    """Improve something that no nonconformity called for."""
    day = yield 0
    emission, action = plan(world, agency, day, None)
    day = yield emission
    if world.chance(0.04):
        reason = {"reason": "Nội dung đã được đưa vào kế hoạch chung của tỉnh"}
        yield Emission("action.cancelled", agency.agency_id, action.subject, reason)
        return
    yield from carry_out(world, agency, action, day)
