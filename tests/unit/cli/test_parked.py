"""`oversight parked list` over services of which one is down: the others' items, and the name of the one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.cli.parked import parked

ITEM = {"consumer": "oversight", "source": "audit", "position": 7, "type": "t", "reason": "FaultError", "detail": "d"}
NOWHERE = "http://127.0.0.1:1"


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"items": [ITEM]}).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Answers)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def listed(data: Path, services: dict[str, str], monkeypatch: pytest.MonkeyPatch, *words: str):
    (data / "run.json").write_text(json.dumps({"services": services}))
    monkeypatch.setenv("OVERSIGHT_DATA", str(data))
    monkeypatch.delenv("OVERSIGHT_URL", raising=False)
    return CliRunner().invoke(parked, ["list", *words])


def test_one_service_that_is_down_is_named_and_hides_nothing(tmp_path, address, monkeypatch):
    done = listed(tmp_path, {"inspection": address, "audit": NOWHERE, "notify": address}, monkeypatch, "--json")
    assert [item["service"] for item in json.loads(done.stdout)["items"]] == ["inspection", "notify"]
    assert "audit is missing from this list: nothing answers at http://127.0.0.1:1 " in done.stderr
    assert done.exit_code == 1


def test_when_all_answer_the_status_is_0(tmp_path, address, monkeypatch):
    done = listed(tmp_path, {"inspection": address}, monkeypatch)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "FaultError" in done.stdout


def test_when_none_answers_the_error_is_said_once(tmp_path, monkeypatch):
    done = listed(tmp_path, {"inspection": NOWHERE, "audit": NOWHERE}, monkeypatch)
    assert done.exit_code == 1
    assert str(done.exception).startswith("nothing answers at http://127.0.0.1:1 ")
