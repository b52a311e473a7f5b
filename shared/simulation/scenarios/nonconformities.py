"""Nonconformities from being raised to being closed, with their actions; a few are disputed, a few come back."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import actions
from shared.simulation.world import Life, World

_CHECKER = "truong-ban-chi-dao-iso"
#: Shares of those raised by mistake, and of those closed too early.
_WITHDRAWN, _REOPENED = 0.02, 0.04


def raised(world: World, agency: Agency, day: int, grade: str, origin: dict[str, Any]) -> Emission:
    """Return the raising of a nonconformity; `origin` has its source, and the finding where it has one."""
    clause, statement = world.pick(words.FINDINGS)
    data: dict[str, Any] = {
        "class": grade,
        "clause": clause,
        "standard_version": "TCVN ISO 9001:2015",
        "statement": statement,
        "raised_on": iso(day),
        **origin,
    }
    return Emission("nonconformity.raised", agency.agency_id, world.new_id("KPH"), data, world.between(1, 8))


def self_found(world: World, agency: Agency) -> Life:
    """Raise what the agency found itself, and follow it up."""
    day = yield 0
    grade = world.pick(("minor_nc", "minor_nc", "observation"))
    emission = raised(world, agency, day, grade, {"source": "process"})
    yield emission
    yield from followed_up(world, agency, emission.subject, grade, primed=True)


def followed_up(world: World, agency: Agency, subject: str, grade: str, *, primed: bool = False) -> Life:
    """Follow up a nonconformity that is on record."""
    day = yield (0 if not primed else world.between(0, 3))
    if grade == "observation":
        data = {"reason": "Đã nhắc nhở, theo dõi tại kỳ đánh giá sau", "closed_on": iso(day)}
        yield Emission("nonconformity.closed", agency.agency_id, subject, data)
        return
    if not (yield from _accepted(world, agency, subject)):
        return
    for last in (False, True):
        effective = yield from _acted_upon(world, agency, subject, last=last)
        if effective is None:
            return
        if effective:
            break
    yield Emission("nonconformity.closed", agency.agency_id, subject, {"by": _CHECKER}, world.between(20, 90))
    if world.chance(_REOPENED):
        data = {"cause": "Sai sót tương tự xuất hiện trở lại tại cùng bộ phận"}
        yield Emission("nonconformity.reopened", agency.agency_id, subject, data, world.between(1, 5))
        if (yield from _acted_upon(world, agency, subject, last=True)):
            yield Emission("nonconformity.closed", agency.agency_id, subject, {"by": _CHECKER})


def recurring(world: World, agency: Agency) -> Life:
    """Find the same flaw again some months later: the second one is linked to the first and graded up."""
    day = yield 0
    first = raised(world, agency, day, "minor_nc", {"source": "process"})
    yield first
    yield from followed_up(world, agency, first.subject, "minor_nc", primed=True)
    day = yield world.between(30, 120)
    again = raised(world, agency, day, "minor_nc", {"source": "process"})
    yield again._replace(data={**again.data, "clause": first.data["clause"]})
    link = {"earlier_nc_id": first.subject, "similarity": "same_clause"}
    yield Emission("nonconformity.recurrence_linked", agency.agency_id, again.subject, link)
    grade = {"from": "minor_nc", "to": "major_nc", "reason": "Lặp lại trong vòng 24 tháng"}
    yield Emission("nonconformity.regraded", agency.agency_id, again.subject, grade, world.between(1, 6))
    yield from followed_up(world, agency, again.subject, "major_nc", primed=True)


def _accepted(world: World, agency: Agency, subject: str) -> Generator[Emission | int, int, bool]:
    agency_id = agency.agency_id
    if world.chance(_WITHDRAWN):
        data = {"reason": "Lập trùng với phiếu đã có của cùng bộ phận"}
        yield Emission("nonconformity.withdrawn", agency_id, subject, data)
        return False
    if world.chance(0.06):
        data = {"reason": "Hồ sơ được lưu trên hệ thống điện tử, không lưu bản giấy"}
        yield Emission("nonconformity.disputed", agency_id, subject, data, world.between(2, 10))
        outcome = "upheld" if world.chance(0.7) else "withdrawn"
        data = {"outcome": outcome, "reason": "Đã đối chiếu hồ sơ điện tử"}
        yield Emission("nonconformity.dispute_resolved", agency_id, subject, data, world.between(1, 5))
        return outcome == "upheld"
    yield Emission("nonconformity.accepted", agency_id, subject, {"by": "chanh-van-phong"}, world.between(0, 5))
    return True


def _acted_upon(
    world: World, agency: Agency, subject: str, *, last: bool
) -> Generator[Emission | int, int, bool | None]:
    """Analyse and act; return whether it was effective, None where the agency leaves it."""
    agency_id = agency.agency_id
    if not world.chance(agency.diligence + 0.1):
        return None
    day = yield world.between(0, 3)
    if world.chance(0.5):
        data: dict[str, Any] = {"what": "Đã bổ sung hồ sơ còn thiếu", "done_on": iso(day)}
        day = yield Emission("nonconformity.correction_recorded", agency_id, subject, data, world.between(0, 5))
    data = {"method": "five_why", "root_causes": [world.pick(words.CAUSES)]}
    day = yield Emission("nonconformity.cause_identified", agency_id, subject, data, world.between(1, 8))
    emission, action = actions.plan(world, agency, day, subject)
    yield emission
    data = {"action_ids": [action.subject]}
    day = yield Emission("nonconformity.action_planned", agency_id, subject, data, world.between(1, 5))
    verified_on = yield from actions.carry_out(world, agency, action, day)
    if verified_on is None:
        return None
    return (yield from _verified(world, agency, subject, action.subject, verified_on, last=last))


def _verified(
    world: World, agency: Agency, subject: str, action_id: str, day: int, *, last: bool
) -> Generator[Emission | int, int, bool]:
    completed = {"action_ids": [action_id], "completed_on": iso(day)}
    wait = world.between(30, 75)
    day = yield Emission("nonconformity.completed", agency.agency_id, subject, completed, wait)
    effective = last or world.chance(0.88)
    data = {
        "effective": effective,
        "verifier": _CHECKER,
        "checked_on": iso(day),
        "action_ids": [action_id],
        "evidence": world.evidence("Biên bản kiểm tra hiệu lực"),
    }
    wait = world.between(0, 6)
    yield Emission("nonconformity.effectiveness_verified", agency.agency_id, subject, data, wait)
    return effective
