"""Walks all pages with one check: signed in, one page after the other, what is wrong by the page's address."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.people import People
from tests.browser.site import TOKEN, Site
from tests.browser.site_map import pages_of_country, pages_of_system

Findings = list[str]


def pages_of(page: Page, whole: Site | People, *, language: str = "vi") -> Iterator[str]:
    """Open every page of the small country or of the running system, and give its address.

    The page for signing in comes first, then those for who is signed in.
    """
    here = isinstance(whole, Site)
    place, token = (whole.url, TOKEN) if here else (whole.system.url, whole.system.staff)
    page.goto(f"{place}/sign-in?lang={language}")
    yield "/sign-in"
    _enter(page, place, token)
    for path in pages_of_country() if here else pages_of_system(whole):
        answer = page.goto(place + path)
        assert answer is not None
        assert answer.status in (200, 404), f"{path}: {answer.status}"
        yield path


def _enter(page: Page, place: str, token: str) -> None:
    page.goto(f"{place}/sign-in?next=/views")
    page.locator("[name=token]").fill(token)
    page.locator("form", has=page.locator("[name=token]")).get_by_role("button").click()
    page.wait_for_url(f"{place}/views")


def watched(page: Page) -> Findings:
    """Return the list of what goes wrong on a page from now on: scripts, its policy, things from elsewhere.

    That an address is refused or not there is no fault of the page that shows it.
    """
    wrong: Findings = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda told: None if told.text.startswith(_ANSWERED) else wrong.append(told.text))
    page.on("request", lambda asked: None if asked.url.startswith(_OURS) else wrong.append(asked.url))
    return wrong


#: How Chromium begins to tell of a page that was answered with 403 or 404; where this machine's pages lie.
_ANSWERED, _OURS = "Failed to load resource: the server responded with a status of 4", ("http://127.0.0.1:", "data:")


@cache
def _script() -> str:
    return str(Axe().axe_script)


def axe(page: Page, *, tags: tuple[str, ...] = (), rules: tuple[str, ...] = ()) -> Findings:
    """Return what axe finds on the page as it is shown now, by all rules of some tags or by some rules.

    Only what is wrong is brought back: the list of all that is right takes most of the time.
    """
    chosen: dict[str, Any] = {"type": "tag", "values": list(tags)} if tags else {"type": "rule", "values": list(rules)}
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(_script())
    found = page.evaluate(
        """options => axe.run(document, options).then(results => results.violations.map(
             one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(' | ')))""",
        {"runOnly": chosen, "resultTypes": ["violations"]},
    )
    return [str(one) for one in found]


def too_wide(page: Page) -> Findings:
    """Return what makes the page wider than the window, if anything does."""
    wide = page.evaluate(
        """() => { const room = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.querySelectorAll('main *, header *, footer *')]
            .filter(e => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll'))
            .slice(0, 3).map(e => e.outerHTML.slice(0, 120)).concat(['wider than ' + room]); }"""
    )
    return [str(one) for one in wide]
