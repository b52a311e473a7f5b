"""Yearly inspection programmes: drafted, agencies selected, consulted, approved, carried out one by one, closed."""

from __future__ import annotations

from typing import Any

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import inspections
from shared.simulation.world import Life, World, decision

_MOST = 3
_DAYS = {"on_site": 6, "by_report": 2}


def life(world: World, agency: Agency) -> Life:
    """Go through a year's programme of the department that inspects the agency."""
    day = yield 0
    body = world.inspector_of(agency)
    year = int(iso(day)[:4])
    key = f"kkt:{body.agency_id if body else ''}:{year}"
    if body is None or key in world.taken:
        return
    world.taken.add(key)
    subject = f"programme-{year}"
    data: dict[str, Any] = {"year": year, "legal_basis": "Quyết định 19/2014/QĐ-TTg", "capacity_days": 60}
    yield Emission("inspection_programme.drafted", body.agency_id, subject, data, world.between(1, 6))
    entries = yield from _selected(world, body, agency, subject, year)
    yield from _approved(world, body, subject)
    yield from _carried_out(world, body, subject, entries)


def _candidates(world: World, body: Agency, agency: Agency) -> list[Agency]:
    found = [agency]
    for _ in range(20):
        other = world.pick(world.agencies)
        if other not in found and world.inspector_of(other) is body and len(found) < _MOST:
            found.append(other)
    return found


def _selected(world: World, body: Agency, agency: Agency, programme: str, year: int) -> Any:
    day = yield 0
    picked = _candidates(world, body, agency)
    modes = ["by_report" if index == _MOST - 1 else "on_site" for index in range(len(picked))]
    scores = [round(40 - 10 * index + world.rng.random() * 5, 2) for index in range(len(picked))]
    grounds = ["random" if index == _MOST - 1 else "highest_risk" for index in range(len(picked))]
    for one, score in zip(picked, scores, strict=True):
        yield _score(world, body, one, score, day)
    selection = world.new_id("LC")
    reasons = [
        {
            "agency_id": one.agency_id,
            "ground": ground,
            "details": [],
            "score": score,
            "mode": mode,
            "person_days": _DAYS[mode],
        }
        for one, ground, score, mode in zip(picked, grounds, scores, modes, strict=True)
    ]
    data = {
        "programme_id": programme,
        "year": year,
        "as_of": iso(day),
        "known_at": f"{iso(day)}T00:00:00+07:00",
        "seed": selection,
        "model_version": "risk-1",
        "inputs_hash": f"{world.rng.getrandbits(256):064x}",
        "candidates": 20,
        "parameters": {
            "capacity": _MOST,
            "random_share": 0.2,
            "onsite_share_min": 0.5,
            "most_per_territory": 10,
            "other_body_days": 60,
        },
        "picked": [one.agency_id for one in picked],
        "reasons": reasons,
        "random_picks": [one["agency_id"] for one in reasons if one["ground"] == "random"],
    }
    yield Emission("selection.run", body.agency_id, selection, data, 1)
    entries = [
        {"agency_id": one.agency_id, "mode": mode, "quarter": 1 + index, "person_days": _DAYS[mode]}
        for index, (one, mode) in enumerate(zip(picked, modes, strict=True))
    ]
    adopted = {"selection_id": selection, "entries": entries}
    yield Emission("inspection_programme.selection_adopted", body.agency_id, programme, adopted, world.between(1, 6))
    yield from _by_hand(world, body, agency, programme)
    return list(zip(picked, entries, strict=True))


def _score(world: World, body: Agency, one: Agency, score: float, day: int) -> Emission:
    parts = [
        {"part": "stale", "value": round(score / 100, 4), "weight": 100, "explained": "Ước tính từ báo cáo năm trước"}
    ]
    data = {"agency_id": one.agency_id, "as_of": iso(day), "score": score, "parts": parts, "model_version": "risk-0"}
    return Emission("risk_score.computed", body.agency_id, world.new_id("DRR"), data)


def _by_hand(world: World, body: Agency, agency: Agency, programme: str) -> Life:
    """Take one more in and out again, as happens after talks."""
    yield 0
    if not world.chance(0.3):
        return
    told = {"agency_id": agency.agency_id, "quarter": 4}
    added = {**told, "mode": "by_report", "person_days": 2, "reason": "Lãnh đạo chỉ đạo", "by": "giam-doc-so"}
    yield Emission("inspection_programme.entry_added", body.agency_id, programme, added, 2)
    removed = {**told, "reason": "Trùng kế hoạch của đoàn liên ngành", "by": "giam-doc-so"}
    yield Emission("inspection_programme.entry_removed", body.agency_id, programme, removed, 1)


def _approved(world: World, body: Agency, subject: str) -> Life:
    day = yield 0
    data: dict[str, Any] = {"consulted_on": iso(day), "consulted": ["Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính"]}
    day = yield Emission("inspection_programme.consulted", body.agency_id, subject, data, world.between(3, 12))
    check = {"checked_on": iso(day), "overlaps_found": 0}
    data = {"decision_no": decision(world, day, "QĐ-UBND"), "approved_on": iso(day), "conflict_check": check}
    day = yield Emission("inspection_programme.approved", body.agency_id, subject, data, world.between(2, 20))
    yield Emission("inspection_programme.started", body.agency_id, subject, {"started_on": iso(day)}, 1)
    if world.chance(0.2):
        data = {"reason": "Bổ sung nhân lực", "capacity_days": 80}
        yield Emission("inspection_programme.amended", body.agency_id, subject, data, 1)


def _carried_out(world: World, body: Agency, subject: str, entries: Any) -> Life:
    outcomes: list[dict[str, Any]] = []
    for agency, entry in entries:
        day = yield 0
        told = {"agency_id": agency.agency_id, "quarter": entry["quarter"]}
        if not inspections.takes(world, agency, day):
            outcomes.append({**told, "not_held_reason": "Cơ quan đã được kiểm tra trong năm"})
            continue
        inspection = world.new_id("KT")
        more = {"mode": entry["mode"], "programme_id": subject}
        yield from inspections.conducted(world, body, agency, inspection, more)
        outcomes.append({**told, "inspection_id": inspection})
    day = yield world.between(2, 20)
    data = {"closed_on": iso(day), "outcomes": outcomes}
    yield Emission("inspection_programme.closed", body.agency_id, subject, data)
