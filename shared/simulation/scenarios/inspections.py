"""Inspections by the department of science and technology: planned, decided, announced, carried out, concluded.

What the agency said of itself is verified: mostly confirmed. Weak points lead to recommendations, whose course is in
`recommendations`. An agency is inspected once a year at most, so that no quiet period is broken.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios import recommendations
from shared.simulation.world import Life, World, decision

_ITEMS = ("1", "2", "3", "4", "5", "6", "7")
#: Days from the decision to the first day on site: more than the five working days of notice, over Tết too.
_NOTICE = 21
_HEAD, _MEMBER = "truong-doan-kiem-tra", "kiem-tra-vien-01"
_TEAM = [{"role": "head", "person_ref": _HEAD}, {"role": "member", "person_ref": _MEMBER, "items": ["4", "5", "6"]}]
_FIRST_MONTH, _LAST_MONTH = 2, 9
#: Diligence from which on an agency is rated good.
_GOOD = 0.85


def takes(world: World, agency: Agency, day: int) -> bool:
    """Return whether an agency can be inspected this year, and take the year if so."""
    year, month = iso(day)[:4], int(iso(day)[5:7])
    key = f"kt:{agency.agency_id}:{year}"
    if key in world.taken or not _FIRST_MONTH <= month <= _LAST_MONTH:
        return False
    world.taken.add(key)
    return True


def unplanned(world: World, agency: Agency) -> Life:
    """Inspect an agency outside any programme."""
    day = yield 0
    body = world.inspector_of(agency)
    if body is None or not takes(world, agency, day):
        return
    subject = world.new_id("KT")
    if world.chance(0.25):
        yield from given_up(world, body, agency, subject)
    else:
        mode = "by_report" if world.chance(0.25) else "on_site"
        yield from conducted(world, body, agency, subject, {"kind": "unplanned", "mode": mode})


def _fact(name: str, body: Agency, subject: str, agency: Agency, data: dict[str, Any], wait: int = 0) -> Emission:
    return Emission(f"inspection.{name}", body.agency_id, subject, {"agency_id": agency.agency_id, **data}, wait)


def _planned(day: int, mode: str, more: dict[str, Any]) -> dict[str, Any]:
    window = {"from": iso(day + _NOTICE + 3), "to": iso(day + _NOTICE + 5)}
    return {"mode": mode, "kind": "planned", "window": window, "person_days": 6, **more}


def given_up(world: World, body: Agency, agency: Agency, subject: str) -> Life:
    """Plan an inspection that is put off, set for other days, and cancelled in the end."""
    day = yield 0
    day = yield _fact("planned", body, subject, agency, _planned(day, "on_site", {"kind": "unplanned"}), 2)
    day = yield _fact("postponed", body, subject, agency, {"reason": "Cơ quan đang khắc phục hậu quả thiên tai"}, 3)
    window = {"from": iso(day + _NOTICE), "to": iso(day + _NOTICE)}
    reason = "Cơ quan đề nghị lùi thời gian"
    yield _fact("rescheduled", body, subject, agency, {"window": window, "reason": reason}, world.between(2, 9))
    yield _fact("cancelled", body, subject, agency, {"reason": "Ghép vào đoàn kiểm tra cải cách hành chính"})


def conducted(
    world: World, body: Agency, agency: Agency, subject: str, more: dict[str, Any]
) -> Generator[Emission | int, int, bool]:
    """Carry an inspection out, from its plan to its conclusion."""
    day = yield 0
    by_report = more.get("mode", "on_site") == "by_report"
    yield _fact("planned", body, subject, agency, _planned(day, "on_site", more), 1)
    day = yield _fact("team_appointed", body, subject, agency, {"team": _TEAM}, 1)
    if by_report:
        yield from _documents(world, body, agency, subject)
        if world.chance(0.3):
            window = {"from": iso(day + _NOTICE + 3), "to": iso(day + _NOTICE + 5)}
            reason = "Hồ sơ đánh giá nội bộ không đủ căn cứ xác nhận"
            yield _fact("escalated_to_onsite", body, subject, agency, {"reason": reason, "window": window}, 1)
            by_report = False
    if not by_report:
        yield from _announced(world, body, agency, subject)
        yield from _documents(world, body, agency, subject)
    yield from _on_the_spot(world, body, agency, subject)
    yield from _concluded(world, body, agency, subject, signed=not by_report)
    return True


def _announced(world: World, body: Agency, agency: Agency, subject: str) -> Life:
    day = yield 0
    data = {"decision_no": decision(world, day, "QĐ-SKHCN"), "decided_on": iso(day), "signer": "giam-doc-so"}
    day = yield _fact("decided", body, subject, agency, data, 1)
    yield _fact("announced", body, subject, agency, {"announced_on": iso(day)}, _NOTICE - 8)


def _documents(world: World, body: Agency, agency: Agency, subject: str) -> Life:
    day = yield 0
    listed = ["Báo cáo tình hình áp dụng HTQLCL", "Quyết định công bố", "Hồ sơ đánh giá nội bộ"]
    data = {"documents": listed, "received_on": iso(day), "on_time": world.chance(0.8)}
    yield _fact("documents_received", body, subject, agency, data, world.between(3, 8))


def _on_the_spot(world: World, body: Agency, agency: Agency, subject: str) -> Life:
    day = yield 0
    claim, claim_id = _claim(world, agency, day)
    yield claim
    day = yield _fact("started", body, subject, agency, {"started_on": iso(day)})
    for item in _ITEMS:
        inspector = _MEMBER if item in ("4", "5", "6") else _HEAD
        result = "yes" if world.chance(agency.diligence) else world.pick(("partial", "no"))
        yield _fact(
            "checklist_answered", body, subject, agency, {"item": item, "result": result, "inspector": inspector}
        )
    if not world.chance(agency.diligence):
        clause, statement = world.pick(words.FINDINGS)
        finding = {
            "finding_id": "PH-01",
            "class": world.pick(("minor_nc", "observation")),
            "clause": clause,
            "standard_version": "TCVN ISO 9001:2015",
            "statement": statement,
            "evidence": world.evidence("bien-ban-kiem-tra"),
        }
        yield _fact("finding_recorded", body, subject, agency, finding)
    verdict = "confirmed" if world.chance(0.85) else world.pick(("contradicted", "unverifiable"))
    named = {"source": f"/agencies/{agency.agency_id}", "id": claim_id}
    data = {"event_id": named, "verdict": verdict, "event_type": "qms.training.held", "verified_on": iso(day)}
    yield _fact("claim_verified", body, subject, agency, data, 1)


def _claim(world: World, agency: Agency, day: int) -> tuple[Emission, str]:
    """Return something that the agency reports just before the visit, and the id it can be verified by."""
    event_id = world.new_id("TU-BAO-CAO")
    topic, audience = world.pick(words.CLASSES)
    data = {"topic": topic, "held_on": iso(day), "hours": 8, "organiser": agency.agency_id, "audience": audience}
    data["attendees"] = [{"agency_id": agency.agency_id, "people": world.between(5, 40)}]
    return Emission("training.held", agency.agency_id, world.new_id("TH"), data, 1, event_id=event_id), event_id


def _concluded(world: World, body: Agency, agency: Agency, subject: str, *, signed: bool) -> Life:
    day = yield 0
    if signed:
        record = {"signed_on": iso(day), "signed_by_team": _HEAD, "signed_by_agency": "thu-truong-co-quan"}
        yield _fact("record_signed", body, subject, agency, record, world.between(3, 14))
    day = yield 0
    named = [world.new_id("KN") for _ in range(world.between(0, 2))]
    data: dict[str, Any] = {
        "conclusion_no": decision(world, day, "TB-SKHCN"),
        "concluded_on": iso(day),
        "recommendations": named,
    }
    data["rating"] = "good" if agency.diligence > _GOOD else world.pick(("satisfactory", "satisfactory", "weak"))
    yield _fact("concluded", body, subject, agency, data, 1)
    if world.chance(0.1):
        about = {"record_of": body.agency_id, "about": "Đề nghị xem xét lại mục 4 của bảng kiểm"}
        yield Emission("inspection.objection_filed", agency.agency_id, subject, about, world.between(2, 9))
        outcome = {"outcome": world.pick(("partly", "rejected")), "reason": "Đã đối chiếu hồ sơ tại cơ quan"}
        yield _fact("objection_resolved", body, subject, agency, outcome, 1)
    world.spawn(0, recommendations.followed_up(world, body, agency, subject, named))


def brought_along(world: World, agency: Agency) -> Life:
    """Bring along what the department had on record before it joined: a programme, an inspection, a recommendation."""
    day = yield 0
    body = world.inspector_of(agency)
    if body is None:
        return
    subject, since = world.new_id("KT"), iso(day - 200)
    window = {"from": iso(day - 230), "to": iso(day - 228)}
    data: dict[str, Any] = {"mode": "on_site", "kind": "planned", "window": window, "concluded_on": since}
    data |= {"agency_id": agency.agency_id, "state": "follow_up", "state_since": since}
    yield Emission("inspection.baselined", body.agency_id, subject, data, 1, imported=True)
    data = {
        "agency_id": agency.agency_id,
        "state": "in_progress",
        "state_since": since,
        "inspection_id": subject,
        "text": "Khắc phục các điểm không phù hợp nêu tại biên bản kiểm tra",
        "priority": "normal",
        "kind": "fix",
        "issued_on": since,
        "due_on": iso(day + world.between(-20, 90)),
    }
    yield Emission("recommendation.baselined", body.agency_id, world.new_id("KN"), data, 1, imported=True)
    year = int(iso(day)[:4]) - 1
    if f"kkt:{body.agency_id}:{year}" not in world.taken:
        world.taken.add(f"kkt:{body.agency_id}:{year}")
        data = {"year": year, "capacity_days": 60, "state": "running", "state_since": since, "approved_on": since}
        name = f"programme-{year}"
        yield Emission("inspection_programme.baselined", body.agency_id, name, data, imported=True)
