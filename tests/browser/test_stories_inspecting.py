"""An inspection as people do it on the pages, against the running system: real services, RabbitMQ, Chromium."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.files import exported, of_csv, of_xlsx
from tests.browser.people import People, day, keep, record

pytestmark = pytest.mark.browser


def test_an_inspection_from_its_plan_to_a_recommendation_that_was_carried_out(browser_page: Page, people: People):
    page, system = browser_page, people.system
    before = people.row("I21")
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

    conduct_visit(page)
    system.settle()
    log = system.get(f"/v1/agencies/{people.commune}/timeline").json["events"]
    verdict = next(one for one in log if one["type"] == "qms.inspection.claim_verified")
    assert verdict["data"]["event_id"] == {"source": people.commune, "id": people.claim["id"]}
    assert verdict["data"]["verdict"] == "contradicted"
    assert verdict["data"]["record"] == f"{people.claim['type'].split('.')[1]}/{people.claim['subject']}"
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
    keep(page, "recommendations")
    listed = of_xlsx(exported(page, "XLSX"))
    assert [row[0] for row in listed if advice in row] == [advice]
    system.settle()
    done = people.row("I21")
    assert [done[part] - before[part] for part in ("numerator", "denominator")] == [1, 1]
    page.goto(f"{system.url}/indicators/I21/explain?scope={people.province}")
    assert [people.commune, "1", "1"] in [row[1:4] for row in of_csv(exported(page, "CSV"))]


def conduct_visit(page: Page) -> None:
    """Check by report: receive it, judge a point of the checklist, contradict a claim, conclude."""
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
    keep(page, "inspection")
    record(page, "Thông báo kết luận kiểm tra", conclusion_no="15/TB-SKHCN", concluded_on=day(0))
    expect(page.get_by_role("heading", level=1)).to_contain_text("đã kết luận")


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
