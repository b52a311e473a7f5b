"""The pages for everybody: axe in both colour schemes, narrow screens, large letters, keyboard, no script, paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in
from tests.browser.people import People
from tests.browser.site import Site
from tests.browser.site_map import OF_COUNTRY, OF_SYSTEM, page_rules
from tests.browser.walking import axe, pages_of, too_wide, watched

pytestmark = pytest.mark.browser

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: What colours and widths can spoil; the rest is the same in all of them.
LOOKS = ("color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable")
NARROW, USUAL = {"width": 320, "height": 640}, {"width": 1280, "height": 900}
#: A window of 1280 pixels at 200 % has room for 640.
ENLARGED = {"width": 640, "height": 450}


def test_every_page_of_the_routes_has_an_example_on_the_site_map():
    assert {*OF_COUNTRY, *OF_SYSTEM} == page_rules()


@pytest.fixture
def whole(request: pytest.FixtureRequest) -> Site | People:
    """Give the small country, or the running system."""
    return request.getfixturevalue(request.param)


BOTH = pytest.mark.parametrize("whole", ["site", "people"], indirect=True)
#: Always over the small country, which has more to show; over the running system in the long form.
BOTH_AT_LENGTH = pytest.mark.parametrize(
    "whole", ["site", pytest.param("people", marks=pytest.mark.slow)], indirect=True
)


@BOTH_AT_LENGTH
@pytest.mark.timeout(400)
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_its_window(browser_page: Page, whole):
    """Light and dark, 320 pixels, 200 %, and letters twice as large: no violation, no sideways scrolling."""
    page, found = browser_page, {}
    for path in pages_of(page, whole):
        page.set_viewport_size(NARROW)
        wrong = axe(page, tags=TAGS) + too_wide(page)
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(ENLARGED)
        wrong += axe(page, rules=LOOKS) + too_wide(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(USUAL)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wrong += too_wide(page)
        found |= {path: wrong} if wrong else {}
    assert found == {}


@pytest.mark.slow
@BOTH
@pytest.mark.timeout(900)
@pytest.mark.parametrize("size", [NARROW, ENLARGED, USUAL], ids=["320", "200%", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_in_any_colours_at_any_size(browser_page: Page, whole, language, scheme, size):
    page, found = browser_page, {}
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(size)
    for path in pages_of(page, whole, language=language):
        wrong = axe(page, tags=TAGS) + too_wide(page)
        found |= {path: wrong} if wrong else {}
    assert found == {}


@BOTH
@pytest.mark.timeout(400)
def test_every_page_can_be_read_without_scripts_and_in_english_on_a_narrow_screen(browser: Browser, whole):
    profile = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport=NARROW)
    page, found = profile.new_page(), {}
    for path in pages_of(page, whole, language="en"):
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("h1"), path).to_be_visible()
        assert page.locator("main").inner_text().strip(), path
        hidden = page.locator("main table:not(details table)").filter(visible=False)
        wrong = too_wide(page) + [table.inner_text()[:80] for table in hidden.all()]
        found |= {path: wrong} if wrong else {}
    assert found == {}
    profile.close()


def test_the_first_key_leads_past_the_navigation(board: Page):
    board.keyboard.press("Tab")
    skip = board.get_by_role("link", name="Đến nội dung chính")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    board.keyboard.press("Enter")
    assert board.evaluate("document.activeElement.id") == "content"


def test_targets_are_large_enough_to_hit(board: Page):
    small = board.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]):not([type=radio]), .menu a, .languages a, .cell')]
             .map(e => [e.textContent.trim() || e.id, e.getBoundingClientRect()])
             .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
    )
    assert small == []


@BOTH
@pytest.mark.timeout(400)
def test_no_page_weighs_100_kilobytes_or_loads_anything_from_elsewhere_or_breaks_its_policy(browser: Browser, whole):
    """Counted: the page, style sheets, scripts and fonts as they are sent (compressed); not the chart's library."""
    profile = browser.new_context(locale="vi-VN", viewport=USUAL)
    page, heavy, seen = profile.new_page(), {}, {}
    wrong = watched(page)
    origin = whole.url if isinstance(whole, Site) else whole.system.url
    page.on("response", lambda answer: seen.setdefault(answer.url, int(answer.headers.get("content-length", "0"))))
    for path in pages_of(page, whole):
        page.evaluate("document.fonts.ready.then(() => true)")
        # What an earlier page has brought along counts for this one too.
        used = set(page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")) | {page.url}
        weights = {url: size for url, size in seen.items() if url in used and "/echarts/" not in url}
        fonts = {url: size for url, size in weights.items() if "/fonts/" in url}
        assert sum(weights.values()) > 10_000, "something was measured"
        if sum(weights.values()) >= 100_000 or any("-ext-" in url for url in fonts):
            heavy[path] = weights
        seen.pop(page.url, None)
    assert heavy == {}
    assert wrong == []
    assert [url for url in seen if not url.startswith((origin, "data:"))] == []
    assert any("/fonts/" in url for url in seen)
    profile.close()


def test_without_scripts_and_vendored_styles_filters_and_links_work(browser: Browser, site):
    profile = browser.new_context(java_script_enabled=False, locale="vi-VN", viewport=USUAL)
    page = profile.new_page()
    page.route("**/vendor/**", lambda route: route.abort())
    sign_in(page, site)
    page.get_by_label("Tính đến hết ngày").fill("31/12/2024")
    page.get_by_role("button", name="Xem").click()
    expect(page.locator(".head__when")).to_contain_text("31/12/2024")
    page.get_by_role("row", name="Thành phố Cần Thơ").get_by_role("link").first.click()
    expect(page.get_by_role("status")).to_have_text("4 cơ quan")
    profile.close()


def test_on_a_narrow_screen_the_menu_is_folded_and_opens_by_keyboard_with_targets_for_thumbs(board: Page, site):
    board.set_viewport_size({"width": 390, "height": 900})
    assert board.locator("header.bar").bounding_box()["height"] < 300
    menu = board.get_by_role("navigation", name="Điều hướng chính")
    expect(menu).to_have_count(0)
    board.locator(".menu summary").focus()
    board.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Bảng toàn quốc")).to_have_attribute("aria-current", "page")
    shown = [link.bounding_box() for link in menu.get_by_role("link").all()]
    assert len(shown) > 10
    assert [box for box in shown if box["height"] < 44] == []
    assert axe(board, tags=TAGS) + too_wide(board) == []
    menu.get_by_role("link", name="Cơ quan", exact=True).click()
    board.wait_for_url(f"{site.url}/agencies")
    board.set_viewport_size(USUAL)
    expect(menu).to_have_count(1)
    expect(board.locator(".menu summary")).to_be_hidden()


def test_paper_shows_figures_and_not_the_controls(board: Page):
    board.emulate_media(media="print")
    expect(board.locator(".filters")).to_be_hidden()
    expect(board.locator(".menu")).to_be_hidden()
    expect(board.get_by_role("row", name="Thành phố Cần Thơ")).to_be_visible()


def test_a_slash_goes_to_the_search(board: Page, site):
    board.keyboard.press("/")
    board.wait_for_url(f"{site.url}/agencies")
    board.keyboard.press("/")
    expect(board.get_by_label("Tên hoặc mã")).to_be_focused()
