"""Mistakes that agencies mend: a fact of the wrong record is retracted, a wrong figure is corrected (`corrects`).

Both leave the log as it is and say what no longer counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from shared.simulation import words
from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso, moment
from shared.simulation.scenarios import brought_along, inspection_programmes, inspections, periodic_reports, targets
from shared.simulation.world import Life, Scenario, World

#: Event name without the prefix, subject and data of a record that is opened by mistake.
Opening: TypeAlias = tuple[str, str, dict[str, Any]]


def _training(world: World, agency: Agency, day: int) -> Opening:
    topic, audience = world.pick(words.CLASSES)
    data = {"topic": topic, "held_on": iso(day), "hours": 8, "organiser": agency.agency_id, "audience": audience}
    return (
        "training.held",
        world.new_id("TH"),
        {**data, "attendees": [{"agency_id": agency.agency_id, "people": world.between(5, 40)}]},
    )


def _commendation(world: World, _agency: Agency, day: int) -> Opening:
    data = {"by": "Ủy ban nhân dân cấp tỉnh", "decision_no": f"{world.number()}/QĐ-KT", "awarded_on": iso(day)}
    return "commendation.awarded", world.new_id("KT"), {**data, "ground": "Thành tích trong cải cách hành chính"}


def _good_practice(world: World, _agency: Agency, day: int) -> Opening:
    return "good_practice.shared", world.new_id("KN"), {"title": world.pick(words.PRACTICES), "shared_on": iso(day)}


def _law_change(world: World, _agency: Agency, day: int) -> Opening:
    data = {"legal_text_id": "61/2018/NĐ-CP|Chính phủ|2018-04-23", "problem": "Thời hạn chưa thống nhất"}
    return "law_change.proposed", world.new_id("KNVB"), {**data, "proposal": "Thống nhất", "proposed_on": iso(day)}


def _dossier_step(world: World, _agency: Agency, day: int) -> Opening:
    digest = f"{world.rng.getrandbits(256):064x}"
    data = {"procedure_id": world.new_id("QT"), "step_no": 1, "dossier_hash": digest, "at": moment(day, 0)}
    return "dossier_step.received", f"{digest}:1", data


def _procedure(world: World, _agency: Agency, _day: int) -> Opening:
    subject = world.new_id("QT")
    data = {"code": subject[:60], "title": world.pick(words.INTERNAL_PROCEDURES), "kind": "internal"}
    return "procedure.drafted", subject, data


def _brought_along(kind: str) -> Callable[[World, Agency, int], Opening]:
    def opening(world: World, agency: Agency, day: int) -> Opening:
        emission = brought_along.record(world, agency, day, kind)
        return emission.kind, emission.subject, emission.data

    return opening


#: What may be opened by mistake, by the aggregate that is opened.
OPENINGS: dict[str, Callable[[World, Agency, int], Opening]] = {
    "training": _training,
    "commendation": _commendation,
    "good_practice": _good_practice,
    "law_change": _law_change,
    "dossier_step": _dossier_step,
    "procedure": _procedure,
    **{kind: _brought_along(kind) for kind in brought_along.RECORDS},
}


def retracted(world: World, agency: Agency) -> Life:
    """Open a record that is another unit's, and take it back."""
    day = yield 0
    aggregate = world.pick(tuple(OPENINGS))
    kind, subject, data = OPENINGS[aggregate](world, agency, day)
    if aggregate in brought_along.ONE_A_YEAR:
        # Its key tells the year: the agency's own may be there.
        mark = f"ht:{agency.agency_id}:{subject}"
        if mark in world.taken:
            return
        world.taken.add(mark)
    event_id = world.new_id("nham")
    imported = kind.endswith(".baselined")
    yield Emission(kind, agency.agency_id, subject, data, world.between(1, 12), imported, event_id)
    reason = {"reason": "Nhập nhầm hồ sơ của đơn vị khác"}
    yield Emission(f"{aggregate}.retracted", agency.agency_id, subject, reason, corrects=event_id)


#: Facts of the inspecting side that are taken back as soon as they are told, and the scenario that tells each.
INSPECTING: tuple[tuple[str, Scenario], ...] = (
    ("inspection.baselined", inspections.brought_along),
    ("recommendation.baselined", inspections.brought_along),
    ("inspection_programme.baselined", inspections.brought_along),
    ("periodic_report.baselined", periodic_reports.brought_along),
    ("target.set", targets.life),
    ("selection.run", inspection_programmes.life),
    ("risk_score.computed", inspection_programmes.life),
)


def broken_off(world: World, agency: Agency) -> Life:
    """Begin something of the inspecting side, take back the fact that was told by mistake, and leave it at that."""
    day = yield 0
    kind, scenario = world.pick(INSPECTING)
    life = scenario(world, agency)
    next(life)
    while True:
        try:
            step = life.send(day)
        except StopIteration:
            return
        if isinstance(step, Emission) and step.kind == kind:
            break
        day = yield step
    event_id = world.new_id("nham")
    yield step._replace(event_id=event_id, wait=world.between(1, 8))
    reason = {"reason": "Nhập nhầm hồ sơ của địa phương khác"}
    aggregate = kind.partition(".")[0]
    yield Emission(f"{aggregate}.retracted", step.agency_id, step.subject, reason, corrects=event_id)


def corrected(world: World, agency: Agency) -> Life:
    """Report a class with the wrong number of people, and correct it."""
    day = yield 0
    kind, subject, data = _training(world, agency, day)
    event_id = world.new_id("nham")
    yield Emission(kind, agency.agency_id, subject, data, world.between(1, 12), event_id=event_id)
    [attended] = data["attendees"]
    right = {**data, "attendees": [{**attended, "people": attended["people"] + 1}]}
    yield Emission(kind, agency.agency_id, subject, right, corrects=event_id)


def board_taken_back(world: World, agency: Agency) -> Life:
    """Take a project board into the registry that another province has there already, and take it out again."""
    yield 0
    if agency.level != "province":
        return
    board, event_id = world.new_id("ban-qlda"), world.new_id("nham")
    data = {
        "name_vi": f"Ban Quản lý dự án {board}",
        "kind": "public_unit",
        "level": "province",
        "parent_id": agency.agency_id,
        "obligation": "exempt",
        "has_tthc": False,
        "inspection_rights": False,
        "valid_from": iso(world.first),
        "state": "active",
        "state_since": iso(world.first),
    }
    yield Emission("agency.baselined", board, board, data, 0, imported=True, event_id=event_id)
    yield Emission("agency.retracted", board, board, {"reason": "Đăng ký trùng"}, corrects=event_id)
