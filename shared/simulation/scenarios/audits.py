"""Internal audits: planned, announced, held with findings, reported, completed once the nonconformities are raised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import nonconformities
from shared.simulation.world import Life, World

#: Classes of findings as they typically come.
_CLASSES = ("minor_nc", "minor_nc", "observation", "observation", "opportunity", "good_practice", "conformity")


def life(world: World, agency: Agency) -> Life:
    """Plan an audit and hold it, sooner or later; a few are cancelled."""
    day = yield 0
    yield from conducted(world, agency, world.new_id("DGNB"), day)


def conducted(world: World, agency: Agency, subject: str, day: int, programme_id: str = "") -> Life:
    """Plan an audit, of a programme or by itself, and see it through to its completion or cancellation."""
    starts = day + world.between(8, 45)
    day = yield _planned(world, agency, subject, starts, programme_id)
    if world.chance(0.05):
        reason = {"reason": "Cơ quan đang sắp xếp tổ chức bộ máy"}
        yield Emission("audit.cancelled", agency.agency_id, subject, reason)
        return
    if not world.chance(agency.diligence):
        day = yield from _put_off(world, agency, subject, day)
    notice = {"notified_on": iso(day)}
    day = yield Emission("audit.notified", agency.agency_id, subject, notice, max(1, starts - day))
    yield from _held(world, agency, subject, day)


def _planned(world: World, agency: Agency, subject: str, starts: int, programme_id: str) -> Emission:
    data: dict[str, Any] = {
        "kind": "internal",
        "scope": {"clauses": ["7.5", "8.5", "9.1"]},
        "criteria": ["TCVN ISO 9001:2015", "Quyết định 19/2014/QĐ-TTg"],
        "planned_from": iso(starts),
        "planned_to": iso(starts + 1),
        "team": [
            {"role": "lead", "person_ref": "dgv-01", "own_areas": ["van-phong"]},
            {"role": "auditor", "person_ref": "dgv-02"},
        ],
        "person_days": 4,
    }
    if programme_id:
        data["programme_id"] = programme_id
    return Emission("audit.planned", agency.agency_id, subject, data, world.between(2, 7))


def _put_off(world: World, agency: Agency, subject: str, day: int) -> Generator[Emission | int, int, int]:
    if world.chance(0.5):
        return (yield world.between(20, 80))
    if world.chance(0.3):
        reason = {"reason": "Chờ kiện toàn Ban chỉ đạo ISO"}
        day = yield Emission("audit.postponed", agency.agency_id, subject, reason, world.between(5, 30))
    starts = day + world.between(20, 60)
    data = {"planned_from": iso(starts), "planned_to": iso(starts + 1), "reason": "Trùng đợt kiểm tra của tỉnh"}
    return (yield Emission("audit.rescheduled", agency.agency_id, subject, data, max(1, starts - day - 3)))


def _held(world: World, agency: Agency, subject: str, day: int) -> Life:
    agency_id = agency.agency_id
    started_on = day
    day = yield Emission("audit.started", agency_id, subject, {"started_on": iso(day)})
    if world.chance(0.4):
        answer = {"item": "7.5.3-a", "result": world.pick(("yes", "yes", "partial"))}
        yield Emission("audit.checklist_answered", agency_id, subject, answer)
    found: dict[str, str] = {}
    for number in range(1, world.between(1, 3) + 1):
        grade = "major_nc" if world.chance(0.05 * (1.5 - agency.diligence)) else world.pick(_CLASSES)
        found[f"PH-{number:02d}"] = grade
        day = yield _finding(world, agency, subject, f"PH-{number:02d}", grade)
    day = yield world.between(1, 6)
    counts = {"counts": dict(Counter(found.values())), "reported_on": iso(day)}
    day = yield Emission("audit.reported", agency_id, subject, counts, world.between(0, 4))
    yield from _completed(world, agency, subject, found, started_on)


def _finding(world: World, agency: Agency, subject: str, finding_id: str, grade: str) -> Emission:
    clause, statement = world.pick(words.FINDINGS)
    data: dict[str, Any] = {"finding_id": finding_id, "class": grade, "statement": statement}
    if grade in ("conformity", "good_practice"):
        data["statement"] = world.pick(words.GOOD_POINTS)
    else:
        data |= {"clause": clause, "standard_version": "TCVN ISO 9001:2015", "evidence": world.evidence("Phiếu ghi")}
    return Emission("audit.finding_recorded", agency.agency_id, subject, data)


def _completed(world: World, agency: Agency, subject: str, found: dict[str, str], started_on: int) -> Life:
    raised = []
    day = started_on
    for finding_id, grade in found.items():
        if grade not in ("major_nc", "minor_nc"):
            continue
        day = yield 0
        origin = {"source": "internal_audit", "source_id": subject, "finding_id": finding_id}
        emission = nonconformities.raised(world, agency, day, grade, origin)
        raised.append({"finding_id": finding_id, "nonconformity_id": emission.subject})
        day = yield emission
        world.spawn(world.between(0, 6), nonconformities.followed_up(world, agency, emission.subject, grade))
    day = yield 0
    data = {"completed_on": iso(day), "nonconformities": raised}
    yield Emission("audit.completed", agency.agency_id, subject, data)


def combined(world: World, agency: Agency) -> Life:
    """Plan two audits of near dates, hold them as one."""
    day = yield 0
    kept, merged = world.new_id("DGNB"), world.new_id("DGNB")
    starts = day + world.between(15, 40)
    yield _planned(world, agency, kept, starts, "")
    day = yield _planned(world, agency, merged, starts + world.between(2, 20), "")
    data = {"into": kept, "saved_person_days": world.between(1, 3), "saved_cost": world.between(1, 8) * 1_000_000}
    day = yield Emission("audit.combined", agency.agency_id, merged, data, max(1, starts - day))
    yield from _held(world, agency, kept, day)
