"""The pages in a browser: a small country behind real handlers, and somebody who is signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from shared.database.engine import open_database
from shared.testing.browser import FLAGS, chromium_program
from shared.testing.running_system import RunningSystem
from tests.browser.country import build_country
from tests.browser.land import Land
from tests.browser.people import People
from tests.browser.site import TOKEN, Site
from tests.browser.walking import watched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give one browser to the tests of a module; each test has its own profile in it.

    Not to the whole session: playwright allows one running instance, and other tests start theirs.
    """
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_program(), args=FLAGS, headless=True)
        yield running
        running.close()


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[Page]:
    """Give a blank page of an empty profile, Vietnamese, in Hanoi time; in the end nothing may have been wrong in it.

    Wrong is a script that failed, a breach of the content security policy, or something loaded from elsewhere.
    """
    profile = browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1280, "height": 900}
    )
    profile.set_default_timeout(15_000)
    page = profile.new_page()
    wrong = watched(page)
    yield page
    profile.close()
    assert wrong == []


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('country') / 'views.db'}")
    build_country(database)
    running = Site(database)
    yield running
    running.close()
    database.close()


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the pages of a system that has taken in nothing yet."""
    database = open_database(f"sqlite:///{tmp_path_factory.mktemp('nothing') / 'views.db'}")
    build_country(database, empty=True)
    running = Site(database)
    yield running
    running.close()
    database.close()


@pytest.fixture(scope="session")
def people(system: RunningSystem) -> People:
    """Give the people of the stories, in the running system that all tests share."""
    return People(system)


@pytest.fixture(scope="session")
def land(system: RunningSystem) -> Land:
    """Give the province of the rooms, in the running system that all tests share."""
    return Land(system)


def sign_in(page: Page, site: Site, token: str = TOKEN, path: str = "/") -> None:
    """Open a page, and give the token when asked for it."""
    page.goto(site.url + path)
    page.get_by_label("Mã truy cập của cán bộ").fill(token)
    with page.expect_navigation():
        page.get_by_role("button", name="Dùng mã truy cập").click()


@pytest.fixture
def board(browser_page: Page, site: Site) -> Page:
    """Give the national board, signed in: the first time through the form, then with the same session."""
    if site.session:
        browser_page.context.add_cookies(site.session)
        browser_page.goto(site.url)
    else:
        sign_in(browser_page, site)
        site.session = browser_page.context.cookies()
    return browser_page
