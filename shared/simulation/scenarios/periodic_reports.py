"""Yearly reports to the department: opened, handed in, some late or returned, accepted, rolled up; and targets."""

from __future__ import annotations

from typing import Any

from shared import clock
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World, decision

_TEMPLATE = "qd19-year.1"
#: Days to hand the report in.
_TIME = 30


def _opened(year: int, day: int, receiver: str | None) -> dict[str, Any]:
    data: dict[str, Any] = {"template_version": _TEMPLATE, "period": str(year), "due_on": iso(day + _TIME)}
    return data if receiver is None else {**data, "receiver": receiver}


def life(world: World, agency: Agency) -> Life:
    """Go through an agency's report on the year before."""
    day = yield 0
    body = world.inspector_of(agency)
    year = int(iso(day)[:4]) - 1
    subject = f"{_TEMPLATE}:{year}"
    if body is None or f"bc:{agency.agency_id}:{year}" in world.taken:
        return
    world.taken.add(f"bc:{agency.agency_id}:{year}")
    yield from _opened_for_body(world, body, year)
    day = yield 0
    data = {**_opened(year, day, body.agency_id), "agency_id": agency.agency_id}
    yield Emission("periodic_report.opened", body.agency_id, subject, data, world.between(5, _TIME + 8))
    if not world.chance(agency.diligence):
        return
    due_on = clock.day_of(data["due_on"])
    yield from _handed_in(world, agency, subject, due_on)
    if world.chance(0.15):
        about = {"agency_id": agency.agency_id, "reason": "Số liệu chưa khớp báo cáo tháng"}
        yield Emission("periodic_report.returned", body.agency_id, subject, about, world.between(2, 8))
        yield from _handed_in(world, agency, subject, due_on)
    day = yield 0
    accepted = {"agency_id": agency.agency_id, "accepted_on": iso(day)}
    yield Emission("periodic_report.accepted", body.agency_id, subject, accepted, world.between(1, 20))
    into = {"source": f"/agencies/{body.agency_id}", "id": subject}
    yield Emission("periodic_report.rolled_up", body.agency_id, subject, {"agency_id": agency.agency_id, "into": into})


def _opened_for_body(world: World, body: Agency, year: int) -> Life:
    key = f"bc:{body.agency_id}:{year}"
    if key in world.taken:
        return
    world.taken.add(key)
    day = yield 0
    yield Emission("periodic_report.opened", body.agency_id, f"{_TEMPLATE}:{year}", _opened(year, day, None))


def _handed_in(world: World, agency: Agency, subject: str, due_on: int) -> Life:
    day = yield 0
    counts = (
        "procedures.in_force",
        "audits.completed",
        "nonconformities.open",
        "trainings.held",
        "complaints.received",
    )
    data: dict[str, Any] = {
        "values": [{"field": name, "value": world.between(0, 40)} for name in counts],
        "submitted_on": iso(day),
        "report_no": decision(world, day, "BC-UBND"),
    }
    if day > due_on:
        data["late_reason"] = "Cơ quan thay đổi cán bộ đầu mối"
    yield Emission("periodic_report.submitted", agency.agency_id, subject, data, world.between(2, 15))


def brought_along(world: World, agency: Agency) -> Life:
    """Bring last year's but one report along from before."""
    day = yield 0
    year = int(iso(day)[:4]) - 2
    if f"bc:{agency.agency_id}:{year}" in world.taken:
        return
    world.taken.add(f"bc:{agency.agency_id}:{year}")
    since = iso(day)
    data = {
        **_opened(year, day - 300, None),
        "state": "accepted",
        "state_since": since,
        "submitted_on": iso(day - 280),
    }
    yield Emission("periodic_report.baselined", agency.agency_id, f"{_TEMPLATE}:{year}", data, imported=True)
