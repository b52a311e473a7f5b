"""The pages for everybody: axe in both colour schemes, narrow screens, keyboard, no script, paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.browser.country import DEPARTMENT

pytestmark = pytest.mark.browser

PAGES = {
    "board": "/",
    "board with errors": "/?as_of=x",
    "agencies": "/agencies?q=so",
    "agency": f"/agencies/{DEPARTMENT}",
    "explanation": "/indicators/I6/explain",
    "funnel": "/indicators/I2a/explain?province=P92",
    "event": "/events/documents/120",
    "docs": "/docs",
    "filtered": "/?level=province&from=01/01/2026&to=30/06/2026&map=I6",
    "before the reform": "/?as_of=2024-12-31",
    "work": "/work",
    "law": "/law",
    "change of the law": "/law/bo-khcn/documents-107",
    "inspections": "/records/inspection?state=all",
    "form": "/act/qms.inspection.planned?agency_id=so-khcn-92",
    "kept views": "/views",
    "report": "/report",
    "peers": "/peers",
    "trend": "/indicators/I6/trend",
    "missing": "/nope",
}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


#: In the dark only colours differ.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.mark.parametrize(
    ("scheme", "options"), [("light", RULES), pytest.param("dark", COLOURS, marks=pytest.mark.slow)]
)
def test_axe_finds_nothing(board: Page, site, scheme, options):
    board.emulate_media(color_scheme=scheme)
    found = {}
    for name, path in PAGES.items():
        board.goto(site.url + path)
        violations = Axe().run(board, options=options).response["violations"]
        found |= {f"{name}: {v['id']}": [node["html"][:120] for node in v["nodes"][:3]] for v in violations}
    board.get_by_role("link", name="Đến bảng toàn quốc").click()
    board.get_by_role("button", name="Đăng xuất").click()
    violations = Axe().run(board, options=options).response["violations"]
    found |= {f"sign-in: {v['id']}": [node["html"][:120] for node in v["nodes"][:3]] for v in violations}
    assert found == {}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_wider_than_a_screen_of_320_pixels(board: Page, site, language):
    board.set_viewport_size({"width": 320, "height": 640})
    for name, path in PAGES.items():
        joiner = "&" if "?" in path else "?"
        board.goto(f"{site.url}{path}{joiner}lang={language}")
        assert board.evaluate("document.documentElement.scrollWidth") == 320, name


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


def test_pages_load_nothing_from_elsewhere_and_break_no_rule_of_their_policy(browser_page: Page, site):
    requested, complaints = [], []
    browser_page.on("request", lambda request: requested.append(request.url))
    browser_page.on("console", lambda message: complaints.append(message.text))
    sign_in(browser_page, site)
    for path in ("/", f"/agencies/{DEPARTMENT}", "/indicators/I2/explain", "/?as_of=x"):
        browser_page.goto(site.url + path)
    assert [url for url in requested if not url.startswith((site.url, "data:"))] == []
    assert complaints == []


def test_a_page_weighs_less_than_100_kilobytes_beside_fonts_and_charts(browser_page: Page, site):
    weights = {}

    def weigh(response):
        if "/fonts/" not in response.url:
            weights[response.url] = int(response.headers.get("content-length", "0"))

    sign_in(browser_page, site)
    browser_page.on("response", weigh)
    browser_page.goto(site.url + "/")
    browser_page.wait_for_load_state("networkidle")
    assert len(weights) > 1
    assert sum(weights.values()) < 100_000, weights


def test_without_scripts_and_vendored_styles_everything_can_be_read_and_used(browser_page: Page, site):
    browser_page.route("**/*.js*", lambda route: route.abort())
    browser_page.route("**/vendor/**", lambda route: route.abort())
    sign_in(browser_page, site)
    browser_page.get_by_label("Tính đến hết ngày").fill("31/12/2024")
    browser_page.get_by_role("button", name="Xem").click()
    expect(browser_page.locator(".head__when")).to_contain_text("31/12/2024")
    browser_page.get_by_role("row", name="Thành phố Cần Thơ").get_by_role("link").first.click()
    expect(browser_page.get_by_role("status")).to_have_text("4 cơ quan")
    assert Axe().run(browser_page, options=RULES).response["violations"] == []


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
