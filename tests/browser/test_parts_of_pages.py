"""Where a part of a page is replaced instead of the whole: what one types into the search, and further rows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in

pytestmark = pytest.mark.browser


def open_marked(page: Page, address: str) -> list[str]:
    """Open a page, leave a mark that only a load of a whole page wipes out, and return what the browser complains of."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    page.evaluate("window.marked = true")
    return complaints


def test_typing_into_the_search_replaces_the_list_alone_and_the_address_follows(board: Page, site):
    complaints = open_marked(board, f"{site.url}/agencies")
    board.get_by_label("Tên hoặc mã").press_sequentially("can tho")
    expect(board.get_by_role("status")).to_have_text("3 cơ quan")
    expect(board).to_have_url(re.compile(r"q=can\+tho|q=can%20tho"))
    expect(board.get_by_label("Tên hoặc mã")).to_be_focused()
    assert "q=can" in str(board.locator(".tools__files a").first.get_attribute("href"))
    assert board.evaluate("window.marked") is True
    board.go_back()
    expect(board.get_by_role("status")).not_to_have_text("3 cơ quan")
    assert complaints == []


def test_further_rows_come_below_those_that_are_there(board: Page, site):
    open_marked(board, f"{site.url}/agencies")
    rows = board.locator("#agencies tbody tr")
    expect(rows).to_have_count(100)
    board.get_by_role("link", name="Các cơ quan tiếp theo").click()
    expect(rows).to_have_count(104)
    expect(board.get_by_role("link", name="Các cơ quan tiếp theo")).to_have_count(0)
    assert board.evaluate("window.marked") is True
    open_marked(board, f"{site.url}/indicators/I2/explain")
    rows = board.locator("#behind tbody tr")
    further = board.get_by_role("link", name="Các cơ quan tiếp theo")
    for shown in (50, 100):
        expect(rows).to_have_count(shown)
        further.click()
    expect(rows).not_to_have_count(100)
    expect(further).to_have_count(0)
    assert board.evaluate("window.marked") is True


def test_without_scripts_the_search_and_the_further_rows_are_pages_of_their_own(browser: Browser, site):
    profile = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = profile.new_page()
    sign_in(page, site, path="/agencies")
    page.get_by_role("link", name="Các cơ quan tiếp theo").click()
    expect(page.locator("#agencies tbody tr")).to_have_count(4)
    page.goto(f"{site.url}/agencies")
    page.get_by_label("Tên hoặc mã").fill("can tho")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("status")).to_have_text("3 cơ quan")
    profile.close()


def test_who_was_signed_out_meanwhile_is_led_to_the_sign_in(board: Page, site):
    open_marked(board, f"{site.url}/agencies")
    board.context.clear_cookies(name="oversight_session")
    board.get_by_label("Tên hoặc mã").press_sequentially("so")
    expect(board).to_have_url(re.compile("/sign-in"))
