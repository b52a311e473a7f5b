"""What people do in the rooms, from sign-in to the file, against the running system: real services, RabbitMQ, Chromium."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from shared import clock
from tests.browser.files import exported, of_csv, of_xlsx, row_of, text_of_pdf
from tests.browser.land import CHOSEN, JOINT, REPORT, Land
from tests.browser.people import TODAY, People, fill_form, keep, record

pytestmark = pytest.mark.browser


def test_a_programme_is_chosen_by_risk_taken_over_consulted_and_approved(browser_page: Page, land: Land):
    page, here = browser_page, f"{land.system.url}/programmes/{land.body}/{CHOSEN}"
    land.enter(page, land.inspector, f"/programmes?body={land.body}&year={CHOSEN}")
    assert page.url == here
    record(page, "Dự thảo kế hoạch kiểm tra năm", capacity_days="30")
    expect(page.get_by_role("heading", level=1)).to_contain_text("dự thảo")
    filters = page.get_by_role("form", name="Lựa chọn theo rủi ro")
    for name, value in (("capacity", "2"), ("random_share", "50"), ("seed", "hat-giong")):
        filters.locator(f"[name={name}]").fill(value)
    filters.locator("details summary").click()
    filters.locator("[name=level]").select_option("commune")
    filters.get_by_role("button", name="Đề xuất").click()
    digest = page.locator("dd code").first.inner_text()
    keep(page, "programme-proposed")
    page.get_by_role("definition").filter(has=page.locator("a[href*=known_at]")).get_by_role("link").click()
    expect(page.locator("dd code").first).to_have_text(digest)
    proposed = page.locator("#picks-rows tbody th .code").all_inner_texts()
    assert len(proposed) == 2
    page.get_by_role("button", name="Đưa danh sách này vào kế hoạch").click()
    expect(page.locator("#entries-rows tbody tr")).to_have_count(2)
    record(page, "Lấy ý kiến về dự thảo kế hoạch kiểm tra", consulted="Sở Nội vụ")
    record(page, "Phê duyệt kế hoạch kiểm tra năm", decision_no="45/QĐ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã phê duyệt")
    keep(page, "programme-approved")
    entries = of_xlsx(exported(page, "XLSX"))
    assert {row[1] for row in entries if row[1] in land.communes} == set(proposed)


def test_an_entry_is_made_joint_with_the_visit_of_another_body(browser_page: Page, land: Land):
    page = browser_page
    land.enter(page, land.inspector, f"/programmes?q=dong+loc&year={JOINT}")
    page.get_by_role("row").filter(has_text=str(JOINT)).get_by_role("link").first.click()
    joint = f"Phối hợp với {land.visit} tại {land.communes[0]}: tiết kiệm 2 ngày công"
    page.get_by_role("button", name=joint).click()
    expect(page.locator("#entries-rows")).to_contain_text(f"{land.visit} ({land.ministry})")
    expect(page.get_by_role("button", name=joint)).to_have_count(0)
    entry = row_of(of_csv(exported(page, "CSV")), "Ủy ban nhân dân xã Đồng Văn")
    assert entry[5] == f"{land.visit} ({land.ministry})"


def test_a_target_is_set_followed_and_its_value_leads_to_the_agencies(browser_page: Page, land: Land):
    page = browser_page
    land.enter(page, land.inspector, f"/targets?scope={land.body}")
    page.get_by_role("link", name="Đặt chỉ tiêu").click()
    page.locator("[name=source]").fill(land.body)
    name = page.locator("[name=subject]").input_value()
    scope = {"scope__territory": land.top, "scope__level": "commune"}
    goal = {"milestones__0__date": "31/12/2040", "milestones__0__value": "0,9"}
    fill_form(page, title="Xã công bố áp dụng", metric="I2", comparator="at_least", **scope, **goal)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xã công bố áp dụng")
    page.goto(f"{land.system.url}/targets?q=xa+cong+bo&scope={land.body}")
    row = page.get_by_role("row", name="Xã công bố áp dụng")
    keep(page, "targets")
    row.get_by_role("link", name=re.compile("%")).click()
    expect(page.locator(".answer__how")).to_contain_text("0\u202f/\u202f3")
    expect(page.locator("#behind")).to_contain_text("xã Đường Hoa")
    page.go_back()
    row.get_by_role("link", name="Xã công bố áp dụng").click()
    expect(page.locator("figcaption")).to_contain_text(TODAY.strftime("%d/%m/%Y"))
    keep(page, "target")
    values = of_xlsx(exported(page, "XLSX"))
    assert [row for row in values if "0 / 3" in row]
    page.goto(f"{land.system.url}/targets?scope={land.body}")
    listed = next(row for row in of_csv(exported(page, "CSV")) if name in row)
    assert (listed[4], listed[6], listed[7]) == ("I2 Độ bao phủ (đã công bố)", "0.00", "0 / 3")
    assert page.goto(f"{land.system.url}/targets/{land.body}/{name}?as_of=2025-12-31").status == 404
    page.goto(f"{land.system.url}/targets/{land.body}/{name}")
    record(page, "Hủy bỏ chỉ tiêu", reason="Đặt nhầm phạm vi")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    expect(page.locator(".timeline")).to_contain_text("Hủy bỏ chỉ tiêu")


def test_a_report_is_filled_in_handed_in_accepted_and_rolled_up(browser_page: Page, land: Land):
    page, (first, second) = browser_page, land.communes[:2]
    land.enter(page, land.officer, "/reporting")
    page.locator("#reports-rows").get_by_role("link", name=REPORT).click()
    page.get_by_role("button", name="Điền sẵn từ dữ liệu hệ thống").click()
    held = page.get_by_role("row").filter(has_text="trainings.held")
    expect(held.get_by_role("cell").nth(1)).to_have_text("1")
    page.get_by_text("Biểu mẫu", exact=True).click()
    page.locator('[name="value.trainings.held"]').fill("2")
    page.locator('[name="reason.trainings.held"]').fill("Lớp tháng 12 do Sở Nội vụ tổ chức")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(page.get_by_role("alert")).to_contain_text("LATE_REASON_MISSING")
    page.locator("[name=late_reason]").fill("Thay cán bộ đầu mối")
    page.get_by_role("button", name="Nộp báo cáo").click()
    expect(held).to_contain_text("Lớp tháng 12 do Sở Nội vụ tổ chức")
    keep(page, "report-handed-in")
    assert page.goto(f"{land.system.url}/reporting/{second}/{REPORT}").status == 403

    land.enter(page, land.inspector, f"/reporting?receiver={land.body}&state=to_accept")
    page.get_by_role("row").filter(has_text=first).get_by_role("link", name=REPORT).click()
    record(page, "Tiếp nhận báo cáo")
    page.goto(f"{land.system.url}/reporting/{land.body}/{REPORT}")
    page.get_by_role("link", name="Tổng hợp báo cáo của các cơ quan").click()
    expect(page.get_by_role("row").filter(has_text=second)).to_contain_text("còn thiếu")
    told = text_of_pdf(exported(page, "PDF"))
    assert "Lớp tháng 12" in told
    page.get_by_role("button", name="Điền số tổng hợp vào báo cáo của cơ quan").click()
    expect(held).to_contain_text("2")
    keep(page, "report-rolled-up")
    sums = of_xlsx(exported(page, "XLSX"))
    assert next(row for row in sums if "trainings.held" in row)[3] == 2


def test_what_an_old_agency_owes_is_inherited_or_lapses_until_all_is_settled(browser_page: Page, land: Land):
    page = browser_page
    land.enter(page, land.inspector, f"/reorganisations?q={land.reform}")
    page.get_by_role("link", name="Hợp nhất ban").click()
    progress = page.locator("label[for=progress]")
    expect(progress).to_contain_text("0 trong 3 nghĩa vụ")
    page.locator("summary", has_text="quyết định").click()
    for choice in page.locator("#decide ~ form [name=thing]").all()[1:]:
        choice.uncheck()
    page.get_by_role("button", name="Ghi nhận chấm dứt").click()
    expect(page.get_by_role("status").first).to_contain_text("1 quyết định bị từ chối")
    page.locator("[name=reason]").fill("Hết đối tượng")
    page.locator("[name=decision_no]").fill("7/QĐ")
    page.locator("summary", has_text="quyết định").click()
    for choice in page.locator("#decide ~ form [name=thing]").all()[1:]:
        choice.uncheck()
    page.get_by_role("button", name="Ghi nhận chấm dứt").click()
    expect(progress).to_contain_text("1 trong 3 nghĩa vụ")
    page.get_by_role("button", name="Ghi nhận kế thừa").click()
    expect(progress).to_contain_text("3 trong 3 nghĩa vụ")
    keep(page, "reorganisation")
    page.get_by_role("button", name="Kết thúc bàn giao").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã bàn giao xong")
    page.goto(f"{page.url.partition('?')[0]}?state=inherited")
    rows = [row for row in of_csv(exported(page, "CSV")) if row[2:3] == ["Hành động"]]
    assert [row[7] for row in rows] == [land.new, land.new]
    here = page.url.partition("?")[0]
    page.goto(f"{here}?state=inherited&known_at={clock.to_rfc3339(clock.now())}".replace("+", "%2B"))
    assert [row for row in of_csv(exported(page, "CSV")) if row[2:3] == ["Hành động"]] == rows
    page.get_by_label("Tính đến hết ngày").fill("15/03/2026")
    page.locator("#state").select_option("")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(progress).to_contain_text("0 trong 3 nghĩa vụ")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã có hiệu lực")
    expect(page.locator("#decide")).to_have_count(0)
    page.goto(f"{here.rpartition('/')[0].rpartition('/')[0]}?q={land.reform}&as_of=2026-02-02")
    expect(page.locator("#heads-rows tbody tr")).to_contain_text("Đã lập kế hoạch")
    assert page.goto(f"{here}?as_of=2026-01-31").status == 404


def test_from_a_change_of_the_law_to_the_procedures_behind_it_and_to_their_agency(browser_page: Page, land: Land):
    page, number = browser_page, land.law.partition("|")[0]
    land.enter(page, land.inspector, f"/law?scope={land.top}")
    page.get_by_role("row").filter(has_text=number).get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(number)
    expect(page.locator("#agencies-rows tbody tr")).to_have_count(2)
    keep(page, "law-change")
    listed = [row for row in of_xlsx(exported(page, "XLSX")) if "QT-07" in row]
    assert {row[1] for row in listed} == set(land.communes[:2])
    page.locator("#agencies-rows").get_by_role("row").filter(has_text=land.communes[0]).get_by_role(
        "link", name="1", exact=True
    ).first.click()
    page.locator("#procedures-rows tbody th").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("xã Đồng Văn")
    expect(page.get_by_role("row", name="QT-07")).to_contain_text("Chưa cập nhật")


def test_what_agencies_do_well_is_found_by_words_and_peers_are_compared_part_by_part(browser_page: Page, land: Land):
    page = browser_page
    land.enter(page, land.inspector, f"/good-practice?scope={land.top}")
    page.get_by_label("Tên hoặc mã").fill("dat dai nhac han")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator("#practices-rows tbody tr")).to_have_count(1)
    keep(page, "good-practice")
    assert row_of(of_csv(exported(page, "CSV")), "Nhắc hạn hồ sơ")[3] == land.communes[1]
    page.get_by_role("link", name="Nhắc hạn hồ sơ qua tin nhắn").click()
    expect(page.locator("pre")).to_contain_text('"Đất đai"')
    page.goto(f"{land.system.url}/peers?scope={land.top}&kind=commune_pc")
    expect(page.get_by_role("status")).to_contain_text("trong 3 cơ quan")
    scores = {row[1]: row[3] for row in of_xlsx(exported(page, "XLSX")) if row[1:2] and row[1] in land.communes}
    row = page.get_by_role("row").filter(has_text=land.communes[0])
    row.get_by_role("link").nth(1).click()
    expect(page.locator("#parts")).to_contain_text("xã Đồng Văn")
    keep(page, "peers")
    page.locator("#parts-rows").get_by_role("link", name=re.compile("I6")).click()
    expect(page.locator("#events + .scroll")).to_contain_text("Quy trình chưa được cập nhật theo thay đổi")
    assert len(scores) == 3


def test_cases_are_listed_as_of_a_past_day(browser_page: Page, land: Land):
    page = browser_page
    land.enter(page, land.inspector, "/records/inspection?state=all&q=dak+mil")
    for at, state in (("28/02/2026", None), ("19/03/2026", "đã lập kế hoạch"), ("20/03/2026", "đã hủy")):
        page.get_by_label("Tính đến hết ngày").fill(at)
        page.get_by_role("button", name="Xem", exact=True).click()
        found = [row[4] for row in of_csv(exported(page, "CSV")) if row[:1] == [land.cancelled]]
        assert found == ([state] if state else []), at


def test_each_number_of_what_is_stuck_opens_its_items(browser_page: Page, land: Land):
    page, own = browser_page, land.communes[2]
    missing = [land.unknown_action(own, number) for number in range(2)]
    assert {one["status"] for one in land.system.push(missing)} == {"waiting"}
    land.enter(page, land.inspector, f"/health?of={own}")
    share = page.locator("#shares-rows").get_by_role("row").filter(has_text=own)
    keep(page, "health-of-an-agency")
    share.locator("a[href*=waiting]").click()
    for one in missing:
        expect(page.locator("#items-rows")).to_contain_text(one["id"])
    counted = row_of(of_csv(exported(page, "CSV"))[::-1], "Ủy ban nhân dân xã Đường Hoa")
    assert counted[1] == own


def test_who_is_bound_elsewhere_is_refused_in_every_room(browser_page: Page, people: People, land: Land):
    page, url = browser_page, land.system.url
    people.enter(page, "provincial_inspector")
    for path in (
        f"/programmes/{land.body}/{CHOSEN}",
        f"/targets/{land.body}/ct",
        f"/reporting/{land.communes[0]}/{REPORT}",
        f"/reporting/{land.body}/{REPORT}/roll-up",
        f"/reorganisations/{land.top}/{land.reform}",
        f"/good-practice?scope={land.top}",
    ):
        assert page.request.get(url + path).status == 403, path
    token = page.locator("[name=form_token]").first.input_value()
    for path in (f"/programmes/{land.body}/{CHOSEN}/selection?capacity=1", f"/reporting/{land.body}/{REPORT}/roll-up"):
        assert page.request.post(url + path, form={"form_token": token}).status == 403, path
    logged = (land.system.data / "logs" / "inspection.log").read_text(encoding="utf-8")
    assert f"wanted {land.top}" in logged
