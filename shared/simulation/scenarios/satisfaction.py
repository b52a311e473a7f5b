"""What citizens and businesses think: surveys, feedback, and months without any."""

from __future__ import annotations

from typing import Any

from shared.contracts.audit import feedback as feedback_contract
from shared.contracts.audit.survey import CHANNELS
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.scenarios.dossiers import month_before
from shared.simulation.world import Life, World


def results(world: World, agency: Agency, channel: str) -> dict[str, Any]:
    """Return counts that agree; the diligent have more satisfied people."""
    sent = world.between(60, 400)
    received = int(sent * (0.4 + 0.6 * world.rng.random()))
    valid = received - int(received * 0.05 * world.rng.random())
    bad = int(valid * (1.05 - agency.diligence) * 0.25 * world.rng.random())
    neutral = int((valid - bad) * 0.15 * world.rng.random())
    good = valid - bad - neutral
    scores = {
        "very_satisfied": good - good // 2,
        "satisfied": good // 2,
        "neutral": neutral,
        "dissatisfied": bad - bad // 4,
        "very_dissatisfied": bad // 4,
    }
    known = {} if channel == "box" else {"sent": sent}
    return {**known, "received": received, "valid": valid, "scores": scores}


def survey(world: World, agency: Agency) -> Life:
    """Ask, count, and close."""
    day = yield 0
    subject = world.new_id("KS")
    channel = world.pick(CHANNELS)
    quarter = (int(iso(day)[5:7]) + 2) // 3
    data: dict[str, Any] = {"period": f"{iso(day)[:4]}-Q{quarter}", "channel": channel, "opened_on": iso(day)}
    year = iso(day)[:4]
    day = yield Emission("survey.opened", agency.agency_id, subject, data, world.between(10, 60))
    counts = results(world, agency, channel)
    if iso(day)[:4] != year:
        # The year's figures may be closed by then.
        counts["late_reason"] = "Phiếu gửi qua bưu chính về sau ngày tổng hợp"
    day = yield Emission("survey.results_recorded", agency.agency_id, subject, counts, world.between(0, 10))
    yield Emission("survey.closed", agency.agency_id, subject, {"closed_on": iso(day)})


def feedback(world: World, agency: Agency) -> Life:
    """Receive feedback and handle it; praise needs no answer."""
    day = yield 0
    subject = world.new_id("PAKN")
    kind = world.pick(("complaint", "suggestion", "suggestion", "suggestion", "praise", "denunciation"))
    data: dict[str, Any] = {
        "kind": kind,
        "channel": world.pick(feedback_contract.CHANNELS),
        "received_on": iso(day),
        "due_on": iso(day + 20),
    }
    entry = world.entry_for(agency)
    if entry:
        data["tthc_code"] = entry[0]
    yield Emission("feedback.received", agency.agency_id, subject, data, world.between(0, 3))
    if kind == "praise":
        return
    data = {"assignee": world.pick(("phong-chuyen-mon", "bo-phan-mot-cua", "van-phong")), "due_on": iso(day + 20)}
    wait = world.between(3, 12) + int(30 * (1 - agency.diligence) * world.rng.random())
    day = yield Emission("feedback.assigned", agency.agency_id, subject, data, wait)
    data = {"answered_on": iso(day), "result": world.pick(feedback_contract.RESULTS)}
    day = yield Emission("feedback.answered", agency.agency_id, subject, data, world.between(1, 10))
    if world.chance(0.4):
        rating = "satisfied" if world.chance(agency.diligence) else "dissatisfied"
        data = {"rating": rating, "rated_on": iso(day)}
        yield Emission("feedback.rated", agency.agency_id, subject, data)


def none_in_period(world: World, agency: Agency) -> Life:
    """Say that no feedback came in the month before, once per agency and month."""
    day = yield 0
    year, month = month_before(day)
    period = f"{year:04d}-{month:02d}"
    if f"pa:{agency.agency_id}:{period}" in world.taken:
        return
    world.taken.add(f"pa:{agency.agency_id}:{period}")
    yield Emission("feedback.none_in_period", agency.agency_id, f"none-{period}", {"period": period})
