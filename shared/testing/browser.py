"""Pytest fixtures for a real browser: the machine's own Chromium, driven by playwright, loopback only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

#: Overrides the search for the browser program.
CHROMIUM_SETTING = "OVERSIGHT_CHROMIUM"
# Everything a browser would do on its own account is off, so that a page test talks to the page alone.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


def chromium_program() -> str:
    """Return the browser's path.

    Raises:
        FileNotFoundError: no Chromium is installed.
    """
    for name in (os.environ.get(CHROMIUM_SETTING), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    message = "Chromium is not installed: sudo apt-get install chromium"
    raise FileNotFoundError(message)


@pytest.fixture
def browser_context(tmp_path: Path) -> Iterator[BrowserContext]:
    """Give a browser with an empty profile of its own, Vietnamese locale and Hanoi time."""
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            user_data_dir=tmp_path / "chromium-profile",
            executable_path=chromium_program(),
            args=FLAGS,
            headless=True,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            viewport={"width": 1280, "height": 900},
        )
        context.set_default_timeout(15_000)
        yield context
        context.close()


@pytest.fixture
def browser_page(browser_context: BrowserContext) -> Page:
    """Give the browser's first page, blank."""
    return browser_context.pages[0] if browser_context.pages else browser_context.new_page()
