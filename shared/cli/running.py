"""Finds the running system: addresses and the staff token from `run.json`, and asks it over HTTP."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import urllib3

from shared.cli.errors import CommandError

DEFAULT_DATA = Path(".oversight")
DEFAULT_URL = "http://127.0.0.1:8000"
_OK = range(200, 300)
_FAULTS = range(500, 600)


def run_file(data: Path | None = None) -> Path:
    """Return the path of `run.json` in the data directory (`OVERSIGHT_DATA`, default `.oversight`)."""
    return (data or Path(os.environ.get("OVERSIGHT_DATA", str(DEFAULT_DATA)))) / "run.json"


def read_run(data: Path | None = None) -> dict[str, Any]:
    """Return what `oversight up` wrote; empty where nothing runs here."""
    try:
        content: dict[str, Any] = json.loads(run_file(data).read_text())
    except (OSError, ValueError):
        return {}
    return content


def _base(target: str) -> str:
    """Return scheme, host and port of an address: what one looks for when nothing answers there."""
    return "/".join(target.split("/", 3)[:3])


class Client:
    """Asks the running system, as staff unless another key is given."""

    def __init__(self, url: str | None = None, key: str | None = None, data: Path | None = None) -> None:
        """Take the address and key; by default those of `run.json`, or `OVERSIGHT_URL` and `OVERSIGHT_KEY`."""
        run = read_run(data)
        services = run.get("services", {})
        self.url = (url or os.environ.get("OVERSIGHT_URL") or services.get("inspection") or DEFAULT_URL).rstrip("/")
        self.key = key or os.environ.get("OVERSIGHT_KEY") or run.get("staff_token", "")
        self.services: dict[str, str] = services
        self._pool = urllib3.PoolManager(maxsize=8, retries=False, timeout=urllib3.Timeout(connect=3, read=120))

    def request(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> urllib3.BaseHTTPResponse:
        """Send a request; `path` may be absolute.

        Raises:
            CommandError: nothing answers there.
        """
        target = path if path.startswith("http") else self.url + path
        sent = {"Authorization": f"Bearer {self.key}", **(headers or {})} if self.key else dict(headers or {})
        try:
            return self._pool.request(method, target, body=body, headers=sent)
        except urllib3.exceptions.HTTPError as error:
            raise CommandError(
                f"nothing answers at {_base(target)} ({type(error).__name__})",
                hint="start the system with `oversight up`, or name its address with --url",
            ) from error

    def get(self, path: str) -> Any:
        """Return the JSON answer to a GET.

        Raises:
            CommandError: no answer, or a problem.
        """
        return self.checked(self.request("GET", path))

    def post(self, path: str, document: Any) -> Any:
        """Return the JSON answer to a POST of JSON."""
        body = json.dumps(document).encode()
        return self.checked(self.request("POST", path, body=body, headers={"Content-Type": "application/json"}))

    @staticmethod
    def checked(answer: urllib3.BaseHTTPResponse) -> Any:
        """Return the JSON of an answer.

        Raises:
            CommandError: the answer is a problem; the message is its hint.
        """
        if answer.status in _OK:
            return json.loads(answer.data)
        try:
            problem = json.loads(answer.data)
            code, message = str(problem["code"]), f"{problem['code']}: {problem['hint']['en']}"
        except (ValueError, KeyError, TypeError):
            code, message = "", f"HTTP {answer.status}"
        # A refusal says itself what to do; what is not understood, or is the system's fault, is looked for there.
        hint = "`oversight doctor` checks the system" if not code or answer.status in _FAULTS else ""
        raise CommandError(message, hint=hint, code=code)
