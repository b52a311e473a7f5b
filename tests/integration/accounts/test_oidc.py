"""Sign-in with a real OpenID provider on loopback: code flow with PKCE, state, nonce; whoever has no account stays out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from deploy.local.ports import free_ports
from services.inspection.accounts.oidc import IdentityError, IdentityProvider, Provider, new_attempt
from shared.database.engine import open_database
from shared.testing.identity_provider import CLIENT_ID, CLIENT_SECRET, identity_provider
from tests.browser.country import build_country
from tests.browser.site import Site


@pytest.fixture(scope="module")
def identity_site(tmp_path_factory) -> Iterator[Site]:
    """Give the pages of an empty system that trusts a provider of its own."""
    issuer_port, port = free_ports(2)
    with identity_provider(issuer_port, f"http://127.0.0.1:{port}"):
        database = open_database(f"sqlite:///{tmp_path_factory.mktemp('identity') / 'views.db'}")
        build_country(database, empty=True)
        issuer = f"http://127.0.0.1:{issuer_port}"
        site = Site(database, port, {"ISSUER": issuer, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": CLIENT_SECRET})
        site.accounts.create("ktv-bo", "auditor", None, subject="bo-0017")
        yield site
        site.close()
        database.close()


def _form(page: requests.Response) -> str:
    found = re.search(r'action="([^"]+)"', page.text)
    assert found, page.text[:500]
    return unescape(found[1])


def _at_the_provider(browser: requests.Session, site: Site, login: str) -> requests.Response:
    """Sign in at the provider as a browser would, up to its way back."""
    page = browser.get(f"{site.url}/sign-in/oidc", params={"next": "/agencies"}, timeout=10)
    page = browser.post(_form(page), data={"prompt": "login", "login": login, "password": "x"}, timeout=10)
    return browser.post(_form(page), data={"prompt": "consent"}, allow_redirects=False, timeout=10)


def _way_back(browser: requests.Session, answer: requests.Response, site: Site) -> str:
    while not answer.headers["Location"].startswith(f"{site.url}/"):
        answer = browser.get(answer.headers["Location"], allow_redirects=False, timeout=10)
    return answer.headers["Location"]


def test_an_identity_with_an_account_is_let_in_and_led_to_where_it_wanted_to_go(identity_site):
    browser = requests.Session()
    back = _way_back(browser, _at_the_provider(browser, identity_site, "bo-0017"), identity_site)
    page = browser.get(back, timeout=10)
    assert page.url == f"{identity_site.url}/agencies"
    assert "ktv-bo" in page.text
    assert "Người giám sát" in page.text


def test_an_identity_without_an_account_is_told_so_and_stays_out(identity_site):
    browser = requests.Session()
    back = _way_back(browser, _at_the_provider(browser, identity_site, "khach"), identity_site)
    page = browser.get(back, timeout=10)
    assert page.status_code == 403
    assert "chưa được cấp quyền" in page.text
    assert browser.get(f"{identity_site.url}/agencies", timeout=10).url.startswith(f"{identity_site.url}/sign-in")


def test_an_answer_is_of_no_use_to_another_browser_or_a_second_time(identity_site):
    browser = requests.Session()
    back = _way_back(browser, _at_the_provider(browser, identity_site, "bo-0017"), identity_site)
    assert requests.get(back, timeout=10).status_code == 401
    assert browser.get(back.replace("state=", "state=x"), timeout=10).status_code == 401
    assert browser.get(back, timeout=10).status_code == 200
    assert browser.get(back, timeout=10).status_code == 401


def test_a_code_without_its_verifier_or_with_another_nonce_is_refused(identity_site):
    browser = requests.Session()
    back = _way_back(browser, _at_the_provider(browser, identity_site, "bo-0017"), identity_site)
    provider = identity_site.identity_provider
    code = parse_qs(urlsplit(back).query)["code"][0]
    with pytest.raises(IdentityError, match="answers 400"):
        provider.identity(code, new_attempt("/"), f"{identity_site.url}/sign-in/oidc/return")


def test_a_token_for_another_attempt_is_not_taken(identity_site):
    provider = identity_site.identity_provider
    attempt = new_attempt("/")
    redirect_uri = f"{identity_site.url}/sign-in/oidc/return"
    browser = requests.Session()
    page = browser.get(provider.address(attempt, redirect_uri), timeout=10)
    page = browser.post(_form(page), data={"prompt": "login", "login": "bo-0017", "password": "x"}, timeout=10)
    answer = browser.post(_form(page), data={"prompt": "consent"}, allow_redirects=False, timeout=10)
    code = parse_qs(urlsplit(_way_back(browser, answer, identity_site)).query)["code"][0]
    other = type(attempt)(attempt.state, "another-nonce", attempt.verifier, "/")
    with pytest.raises(IdentityError, match="does not hold"):
        provider.identity(code, other, redirect_uri)


def test_a_provider_that_is_away_is_said_in_words(identity_site):
    away = IdentityProvider(Provider("http://127.0.0.1:9", CLIENT_ID, CLIENT_SECRET))
    with pytest.raises(IdentityError, match="no usable answer"):
        away.address(new_attempt("/"), "http://127.0.0.1/")
