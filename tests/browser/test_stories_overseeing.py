"""What overseeing people do from sign-in to the file, against the running system: real services, RabbitMQ, Chromium."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect

from services.inspection.web.words import BOARD_INDICATORS
from tests.browser.files import Rows, exported, links_of_pdf, of_csv, of_docx, of_xlsx, percent, row_of, text_of_pdf
from tests.browser.people import People, keep

pytestmark = pytest.mark.browser


def counted(rows: Rows, indicator: str) -> list[object]:
    """Return numerator and denominator of an indicator in the last line of the board's table."""
    titles = next(row for row in rows if any(f"({indicator}): " in str(cell) for cell in row))
    at = next(place for place, title in enumerate(titles) if f"({indicator}): " in str(title))
    return [int(str(cell)) for cell in row_of(rows, "Tổng cộng")[at : at + 2]]


def test_from_a_figure_of_the_board_to_the_event_behind_it_in_three_clicks(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "ministry_inspector", f"/?scope={people.province}")
    keep(page, "board")
    shown = people.row("I2")
    page.get_by_role("row", name="Thành phố Cần Thơ").locator('a[href^="/indicators/I2/explain"]').click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Độ bao phủ (đã công bố)")
    expect(page.locator(".answer__value")).to_contain_text(percent(shown))
    keep(page, "explanation")
    sheet = of_xlsx(exported(page, "XLSX"))
    assert row_of(sheet, "Ủy ban nhân dân xã Đông Á")[1:4] == [people.commune, 1, 1]
    members = [row[2:4] for row in sheet if len(row) > 3 and row[1] in (people.commune, people.other, people.body)]
    assert len(members) == 3
    page.locator("#members + .scroll").get_by_role("link", name=re.compile("xã Đông Á")).nth(1).click()
    page.locator("#events + .scroll").get_by_role("link", name="Ghi nhận hiện trạng công bố").first.click()
    expect(page.locator("pre")).to_contain_text('"decision_no": "12/QĐ-UBND"')
    expect(page.locator("pre")).to_contain_text(people.declaration["id"])
    keep(page, "event")
    explained = system.get("/v1/indicators/I2/explain", scope=people.province, limit=50).json
    assert people.declaration["id"] in {one["id"] for one in explained["events"]}


def test_what_was_known_then_stays_the_same_when_more_becomes_known(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "ministry_inspector", f"/?scope={people.province}")
    link = page.get_by_role("link", name="Liên kết cố định đến số liệu này")
    address = f"{system.url}/{link.get_attribute('href')}"
    before = people.row("I11")
    system.accept(people.action(people.commune, "HD-77", -10))
    system.settle()
    page.reload()
    after = people.row("I11")
    assert after["numerator"] == before["numerator"] + 1
    tile = page.locator(".tile").filter(has=page.get_by_text("I11", exact=True))
    expect(tile).to_contain_text(re.compile(rf"{after['numerator']}\s*/\s*{after['denominator']}"))
    page.goto(address)
    expect(tile).to_contain_text(re.compile(rf"{before['numerator']}\s*/\s*{before['denominator']}"))
    expect(page.get_by_label("Theo thông tin có lúc")).not_to_have_value("")
    keep(page, "board-as-known-then")
    content = of_csv(exported(page, "CSV"))
    assert counted(content, "I11") == [before["numerator"], before["denominator"]]
    named = row_of(content, "Địa chỉ")[1]
    page.goto(str(named))
    expect(tile).to_contain_text(re.compile(rf"{before['numerator']}\s*/\s*{before['denominator']}"))


def test_the_files_hold_the_figures_of_the_api_and_a_view_is_kept_under_a_name(browser_page: Page, people: People):
    page = browser_page
    people.enter(page, "ministry_inspector", f"/?scope={people.province}&level=commune")
    page.get_by_label("Đã xác minh").check()
    page.get_by_role("button", name="Xem", exact=True).click()
    page.goto(page.url.replace("variant=verified", "variant=reported"))
    table = of_xlsx(exported(page, "XLSX"))
    text = text_of_pdf(exported(page, "PDF"))
    rows = {name: people.row(name, level="commune") for name in BOARD_INDICATORS}
    for name, row in rows.items():
        if row["denominator"]:
            assert counted(table, name) == [row["numerator"], row["denominator"]], name
            assert percent(row) in text, name
    assert row_of(table, "Tổng cộng")[1] == 2
    assert "Cấp xã" in text
    page.get_by_label("Lưu chế độ xem với tên").fill("Xã của tỉnh tôi")
    page.get_by_role("button", name="Lưu", exact=True).click()
    keep(page, "kept-views")
    page.get_by_role("link", name="Xã của tỉnh tôi").click()
    expect(page.locator(".tile--count .tile__value")).to_have_text("2")
    page.goto(f"{people.system.url}/views")
    page.get_by_role("button", name="Xóa Xã của tỉnh tôi").click()
    expect(page.get_by_role("link", name="Xã của tỉnh tôi")).to_have_count(0)


