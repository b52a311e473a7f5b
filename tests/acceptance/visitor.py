"""Somebody at the pages without a browser: cookies, the token of the forms, what a form is sent with."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode

from shared.testing.running_system import BATCH, Answer, RunningSystem

_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Visitor:
    """One person with a session."""

    def __init__(self, system: RunningSystem, **credentials: str) -> None:
        """Sign in: with `token`, or with `name` and `password`."""
        self._system = system
        self._cookies: dict[str, str] = {}
        self._token = ""
        self.open("/sign-in")
        answer = self.send("/sign-in", credentials)
        assert answer.status == 303, answer.body

    def open(self, path: str) -> Answer:
        """Ask for a page."""
        return self._request("GET", path)

    def text(self, path: str) -> str:
        """Return a page that must open, without markup."""
        answer = self.open(path)
        assert answer.status == 200, (answer.status, answer.body[:2000])
        return words_of(answer)

    def send(self, path: str, fields: Mapping[str, str | Sequence[str]]) -> Answer:
        """Send a form of the page that was opened last."""
        body = urlencode({"form_token": self._token, **fields}, doseq=True)
        return self._request("POST", path, body)

    def push(self, events: Sequence[Mapping[str, object]]) -> Answer:
        """Push events as a script of our own pages does."""
        return self._request("POST", "/v1/events", json.dumps(list(events)), BATCH)

    def inputs(self, path: str, beginning: str) -> dict[str, str]:
        """Return what the inputs of a page have whose names begin so."""
        page = self.open(path).body.decode()
        found = re.findall(rf'name="({re.escape(beginning)}[^"]*)" value="([^"]*)"', page)
        return {name: unescape(value) for name, value in found}

    def rows(self, path: str) -> list[list[str]]:
        """Return the rows of a page's CSV file, headings and what they rest on included."""
        joiner = "&" if "?" in path else "?"
        answer = self.open(f"{path}{joiner}format=csv")
        assert answer.status == 200, answer.body[:2000]
        return list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))

    def _request(
        self, method: str, path: str, body: str = "", media_type: str = "application/x-www-form-urlencoded"
    ) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if method == "POST":
            headers |= {"Content-Type": media_type, "X-Form-Token": self._token}
        safe = quote(path, safe="/?&=:%#+")
        answer = self._system.request(method, safe, body=body.encode() if body else None, headers=headers, key=None)
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self._cookies |= {name: one.value for name, one in SimpleCookie(cookie).items()}
        found = _TOKEN.search(answer.body.decode("utf-8", "replace"))
        self._token = found.group(1) if found else self._token
        return answer


def words_of(answer: Answer) -> str:
    """Return what a page says, one blank between words."""
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", answer.body.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())
