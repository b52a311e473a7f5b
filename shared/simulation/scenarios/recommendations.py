"""Recommendations of an inspection: answered, planned, carried out, verified by the department; some stay open.

When every one of them is settled the inspection is closed.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from shared.simulation.agencies import Agency
from shared.simulation.events import Emission, iso
from shared.simulation.world import Life, World, decision

_TEXTS = (
    ("fix", "Khắc phục các điểm không phù hợp nêu tại biên bản kiểm tra"),
    ("update_procedure", "Rà soát, cập nhật quy trình theo văn bản mới"),
    ("train", "Tổ chức đào tạo nhận thức về HTQLCL cho công chức mới"),
    ("redeclare", "Công bố lại khi thay đổi phạm vi áp dụng"),
    ("resource", "Bố trí kinh phí duy trì, cải tiến HTQLCL"),
)


def followed_up(world: World, body: Agency, agency: Agency, inspection: str, named: list[str]) -> Life:
    """Go through all recommendations of an inspection, one after the other, and close it if all are settled."""
    yield 0
    if named:
        yield _of_inspection("follow_up_started", body, agency, inspection, named)
    settled = True
    for subject in named:
        settled = (yield from _course(world, body, agency, inspection, subject)) and settled
    if settled:
        yield _of_inspection("closed", body, agency, inspection, named)


def _of_inspection(name: str, body: Agency, agency: Agency, subject: str, named: list[str]) -> Emission:
    data = {"agency_id": agency.agency_id, "recommendations": named}
    return Emission(f"inspection.{name}", body.agency_id, subject, data, 1)


def _course(
    world: World, body: Agency, agency: Agency, inspection: str, subject: str
) -> Generator[Emission | int, int, bool]:
    """Carry one recommendation to its end; return whether it came to one."""
    day = yield 0
    kind, text = world.pick(_TEXTS)
    due = day + world.between(45, 120)
    data = {
        "agency_id": agency.agency_id,
        "inspection_id": inspection,
        "text": text,
        "priority": "priority" if world.chance(0.2) else "normal",
        "kind": kind,
        "legal_basis": "Thông tư 26/2014/TT-BKHCN",
        "issued_on": iso(day),
        "due_on": iso(due),
    }
    yield Emission("recommendation.issued", body.agency_id, subject, data, world.between(3, 15))
    if world.chance(0.25):
        ended = yield from _cut_short(world, body, agency, subject, due)
        if ended:
            return True
    else:
        day = yield _answer("agreed", agency, body, subject, {}, world.between(5, 20))
        if agency.parent_id is not None and world.chance(0.1):
            yield _handed_over(body, subject, agency.parent_id, day)
            agency = replace(agency, agency_id=agency.parent_id)
    if world.chance(0.15):
        # Nobody answers any more: it will be overdue.
        return False
    yield from _carried_out(world, body, agency, subject)
    return True


def _handed_over(body: Agency, subject: str, to: str, day: int) -> Emission:
    """Let the agency above carry out what only it can decide."""
    data = {"party": "addressee", "to": to, "effective": iso(day)}
    return _answer("transferred", body, body, subject, data, 1)


def _answer(name: str, source: Agency, body: Agency, subject: str, data: dict[str, Any], wait: int = 0) -> Emission:
    return Emission(f"recommendation.{name}", source.agency_id, subject, {"record_of": body.agency_id, **data}, wait)


def _cut_short(
    world: World, body: Agency, agency: Agency, subject: str, due: int
) -> Generator[Emission | int, int, bool]:
    """Have a recommendation disagreed with, moved or ended; return whether it is settled by that."""
    reason = {"reason": "Nội dung đã thực hiện trước khi kiểm tra"}
    day = yield _answer("disagreed", agency, body, subject, reason, world.between(3, 12))
    decided = {"outcome": "upheld", "reason": "Chưa đủ minh chứng", "decision_no": decision(world, day, "QĐ-SKHCN")}
    yield _answer("decided", body, body, subject, decided, 2)
    moved = {"from": iso(due), "to": iso(due + 30), "reason": "Cơ quan kiện toàn Ban chỉ đạo ISO"}
    yield _answer("due_changed", body, body, subject, moved, 3)
    ending, data = world.pick(
        (
            ("lapsed", {"reason": "Thủ tục hành chính đã bãi bỏ"}),
            ("superseded", {"reason": "Gộp vào kiến nghị của đoàn kiểm tra liên ngành"}),
            (
                "not_implemented",
                {"risk_acceptance": {"accepted_by": "chu-tich-ubnd-tinh", "reason": "Cơ quan sắp sắp xếp lại"}},
            ),
            ("", {}),
        )
    )
    if ending:
        yield _answer(ending, body, body, subject, data)
    return bool(ending)


def _carried_out(world: World, body: Agency, agency: Agency, subject: str) -> Life:
    day = yield 0
    steps = [{"what": "Phân công đơn vị thực hiện, báo cáo kết quả", "due_on": iso(day + 30)}]
    yield _answer("plan_submitted", agency, body, subject, {"steps": steps}, world.between(3, 20))
    yield _answer("started", agency, body, subject, {"note": "Đang thực hiện theo kế hoạch"}, world.between(5, 40))
    evidence = world.evidence("minh-chung-thuc-hien-kien-nghi")
    yield _answer("evidence_submitted", agency, body, subject, {"evidence": evidence}, world.between(2, 10))
    if world.chance(0.2):
        yield _answer("evidence_returned", body, body, subject, {"reason": "Thiếu biên bản khắc phục"}, 10)
        yield _answer("evidence_submitted", agency, body, subject, {"evidence": evidence}, 3)
    yield _answer("verification_started", body, body, subject, {"verifier": "kiem-tra-vien-01"}, 2)
    day = yield 0
    data: dict[str, Any] = {"verified_on": iso(day), "verifier": "kiem-tra-vien-01"}
    if world.chance(0.2):
        data["remaining"] = "Chưa cập nhật tại bộ phận một cửa"
        yield _answer("partly_implemented", body, body, subject, data)
    else:
        yield _answer("implemented", body, body, subject, data)