def test_a_major_nonconformity_raises_an_alert_that_somebody_takes_into_hand(browser_page: Page, people: People):
    page, system = browser_page, people.system

    def opened() -> dict | None:
        alerts = system.get("/v1/alerts", agency=people.other).json["alerts"]
        return next((one for one in alerts if one["rule"] == "A1" and one["agency_id"] == people.other), None)

    alert = system.eventually(opened)
    system.settle()
    people.enter(page, "provincial_inspector", "/work")
    item = page.locator(".list__item", has_text="A1").filter(has_text="xã Ái Quốc")
    item.get_by_role("textbox").fill("Đã giao chuyên viên theo dõi")
    keep(page, "work")
    item.get_by_role("button", name=re.compile("Nhận xử lý")).click()
    expect(item).to_contain_text("đã tiếp nhận", ignore_case=True)
    answer = system.get(f"/v1/alerts/{alert['id']}").json
    assert answer["state"] == "acknowledged"
    page.goto(f"{system.url}/agencies/{people.other}")
    expect(page.locator(".timeline__item").filter(has_text=alert["id"])).to_have_count(2)
    keep(page, "agency")


def test_a_report_is_written_whose_numbers_lead_back_to_their_questions(browser_page: Page, people: People):
    page, system = browser_page, people.system
    people.enter(page, "ministry_inspector", f"/report?scope={people.province}")
    keep(page, "report")
    table = of_docx(exported(page, "DOCX"))
    for name in ("I2", "I11"):
        expected = people.row(name)
        row = row_of(table, f"{name} ")
        assert [int(str(cell)) for cell in row[1:3]] == [expected["numerator"], expected["denominator"]]
        assert percent(expected) in str(row[3])
    linked = links_of_pdf(exported(page, "PDF"))
    question = next(link for link in linked if "/indicators/I2/explain" in link)
    assert question.startswith(system.url)
    page.goto(question)
    expect(page.locator(".answer__value")).to_contain_text(percent(people.row("I2")))


def test_a_search_finds_names_without_diacritics_and_d_for_the_barred_letter(browser_page: Page, people: People):
    page = browser_page
    people.enter(page, "ministry_inspector", f"/agencies?scope={people.province}")
    for typed in ("xa dong a", "XÃ ĐÔNG Á", "đong a"):
        page.get_by_label("Tên hoặc mã").fill(typed)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("1 cơ quan")
        expect(page.locator("tbody th a")).to_have_text("Ủy ban nhân dân xã Đông Á")
    rows = of_csv(exported(page, "CSV"))
    assert [row[1] for row in rows if row and row[0].startswith("Ủy ban nhân dân xã")] == [people.commune]
    page.goto(f"{people.system.url}/agencies?scope={people.province}")
    names = page.locator("tbody th a").all_inner_texts()
    # Vietnamese order: a before á, d before đ; a machine's order would put Ái after Đông.
    assert names.index("Ủy ban nhân dân xã Ái Quốc") < names.index("Ủy ban nhân dân xã Đông Á")


def test_an_operator_sees_what_is_stuck_anywhere_and_repairs_it(browser_page: Page, people: People):
    page, system = browser_page, people.system
    wrong = people.action(people.outside, "HD-09", 5)
    wrong["data"]["due_on"] = "2026-02-31"
    assert system.push([wrong])[0]["status"] == "refused"
    people.enter(page, "operator", "/health")
    expect(page.locator("#stuck")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("Kiểm tra|inspection", re.IGNORECASE)).first).to_contain_text(
        "đang nhận tin"
    )
    keep(page, "health")
    silent = of_csv(exported(page, "CSV"))
    assert ["Cơ quan", "Mã cơ quan"] in [row[:2] for row in silent]
    page.get_by_role("link", name="Sửa và gửi lại").click()
    page.get_by_role("row", name=wrong["id"]).get_by_role("link").click()
    page.get_by_role("button", name="Bỏ mục này").click()
    expect(page.get_by_role("status").first).to_contain_text("Mục đã được bỏ")
    kept = json.loads(system.receipt(wrong).body)
    assert kept["status"] != "accepted"
    assert page.goto(f"{system.url}/act/qms.inspection.planned").status == 403
