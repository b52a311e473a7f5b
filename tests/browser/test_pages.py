"""The pages as inspection staff use them: sign-in, board, agency, from a figure to its events, both languages."""

from __future__ import annotations

import html
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.country import DEPARTMENT

pytestmark = pytest.mark.browser


def test_a_wrong_token_is_said_in_words_and_the_right_one_leads_to_where_one_wanted_to_go(browser_page: Page, site):
    sign_in(browser_page, site, "sai-ma", f"/agencies/{DEPARTMENT}?as_of=2025-12-31")
    expect(browser_page.get_by_role("alert")).to_contain_text("Mã truy cập không đúng")
    expect(browser_page.get_by_label("Mã truy cập của cán bộ")).to_have_attribute("aria-invalid", "true")
    browser_page.get_by_role("link", name="English").click()
    browser_page.goto(f"{site.url}/sign-in?lang=vi&next=/agencies/{DEPARTMENT}?as_of=2025-12-31")
    browser_page.get_by_label("Mã truy cập của cán bộ").fill("mat-ma-thu-nghiem")
    browser_page.keyboard.press("Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("Sở Khoa học và Công nghệ thành phố Cần Thơ")
    assert browser_page.url.endswith(f"/agencies/{DEPARTMENT}?as_of=2025-12-31")


@pytest.mark.parametrize(
    "target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_a_sign_in_link_leads_nowhere_else(browser_page: Page, site, target):
    browser_page.goto(f"{site.url}/sign-in?next={target}")
    browser_page.get_by_label("Mã truy cập của cán bộ").fill("mat-ma-thu-nghiem")
    browser_page.keyboard.press("Enter")
    browser_page.wait_for_url(f"{site.url}/")


def test_signing_out_ends_the_session(browser_page: Page, site):
    sign_in(browser_page, site)
    board = browser_page
    board.get_by_role("button", name="Đăng xuất").click()
    board.goto(site.url + "/agencies")
    expect(board).to_have_url(re.compile("/sign-in"))


def tile(page: Page, indicator: str):
    return page.locator(".tile").filter(has=page.get_by_text(indicator, exact=True))


def test_the_board_shows_rates_with_numerator_and_denominator_as_vietnamese_write_them(board: Page):
    expect(tile(board, "I1")).to_contain_text(re.compile(r"85,71\s%"))
    expect(tile(board, "I1")).to_contain_text(re.compile(r"30\s*/\s*35"))
    expect(tile(board, "I11")).to_contain_text(re.compile(r"12\s*/\s*34"))
    row = board.get_by_role("row", name="Thành phố Cần Thơ")
    expect(row).to_contain_text("100,00")
    expect(board.locator(".foot")).to_contain_text("14:05 22/11/2026")
    rows = board.locator("#provinces + .scroll tbody tr")
    assert rows.count() == 35


def test_the_funnel_has_a_table_twin_whose_shares_sum_to_one_hundred(board: Page):
    shares = board.locator(".twin tbody td:last-child").all_inner_texts()
    assert sum(round(float(text.replace(",", ".").rstrip("\u00a0 %")) * 100) for text in shares) == 10_000
    label = board.locator(".funnel__bar").get_attribute("aria-label")
    assert "Chưa triển khai 40 (38,46\u00a0%)" in label


def test_as_of_and_known_at_stand_in_the_address_and_change_the_figures(board: Page):
    board.get_by_label("Tính đến hết ngày").fill("31/12/2023")
    board.get_by_role("button", name="Xem").click()
    assert "as_of=31%2F12%2F2023" in board.url
    expect(tile(board, "I2")).to_contain_text(re.compile(r"0\s*/\s*104"))
    board.get_by_label("Theo thông tin có lúc").fill("01/01/2023 00:00")
    board.get_by_role("button", name="Xem").click()
    expect(tile(board, "I1")).to_contain_text(re.compile(r"0\s*/\s*35"))
    board.reload()
    expect(tile(board, "I1")).to_contain_text(re.compile(r"0\s*/\s*35"))


def test_the_verified_variant_is_one_choice_away(board: Page):
    board.get_by_label("Đã xác minh").check()
    board.get_by_role("button", name="Xem").click()
    assert "variant=verified" in board.url
    expect(board.locator(".head__when")).to_contain_text("Đã xác minh")


def test_every_figure_of_the_board_is_three_clicks_or_fewer_from_an_event(board: Page, site):
    """Through the links of the pages alone: tiles, funnel, alerts, changes of the law, targets, map, a province, the total."""
    parts = ".tile__value, .funnel a, #alerts ~ ul a, h2 a.count, #law ~ ul a, #targets ~ .choice a, #targets-rows a, .map a"
    figures = board.locator(f"{parts}, #provinces + .scroll tbody tr:nth-child(3) a, #provinces + .scroll tfoot a")
    addresses = set(figures.evaluate_all("all => all.map(one => one.getAttribute('href'))"))
    assert len(addresses) > 50
    assert [address for address in sorted(addresses) if not leads_to_an_event(board, site.url, address, 3)] == []


def leads_to_an_event(page: Page, place: str, address: str, clicks: int) -> bool:
    """Return whether so many clicks are enough to get from a link to an event; of many agencies some are tried."""
    if address.startswith("/events/"):
        return True
    asked = address.partition("#")[0]
    text, path = page.request.get(place + asked).text(), asked.partition("?")[0]
    main = text[text.index("<main") :]
    links = [html.unescape(link) for link in re.findall(r'<a [^>]*?href="([^"]+)"', main)]
    onward = [f"{path}{link}" if link.startswith("?") else link for link in links if not link.startswith("#")]
    if clicks > 1 and any(link.startswith("/events/") for link in onward):
        return True
    if clicks <= 2:
        return False
    deeper = [link for link in onward if re.match(r"/(agencies/|law/|targets/)|.*[?&]agency=", link)]
    return any(leads_to_an_event(page, place, link, clicks - 1) for link in deeper[:_TRIED])


_TRIED = 12


def test_every_province_row_is_sorted_by_the_column_that_was_chosen(board: Page):
    board.get_by_role("link", name=re.compile("^Hành động khắc phục quá hạn")).last.click()
    expect(board.locator("th[aria-sort=descending]")).to_have_count(1)
    cells = board.locator("#provinces + .scroll tbody tr td:last-child").all_inner_texts()
    rates = [float(cell.split("\u00a0")[0].replace(",", ".")) for cell in cells if "%" in cell]
    assert rates == sorted(rates, reverse=True)


def test_alerts_and_changes_of_the_law_are_on_the_board(board: Page):
    alerts = board.locator("#alerts ~ ul li")
    assert [text.split()[0] for text in alerts.all_inner_texts()] == ["Khẩn", "Nghiêm", "Cảnh"]
    board.locator("#alerts a").click()
    board.locator("#severity").select_option("serious")
    board.get_by_role("button", name="Xem").click()
    expect(board.locator("#alerts-rows tbody tr")).to_have_count(1)
    board.get_by_role("link", name="A1 Sự không phù hợp nặng").click()
    expect(board.locator("pre")).to_contain_text('"rule": "A1"')
    board.go_back()
    board.goto(board.url.partition("/alerts")[0])
    law = board.locator("#law ~ ul li").first
    expect(law).to_contain_text("61/2018/NĐ-CP")
    expect(law).to_contain_text("20 quy trình chưa cập nhật")
    law.get_by_role("link").click()
    expect(board.get_by_role("heading", level=1)).to_contain_text("61/2018/NĐ-CP")


def test_targets_stand_on_the_board_the_worst_first_and_lead_to_what_is_behind_them(board: Page):
    expect(tile(board, "I4")).to_contain_text(re.compile(r"16\s*/\s*16"))
    expect(tile(board, "I21")).to_contain_text("không áp dụng")
    rows = board.locator("#targets-rows tbody tr")
    expect(rows.locator("th a")).to_have_text(["Cơ quan công bố phù hợp", "Cơ quan công bố bước đầu"])
    assert "16\u202f/\u202f104" in rows.first.inner_text()
    expect(board.locator("#targets ~ .choice").get_by_role("link", name="Chậm tiến độ")).to_have_text(re.compile("1$"))
    rows.first.get_by_role("link", name=re.compile("%")).click()
    expect(board.locator(".answer__value")).to_have_text(re.compile(r"15,38\s%"))


def test_the_agency_file_tells_both_times_and_where_a_fact_comes_from(board: Page, site):
    board.goto(f"{site.url}/agencies/{DEPARTMENT}")
    entry = board.locator(".timeline__item", has_text="Lập phiếu sự không phù hợp")
    expect(entry).to_contain_text("03/09/2026")
    expect(entry).to_contain_text(re.compile(r"ghi nhận \d\d:\d\d \d\d/\d\d/\d{4}"))
    expect(entry).to_contain_text("Ghi nhận qua kiểm tra")
    expect(board.get_by_role("row", name="KPH-2026-012")).to_contain_text("Nặng")
    expect(board.get_by_role("row", name="QT-01")).to_contain_text("15 / 20")


def test_search_finds_names_without_diacritics(board: Page, site):
    board.goto(f"{site.url}/agencies")
    board.get_by_label("Tên hoặc mã").fill("so khoa hoc can tho")
    board.keyboard.press("Enter")
    expect(board.get_by_role("status")).to_have_text("1 cơ quan")
    board.get_by_label("Tên hoặc mã").fill("không có thật")
    board.keyboard.press("Enter")
    expect(board.locator(".empty")).to_contain_text("Không tìm thấy cơ quan nào")


def test_names_from_outside_are_text_and_never_markup(board: Page, site):
    board.goto(f"{site.url}/agencies?q=chi+cuc")
    expect(board.locator("tbody th a")).to_have_text("Chi cục Tiêu chuẩn Đo lường Chất lượng <b>Cần Thơ</b>")
    board.goto(f"{site.url}/agencies?q=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(board.get_by_label("Tên hoặc mã")).to_have_value("<script>alert(1)</script>")


def test_english_is_one_click_away_and_stays(board: Page, site):
    board.get_by_role("link", name="English").click()
    expect(board.get_by_role("heading", level=1)).to_have_text("National board")
    expect(tile(board, "I1")).to_contain_text("85.71%")
    board.goto(f"{site.url}/agencies/{DEPARTMENT}")
    expect(board.locator("html")).to_have_attribute("lang", "en")
    expect(board.get_by_role("heading", name="Time line")).to_be_visible()


def test_dates_that_cannot_be_read_are_said_beside_their_field(board: Page, site):
    board.goto(f"{site.url}/?as_of=31/02/2025&known_at=hom-qua")
    expect(board.get_by_role("alert").get_by_role("link")).to_have_count(2)
    expect(board.get_by_label("Tính đến hết ngày")).to_have_attribute("aria-invalid", "true")
    expect(tile(board, "I1")).to_contain_text("85,71")


@pytest.mark.parametrize("path", ["/agencies/khong-co", "/events/documents/999999", "/indicators/I99/explain", "/nope"])
def test_what_is_not_there_gets_a_page_that_says_what_to_do(board: Page, site, path):
    answer = board.goto(site.url + path)
    assert answer.status == 404
    expect(board.get_by_role("heading", level=1)).to_have_text("Không tìm thấy trang")
    expect(board.get_by_role("link", name="Đến bảng toàn quốc")).to_be_visible()


def test_an_empty_system_says_how_to_fill_it(browser_page: Page, empty_site):
    sign_in(browser_page, empty_site)
    expect(browser_page.locator(".empty")).to_contain_text("oversight agency register FILE")
