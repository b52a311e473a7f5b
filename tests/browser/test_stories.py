"""What people do from sign-in to the end, against the running system: real services, RabbitMQ, Chromium."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from shared import clock
from shared.contracts.catalogue import load
from shared.testing.running_system import RunningSystem, agency, event, province, unique

pytestmark = pytest.mark.browser

PASSWORD = "mật khẩu để kiểm thử"
TODAY = clock.to_date(clock.vietnam_day(clock.now()))


class People:
    """A province with a checking body and two communes, and an account of each role."""

    def __init__(self, system: RunningSystem) -> None:
        self.system = system
        self.province, self.body, self.commune, self.other = map(unique, ("tinh", "so", "xa", "xa-khac"))
        system.accept(
            province(self.province),
            agency(self.body, self.province, kind="provincial_department", level="province", inspection_rights=True),
            agency(self.commune, self.province, name_vi="Ủy ban nhân dân xã Đông Á"),
            agency(self.other, self.province),
        )
        focal = {"role": "officer", "part_time": True, "trained": True, "appointed_on": "2026-01-05"}
        self.claim = event("focal_point.appointed", self.commune, "dau-moi", focal, on="2026-01-05")
        system.accept(self.claim)
        self.names = {
            "ministry_inspector": self._account("ministry_inspector"),
            "provincial_inspector": self._account("provincial_inspector", self.body),
            "agency_officer": self._account("agency_officer", self.commune),
            "auditor": self._account("auditor"),
        }
        system.settle()

    def _account(self, role: str, agency_id: str | None = None) -> str:
        name = unique(role)
        body = {"name": name, "role": role, "agency_id": agency_id, "password": PASSWORD}
        answer = self.system.request("POST", "/v1/accounts", body=json.dumps(body).encode())
        assert answer.status == 201, answer.body
        return name

    def enter(self, page: Page, role: str, path: str = "/") -> None:
        """Sign in with the account of a role."""
        page.context.clear_cookies()
        page.goto(self.system.url + path)
        page.get_by_label("Tên đăng nhập").fill(self.names[role])
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Đăng nhập").click()
        page.wait_for_load_state()


@pytest.fixture(scope="module")
def people(system: RunningSystem) -> People:
    return People(system)


def day(offset: int) -> str:
    return (TODAY + timedelta(days=offset)).strftime("%d/%m/%Y")


def record(page: Page, step: str, **fields: str) -> None:
    """Choose what follows, fill its form, record it, and come back to the case."""
    page.get_by_role("link", name=step, exact=True).first.click()
    for details in page.locator("form details").all():
        details.evaluate("element => { element.open = true }")
    for path, value in fields.items():
        name = path.replace("__", ".").replace("class_", "class")
        field = page.locator(f'[name="{name}"]')
        if field.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_an_inspection_from_its_plan_to_a_recommendation_that_was_carried_out(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "ministry_inspector", f"/agencies/{people.commune}")
    page.get_by_role("link", name="Lập kế hoạch kiểm tra cơ quan này").click()
    page.get_by_label("Cơ quan thực hiện").fill(people.body)
    case = page.get_by_label("Mã hồ sơ").input_value()
    page.locator("[name=mode]").select_option("by_report")
    page.locator("[name=kind]").select_option("unplanned")
    page.locator('[name="window.from"]').fill(day(0))
    page.locator('[name="window.to"]').fill(day(3))
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã lập kế hoạch")

    steps = {"documents": "Báo cáo", "received_on": day(0), "on_time": "true"}
    record(page, "Nhận báo cáo và hồ sơ của cơ quan được kiểm tra", **steps)
    record(page, "Bắt đầu cuộc kiểm tra", started_on=day(0))
    expect(page.get_by_role("heading", level=1)).to_contain_text("đang tiến hành")
    item = page.locator("#checklist ~ .scroll tbody tr").nth(2)
    item.get_by_role("link").click()
    page.locator("[name=result]").select_option("partial")
    page.locator("[name=inspector]").fill("thanh-vien-doan")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(item).to_contain_text("Đạt một phần")
    claim = page.locator("#claims ~ .scroll tbody tr").first
    claim.get_by_role("link").nth(2).click()
    page.get_by_role("button", name="Ghi nhận").click()
    expect(claim.locator(".mark--red")).to_be_visible()
    record(page, "Thông báo kết luận kiểm tra", conclusion_no="15/TB-SKHCN", concluded_on=day(0))
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã kết luận")
    system.settle()
    log = system.get(f"/v1/agencies/{people.commune}/timeline").json["events"]
    verdict = next(one for one in log if one["type"] == "qms.inspection.claim_verified")
    assert verdict["data"]["event_id"] == {"source": people.commune, "id": people.claim["id"]}
    assert verdict["data"]["verdict"] == "contradicted"
    assert verdict["asserter"] == "staff"
    assert people.names["ministry_inspector"] not in json.dumps(log)
    advice = issue_recommendation(page, people, case)
    answer_recommendation(page, people, advice)
    people.enter(page, "ministry_inspector", "/work")
    page.get_by_role("row", name=advice).first.get_by_role("link").click()
    record(page, "Xác nhận đã thực hiện kiến nghị", verifier="kiem-tra-vien")
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã thực hiện")
    page.goto(f"{system.url}/records/recommendation?state=implemented")
    expect(page.get_by_role("row", name=advice)).to_be_visible()


def issue_recommendation(page: Page, people: People, case: str) -> str:
    """Issue a recommendation after a first try with a day that is none; return its id."""
    address = f"/act/qms.recommendation.issued?source={people.body}&agency_id={people.commune}&inspection_id={case}"
    page.goto(people.system.url + address)
    advice = page.get_by_label("Mã hồ sơ").input_value()
    page.locator("[name=text]").fill("Bố trí cán bộ đầu mối được đào tạo")
    page.locator("[name=priority]").select_option("normal")
    page.locator("[name=kind]").select_option("train")
    page.locator("[name=due_on]").fill("hôm nào đó")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator("[name=due_on]")).to_have_attribute("aria-invalid", "true")
    page.locator("[name=due_on]").fill(day(30))
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã ban hành")
    return advice


def answer_recommendation(page: Page, people: People, advice: str) -> None:
    """Agree and show evidence, as the officer of the agency that the recommendation addresses."""
    people.enter(page, "agency_officer", f"/records/recommendation/{people.body}/{advice}")
    record(page, "Cơ quan thống nhất với kiến nghị", agreed_on=day(0))
    evidence = {
        "name": "Chứng nhận lớp học",
        "media_type": "application/pdf",
        "size": "1024",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "locator": "hồ sơ lưu 12",
    }
    filled = {f"evidence__0__{name}": value for name, value in evidence.items()}
    record(page, "Gửi minh chứng thực hiện kiến nghị", **filled)
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã gửi minh chứng")


def test_everybody_sees_the_own_part_and_no_more(browser_page: Page, people: People):
    page, url = browser_page, people.system.url
    people.enter(page, "agency_officer")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ủy ban nhân dân xã Đông Á")
    for path in (f"/agencies/{people.other}", f"/agencies/{people.province}", "/agencies", "/work", "/health"):
        assert page.goto(url + path).status == 403, path
    expect(page.locator("main")).to_contain_text("đã được ghi lại")
    assert page.request.get(f"{url}/v1/agencies/{people.other}").status == 403
    people.enter(page, "provincial_inspector", f"/agencies/{people.body}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.goto(f"{url}/agencies/{people.other}").status == 403
    assert page.goto(f"{url}/?scope={people.province}").status == 403
    people.enter(page, "auditor", f"/agencies/{people.commune}")
    expect(page.get_by_role("link", name="Lập kế hoạch kiểm tra cơ quan này")).to_have_count(0)
    assert page.goto(f"{url}/act/qms.inspection.planned").status == 403
    counted = people.system.request("GET", "/metrics").body.decode()
    assert re.search(r'oversight_access_refused_total\{role="agency_officer",service="inspection"\} [1-9]', counted)


def test_who_oversees_sees_what_is_stuck(browser_page: Page, people: People):
    page, url = browser_page, people.system.url
    people.enter(page, "ministry_inspector")
    assert page.goto(f"{url}/health").status == 200
    expect(page.get_by_role("heading", level=1)).to_have_text("Tình trạng gửi tin")
    expect(page.locator("#stuck")).to_be_visible()


def test_an_officer_repairs_what_was_refused_and_looks_up_its_receipt(browser_page: Page, people: People):
    page, system = browser_page, people.system
    left = {**load()["qms.focal_point.left"].example, "left_on": "2026-02-31"}
    wrong = event("focal_point.left", people.commune, "dau-moi", left, on="2026-03-01")
    foreign = event("focal_point.left", people.other, "dau-moi", left, on="2026-03-01")
    assert [one["status"] for one in system.push([wrong, foreign])] == ["refused", "refused"]
    people.enter(page, "agency_officer", "/submissions")
    expect(page.locator("main")).not_to_contain_text(foreign["id"])
    page.get_by_role("row", name=wrong["id"]).get_by_role("link").click()
    text = page.get_by_label("Sự kiện", exact=True)
    text.fill(text.input_value().replace("2026-02-31", "2026-02-28"))
    page.get_by_role("button", name="Gửi bản đã sửa").click()
    expect(page.get_by_role("status").first).to_contain_text("Mục đã được chấp nhận")
    page.get_by_label("Mã sự kiện").fill(wrong["id"])
    page.get_by_role("button", name="Tra cứu").click()
    expect(page.locator("dl.facts")).to_contain_text("accepted")


def test_the_files_hold_what_is_on_the_page_with_its_filters_and_time(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "ministry_inspector", f"/?scope={people.province}")
    known = page.get_by_role("link", name="Liên kết cố định đến số liệu này").get_attribute("href")
    page.goto(f"{system.url}/{known}")
    shown = page.locator(".tile--count .tile__value").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    content = download.value.path().read_bytes()
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert content.startswith(b"\xef\xbb\xbf")
    assert ["Cơ quan và các đơn vị trực thuộc", people.province] in [row[:2] for row in rows]
    assert any(row and row[0] == "Tổng cộng" and row[1] == shown == "4" for row in rows)
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert next(row for row in sheet.iter_rows(values_only=True) if row[0] == "Tổng cộng")[1] == 4
    page.get_by_label("Lưu chế độ xem với tên").fill("Tỉnh tôi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_role("link", name="Tỉnh tôi").click()
    expect(page.locator(".tile--count .tile__value")).to_have_text("4")
