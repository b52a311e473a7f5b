"""What keeps a system going: focal points, classes, money, praise, shared practice, risks, and confirmations of steps."""

from __future__ import annotations

from typing import Any

from shared.contracts.audit.budget import PURPOSES
from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso, moment
from shared.simulation.world import Life, World, decision


def focal_point(world: World, agency: Agency) -> Life:
    """Appoint somebody to a post; posts fall vacant and are filled again, sooner or later."""
    day = yield 0
    subject = world.new_id("DM")
    while True:
        data: dict[str, Any] = {
            "role": world.pick(("secretary", "officer", "officer", "division_coordinator")),
            "part_time": world.chance(0.85),
            "trained": world.chance(agency.diligence),
            "appointed_on": iso(day),
            "decision_no": decision(world, day),
        }
        wait = world.between(120, 700)
        day = yield Emission("focal_point.appointed", agency.agency_id, subject, data, wait)
        reason = world.pick(("rotation", "rotation", "reorganisation", "retirement"))
        data = {"left_on": iso(day), "reason": reason, "handed_over": world.chance(agency.diligence)}
        day = yield Emission("focal_point.left", agency.agency_id, subject, data, world.between(3, 90))
        if not world.chance(agency.diligence):
            return


def training(world: World, agency: Agency) -> Life:
    """Hold a class for the own people and some of other agencies."""
    day = yield 0
    topic, audience = world.pick(words.CLASSES)
    guests = {world.pick(world.agencies).agency_id for _ in range(world.between(0, 4))} - {agency.agency_id}
    people = {guest: world.between(1, 4) for guest in sorted(guests)} | {agency.agency_id: world.between(5, 30)}
    data = {
        "topic": topic,
        "standard_version": "TCVN ISO 9001:2015",
        "held_on": iso(day),
        "hours": world.pick((4, 8, 16)),
        "organiser": agency.agency_id,
        "audience": audience,
        "attendees": [{"agency_id": guest, "people": count, "focal_points": 1} for guest, count in people.items()],
    }
    yield Emission("training.held", agency.agency_id, world.new_id("TH"), data)


def budget(world: World, agency: Agency) -> Life:
    """Ask for money, get some of it, spend it; once per agency, year and purpose."""
    day = yield 0
    year, purpose = int(iso(day)[:4]), world.pick(PURPOSES)
    subject = f"{year}:{purpose}"
    if f"ht:{agency.agency_id}:{subject}" in world.taken:
        return
    world.taken.add(f"ht:{agency.agency_id}:{subject}")
    amount = world.between(10, 120) * 1_000_000
    data: dict[str, Any] = {"year": year, "purpose": purpose, "amount": amount, "requested_on": iso(day)}
    day = yield Emission("budget.requested", agency.agency_id, subject, data, world.between(20, 90))
    if world.chance(0.2):
        return
    amount = amount * world.between(4, 10) // 10
    data = {"year": year, "purpose": purpose, "amount": amount, "decision_no": decision(world, day, "QĐ-KP")}
    told = data | _late(year, day)
    day = yield Emission("budget.allocated", agency.agency_id, subject, told, world.between(20, 120))
    data = {"year": year, "purpose": purpose, "amount": amount * world.between(7, 10) // 10, **_late(year, day)}
    yield Emission("budget.spent", agency.agency_id, subject, data)


def _late(year: int, day: int) -> dict[str, str]:
    """Return the reason that a line needs after its year, whose accounts may be closed by then."""
    return {} if iso(day)[:4] == str(year) else {"late_reason": "Quyết toán sau thời gian chỉnh lý"}


def commendation(world: World, agency: Agency) -> Life:
    """Be commended."""
    day = yield 0
    data = {
        "by": "Bộ Khoa học và Công nghệ" if agency.level == "central" else "Ủy ban nhân dân cấp tỉnh",
        "decision_no": decision(world, day, "QĐ-KT"),
        "awarded_on": iso(day),
        "ground": "Thành tích trong duy trì, cải tiến hệ thống quản lý chất lượng theo TCVN ISO 9001:2015",
        "form": "certificate_of_merit",
    }
    yield Emission("commendation.awarded", agency.agency_id, world.new_id("KT"), data)


def good_practice(world: World, agency: Agency) -> Life:
    """Share what went well."""
    day = yield 0
    data = {"title": world.pick(words.PRACTICES), "shared_on": iso(day)}
    yield Emission("good_practice.shared", agency.agency_id, world.new_id("KN"), data)


def risk(world: World, agency: Agency) -> Life:
    """Identify a risk, treat it, and close it when it is gone."""
    day = yield 0
    subject = world.new_id("RR")
    data: dict[str, Any] = {
        "kind": "risk",
        "statement": world.pick(words.RISKS),
        "likelihood": world.between(2, 5),
        "impact": world.between(2, 5),
        "owner": world.pick(words.OWNERS),
        "identified_on": iso(day),
    }
    day = yield Emission("risk.identified", agency.agency_id, subject, data, world.between(5, 60))
    data = {
        "treatment": world.pick(("reduce", "reduce", "avoid", "accept")),
        "what": world.pick(words.ACTIONS),
        "residual_likelihood": world.between(1, 3),
        "residual_impact": world.between(1, 3),
        "treated_on": iso(day),
    }
    yield Emission("risk.treated", agency.agency_id, subject, data, world.between(60, 200))
    if world.chance(agency.diligence):
        data = {"reason": "Không phát sinh trong hai quý liên tiếp", "effective": True}
        yield Emission("risk.closed", agency.agency_id, subject, data)


def dossier_steps(world: World, agency: Agency) -> Life:
    """Follow one dossier through its steps, as an electronic system confirms them."""
    day = yield 0
    digest = f"{world.rng.getrandbits(256):064x}"
    procedure_id = world.new_id("QT")
    for number in range(1, world.between(2, 4) + 1):
        step: dict[str, Any] = {"procedure_id": procedure_id, "step_no": number, "dossier_hash": digest}
        subject = f"{digest}:{number}"
        data = {**step, "at": moment(day, 0), "role": "cong-chuc-mot-cua"}
        day = yield Emission("dossier_step.received", agency.agency_id, subject, data, world.between(1, 4))
        data = {**step, "at": moment(day, 0)}
        day = yield Emission("dossier_step.completed", agency.agency_id, subject, data)
