"""The rooms of the pages over HTTP: programme, targets, reports, reorganisation, praise, what is stuck; and who may."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest

from shared import clock
from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, event, province, unique
from tests.acceptance.visitor import Visitor, words_of

PASSWORD = "mật khẩu để kiểm thử"
TODAY = clock.to_date(clock.vietnam_day(clock.now()))
YEAR = TODAY.year + 1
REPORT = "qd19-year.1:2025"


@dataclass
class Land:
    """A province with a body and three communes, another province, and somebody of each role."""

    system: RunningSystem
    top: str
    body: str
    communes: list[str]
    staff: Visitor

    def visitor(self, role: str, agency_id: str | None = None) -> Visitor:
        """Return somebody with a new account."""
        name = unique(role)
        told = {"name": name, "role": role, "agency_id": agency_id, "password": PASSWORD}
        assert self.system.request("POST", "/v1/accounts", body=json.dumps(told).encode()).status == 201
        return Visitor(self.system, name=name, password=PASSWORD)


@pytest.fixture(scope="module")
def land(system: RunningSystem) -> Land:
    top, body, communes = unique("tinh"), unique("so"), [unique("xa") for _ in range(3)]
    department = {"kind": "provincial_department", "level": "province", "inspection_rights": True}
    system.accept(
        province(top),
        agency(body, top, name_vi="Sở Khoa học và Công nghệ Đồng Lộc", **department),
        *(agency(commune, top, name_vi=f"Ủy ban nhân dân xã Đồng Văn {commune}") for commune in communes),
    )
    system.settle()
    return Land(system, top, body, communes, Visitor(system, token=system.staff))


def test_a_programme_is_drafted_chosen_by_risk_made_joint_and_approved_from_its_page(land):
    here, staff, system = f"/programmes/{land.body}/{YEAR}", land.staff, land.system
    subject = f"programme-{YEAR}"
    drafted = {"year": YEAR, "legal_basis": "Quyết định 19/2014/QĐ-TTg", "capacity_days": 30}
    system.accept(event("inspection_programme.drafted", land.body, subject, drafted))
    system.settle()
    asked = f"{here}?capacity=2&level=commune&random_share=50&seed=hat-giong"
    shown = staff.text(asked)
    assert "2 trong 3 cơ quan được xét" in shown
    exact = re.search(rf'href="({here}\?[^"]*known_at[^"]*)#builder"', staff.open(asked).body.decode())
    assert exact is not None
    again = exact.group(1).replace("&amp;", "&")
    digest = re.search(r"Mã băm dữ liệu đầu vào (\w+)", shown).group(1)
    assert digest in staff.text(again)
    assert staff.send(again.replace(here, f"{here}/selection"), {}).status == 303
    entries = [row for row in staff.rows(here) if len(row) > 2 and row[1] in land.communes]
    assert len({row[1] for row in entries}) == 2
    fields = {"source": land.body, "subject": subject, "next": here}
    told = {**fields, "consulted_on": TODAY.strftime("%d/%m/%Y"), "consulted": "Sở Nội vụ"}
    assert staff.send("/act/qms.inspection_programme.consulted", told).status == 303
    checked = {"conflict_check.checked_on": told["consulted_on"], "conflict_check.overlaps_found": "0"}
    approved = {**fields, "decision_no": "45/QĐ", "approved_on": told["consulted_on"], **checked}
    answer = staff.send("/act/qms.inspection_programme.approved", approved)
    assert answer.status == 303, words_of(answer)
    assert "đã phê duyệt" in staff.text(here)
    assert land.body in {row[1] for row in staff.rows("/programmes?q=dong+loc&state=approved") if len(row) > 1}


def test_an_entry_is_made_joint_with_the_visit_of_another(land):
    year = YEAR + 1
    here, subject, visit = f"/programmes/{land.body}/{year}", f"programme-{year}", unique("kt")
    ministry = unique("bo")
    drafted = {"year": year, "capacity_days": 30, "legal_basis": "Quyết định 19/2014/QĐ-TTg"}
    entry = {"agency_id": land.communes[0], "mode": "on_site", "quarter": 2, "person_days": 6}
    planned = {"agency_id": land.communes[0], "mode": "on_site", "kind": "planned", "person_days": 5}
    planned["window"] = {"from": f"{year}-05-10", "to": f"{year}-05-12"}
    land.system.accept(
        agency(ministry, kind="ministry", level="central", inspection_rights=True),
        event("inspection.planned", ministry, visit, planned),
        event("inspection_programme.drafted", land.body, subject, drafted),
        event("inspection_programme.entry_added", land.body, subject, {**entry, "reason": "Chỉ đạo", "by": "giam-doc"}),
    )
    land.system.settle()
    page = land.staff.text(here)
    assert f"Phối hợp với {visit} tại {land.communes[0]}: tiết kiệm 2 ngày công" in page
    told = {"agency_id": land.communes[0], "quarter": "2", "joint_source": ministry, "joint_id": visit}
    assert land.staff.send(f"{here}/joint", told).status == 303
    after = land.staff.text(here)
    assert f"{visit} ({ministry})" in after
    assert "tiết kiệm 2 ngày công" not in after


def test_a_report_is_filled_in_handed_in_accepted_and_rolled_up_from_its_page(land):
    first, second = land.communes[:2]
    opened = {"template_version": "qd19-year.1", "period": "2025", "due_on": "2026-01-31", "receiver": land.body}
    own = {name: value for name, value in opened.items() if name != "receiver"}
    held = {**load()["qms.training.held"].example, "held_on": "2025-06-10"}
    land.system.accept(
        event("training.held", first, unique("th"), held, on="2025-06-10"),
        event("periodic_report.opened", land.body, REPORT, own, on="2026-01-05"),
        *(
            event("periodic_report.opened", land.body, REPORT, {**opened, "agency_id": one}, on="2026-01-05")
            for one in (first, second)
        ),
    )
    land.system.settle()
    officer, here = land.visitor("agency_officer", first), f"/reporting/{first}/{REPORT}"
    assert officer.open(f"/reporting/{second}/{REPORT}").status == 403
    officer.open(here)
    assert officer.send(f"{here}/prefill", {}).status == 303
    assert "trainings.held Nguồn lực 1" in officer.text(here)
    told = {**officer.inputs(here, "value."), "value.trainings.held": "2", "reason.trainings.held": "Lớp tháng 12"}
    late = officer.send(f"{here}/submit", told)
    assert late.status == 422
    assert "LATE_REASON_MISSING" in words_of(late)
    assert officer.send(f"{here}/submit", {**told, "late_reason": "Thay cán bộ"}).status == 303
    assert re.search(r"trainings\.held Nguồn lực 1 2 100,00.% Lớp tháng 12", officer.text(here))
    inspector = land.visitor("provincial_inspector", land.body)
    listed = inspector.rows(f"/reporting?receiver={land.body}&state=to_accept")
    assert [row[1] for row in listed if row[2:3] == [REPORT]] == [first]
    accepted = {"source": land.body, "subject": REPORT, "agency_id": first, "next": here}
    answer = inspector.send("/act/qms.periodic_report.accepted", accepted)
    assert answer.status == 303, words_of(answer)
    total = f"/reporting/{land.body}/{REPORT}"
    assert re.search(rf"{second}.*còn thiếu", inspector.text(f"{total}/roll-up"))
    assert inspector.send(f"{total}/roll-up", {}).status == 303
    assert "trainings.held Nguồn lực 2" in inspector.text(total)
    assert "đã tổng hợp" in inspector.text(here)


def test_what_an_old_agency_owes_is_inherited_or_lapses_and_the_reorganisation_is_settled_from_its_page(land):
    old, new, name = unique("ban-cu"), unique("ban-moi"), unique("sx")
    planned = {"source": "improvement", "type": "improvement", "owner": "van-thu", "what": "Rà soát biểu mẫu"}
    effective = {"effective_on": "2026-03-01"}
    merged = {"sources": [old], "target": new, "effective": "2026-03-01", "legal_basis": "1/NQ"}
    link = {"old": old, "new": new, "share": "whole", "is_default": True}
    land.system.accept(
        *(agency(one, land.top, kind="provincial_department", level="province") for one in (old, new)),
        *(
            event("action.planned", old, f"HD-{number}", {**planned, "due_on": "2026-12-20"}, on="2026-01-10")
            for number in range(3)
        ),
        event("reorganisation.planned", land.top, name, {"name_vi": "Hợp nhất ban", **effective}, on="2026-02-01"),
        event("reorganisation.mapped", land.top, name, {"links": [link]}, on="2026-02-02"),
        event("reorganisation.announced", land.top, name, {"announced_on": "2026-02-03"}, on="2026-02-03"),
        event("agency.merged", new, new, merged, on="2026-03-01"),
        event("reorganisation.took_effect", land.top, name, {"effective": "2026-03-01"}, on="2026-03-01"),
    )
    here, staff = f"/reorganisations/{land.top}/{name}", land.staff
    land.system.eventually(lambda: "0 trong 3 nghĩa vụ" in words_of(staff.open(here)))
    auditor = land.visitor("auditor")
    assert "Ghi nhận kế thừa" not in auditor.text(here)
    things = [f"{old} action:HD-{number}" for number in range(3)]
    assert auditor.send(f"{here}/decide", {"thing": things, "do": "inherit"}).status == 403
    staff.open(here)
    lapsed = staff.send(f"{here}/decide", {"thing": things[:1], "do": "lapse", "reason": "Hết đối tượng"})
    assert "1 quyết định bị từ chối" in words_of(lapsed)
    told = {"thing": things[:1], "do": "lapse", "reason": "Hết đối tượng", "decision_no": "7/QĐ"}
    assert "Đã ghi nhận 1 quyết định" in words_of(staff.send(f"{here}/decide", told))
    assert "Đã ghi nhận 2 quyết định" in words_of(staff.send(f"{here}/decide", {"thing": things, "do": "inherit"}))
    land.system.eventually(lambda: "3 trong 3 nghĩa vụ" in staff.text(here))
    rows = [row for row in staff.rows(f"{here}?state=inherited") if row[2:3] == ["Hành động"]]
    assert {row[7] for row in rows} == {new}
    assert staff.send(f"{here}/settle", {}).status == 303
    assert "Đã bàn giao xong" in staff.text(here)


def test_a_target_says_where_it_stands_and_leads_to_the_agencies_behind_it(land):
    name = unique("ct")
    told = {"scope": {"level": "commune", "territory": land.top}, "metric": "I2", "comparator": "at_least"}
    told |= {"title": "Xã công bố", "milestones": [{"date": "2040-12-31", "value": 0.9}], "set_on": "2026-01-01"}
    declared = {"standard_version": "TCVN ISO 9001:2015", "status": "declared", "state_since": "2026-01-15"}
    declared |= {"decision_no": "12/QĐ", "declared_on": "2026-01-15", "scope_fields": ["Tư pháp"]}
    land.system.accept(
        event("target.set", land.body, name, told, on="2026-01-01"),
        event("declaration.baselined", land.communes[2], "cb-1", declared, on="2026-01-15", provenance="imported"),
    )
    land.system.settle()
    inspector = land.visitor("provincial_inspector", land.top)
    (row,) = [row for row in inspector.rows("/targets") if row[1:2] == [name]]
    assert (row[4], row[6], row[7]) == ("I2 Độ bao phủ (đã công bố)", "33.33", "1 / 3")
    page = inspector.open(f"/targets/{land.body}/{name}")
    link = re.search(r'href="(/indicators/I2/explain[^"]+)"', page.body.decode()).group(1).replace("&amp;", "&")
    assert land.communes[2] in inspector.text(link)
    assert inspector.open(f"/targets/{land.body}/{name}?as_of=2025-12-31").status == 404


def test_cases_are_listed_as_of_a_past_day_and_found_without_diacritics(land):
    case = unique("kt")
    planned = {"agency_id": land.communes[0], "mode": "on_site", "kind": "unplanned"}
    planned["window"] = {"from": "2026-03-10", "to": "2026-03-12"}
    land.system.accept(
        event("inspection.planned", land.body, case, planned, on="2026-03-01"),
        event("inspection.cancelled", land.body, case, {"reason": "Hoãn"}, on="2026-03-20"),
    )
    land.system.settle()

    def state(day: str) -> list[str]:
        found = land.staff.rows(f"/records/inspection?state=all&q=dong+van+{land.communes[0]}&as_of={day}")
        return [row[4] for row in found if row[:1] == [case]]

    assert state("2026-02-28") == []
    assert state("2026-03-19") == ["đã lập kế hoạch"]
    assert state("2026-03-20") == ["đã hủy"]
    assert land.staff.rows("/records/inspection?state=all&q=khong+co+that")[-1][0] == "Mã"


def test_what_agencies_do_well_is_found_by_words_and_field(land):
    shared = {"title": "Nhắc hạn hồ sơ qua tin nhắn", "fields_of_activity": ["Đất đai"], "shared_on": "2026-02-10"}
    land.system.accept(event("good_practice.shared", land.communes[1], unique("clh"), shared, on="2026-02-10"))
    land.system.settle()
    inspector = land.visitor("provincial_inspector", land.body)
    assert inspector.text("/good-practice").count("Nhắc hạn hồ sơ qua tin nhắn") == 0
    chief = land.visitor("provincial_inspector", land.top)
    rows = [row for row in chief.rows("/good-practice?q=dat+dai+nhac+han&year=2026") if land.communes[1] in row]
    assert [row[0] for row in rows] == ["Nhắc hạn hồ sơ qua tin nhắn"]
    assert chief.rows("/good-practice?as_of=2026-02-09&what=good_practice")[-1][0] != "Nhắc hạn hồ sơ qua tin nhắn"


def test_each_number_of_what_is_stuck_opens_its_items(land):
    missing = [
        event("action.done", land.communes[2], f"KHONG-CO-{number}", {"done_on": "2026-02-01"}, on="2026-02-01")
        for number in range(2)
    ]
    assert {result["status"] for result in land.system.push(missing)} == {"waiting"}
    operator = land.visitor("operator")
    rows = operator.rows(f"/health?of={land.communes[2]}")
    shares = rows[rows.index(["Bị từ chối và đang chờ theo cơ quan"]) :]
    found = next(row for row in shares if row[1:2] == [land.communes[2]])
    assert (found[3], found[4]) == ("0", "2")
    items = operator.text(f"/health?of={land.communes[2]}&status=waiting")
    assert all(one["id"] in items for one in missing)
    counted = land.system.get("/v1/quarantine/counts").json["counts"]
    (own,) = [one for one in counted if one["agency_id"] == land.communes[2]]
    assert (own["status"], own["code"], own["count"], own["overdue"]) == ("waiting", "PREDECESSOR_MISSING", 2, 0)
    listed = land.system.get("/v1/quarantine", agency=land.communes[2], code="PREDECESSOR_MISSING").json["items"]
    assert {one["event_id"] for one in listed} == {one["id"] for one in missing}


def test_whoever_is_bound_elsewhere_is_refused_in_every_room(land):
    foreign = unique("tinh-khac")
    land.system.accept(province(foreign))
    land.system.settle()
    stranger = land.visitor("provincial_inspector", foreign)
    for path in (
        f"/programmes/{land.body}/{YEAR}",
        f"/targets/{land.body}/ct",
        f"/reporting/{land.communes[0]}/{REPORT}",
        f"/reporting/{land.body}/{REPORT}/roll-up",
        f"/reorganisations/{land.top}/sx",
        f"/good-practice?scope={land.top}",
    ):
        assert stranger.open(path).status == 403, path
    for path in (f"/programmes/{land.body}/{YEAR}/selection?capacity=1", f"/reporting/{land.body}/{REPORT}/roll-up"):
        assert stranger.send(path, {}).status == 403, path
    logged = (land.system.data / "logs" / "inspection.log").read_text()
    assert f'"{land.top}"' in logged or land.top in logged


def test_an_officer_who_is_signed_in_pushes_for_the_own_agency_at_every_service_and_for_no_other(land):
    own, other = land.communes[0], land.communes[1]
    officer = land.visitor("agency_officer", own)
    officer.open("/")
    found = {"source": "internal_audit", "class": "minor_nc", "clause": "7.5.3", "raised_on": "2026-03-02"}
    told = {**found, "statement": "Không lưu phiếu hẹn trả kết quả", "standard_version": "TCVN ISO 9001:2015"}
    events = [event("nonconformity.raised", source, unique("kph"), told) for source in (own, other)]
    answer = officer.push(events)
    assert answer.status == 200, answer.body
    taken, refused = answer.json["results"]
    assert (taken["status"], taken["service"]) == ("accepted", "audit")
    assert (refused["status"], refused["code"]) == ("refused", "NOT_ENTITLED")
