"""The commands that the README and the how-to pages give do what is said there, on the running system."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from shared.testing.running_system import RunningSystem

ROOT = Path(__file__).parents[2]
#: Stands for the pause of the README: until the views have read what was pushed, on a busy machine too.
READ = """\
until curl -s "$URL/v1/indicators/I7?as_of=2026-04-30&from=2026-03-01&to=2026-03-31" \\
  -H "Authorization: Bearer $KEY" | grep -q '"numerator": *131'; do sleep 0.2; done"""


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)


def shell(system: RunningSystem, folder: Path, script: str) -> str:
    """Run a script as the page gives it; only address, data directory and virtual environment are this test's."""
    script = (
        script.replace("http://127.0.0.1:8000", system.url)
        .replace(". .venv/bin/activate", f'export PATH="{Path(sys.executable).parent}:$PATH"')
        .replace(".oversight/demo", str(system.data))
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def answers(output: str) -> list[dict]:
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("page", ["README.md", "README.vi.md"])
def test_the_two_minutes_of_the_readme(system, tmp_path, page):
    agency = f"THU-NGHIEM-{page.replace('.', '-')}"
    (script,) = [block for block in blocks(page, "sh") if "agencies.csv" in block]
    assert "\nsleep 2\n" in script
    script = script.replace("sleep 2", READ).replace("THU-NGHIEM", agency)
    output = shell(system, tmp_path, script)
    pushed, receipt, figures = answers(output)
    assert pushed["results"][0]["status"] == "accepted"
    assert receipt["status"] == "accepted"
    (row,) = figures["rows"]
    assert (row["key"], row["numerator"], row["denominator"]) == (agency, 131, 134)
    again = f"URL={system.url}; KEY={key_in(system, agency)}\n" + script[script.index("curl -s $URL/v1/events") :]
    assert answers(shell(system, tmp_path, again))[0]["results"][0]["status"] == "duplicate"


def key_in(system: RunningSystem, agency: str) -> str:
    return str(system.request("POST", f"/v1/agencies/{agency}/keys", body=b"{}").json["key"])


def test_the_client_in_the_how_to_pushes_what_lies_in_its_spool(system, tmp_path):
    agency = "THU-NGHIEM-client"
    (readme,) = [block for block in blocks("README.md", "sh") if "agencies.csv" in block]
    shell(system, tmp_path, readme.replace("THU-NGHIEM", agency).partition("# 3.")[0])
    (client,) = [block for block in blocks("docs/how-to/push-events.md", "python") if "Spool" in block]
    (tmp_path / "client.py").write_text(client.replace("http://127.0.0.1:8000", system.url), encoding="utf-8")
    output = shell(system, tmp_path, f"KEY={key_in(system, agency)} {sys.executable} client.py")
    assert output.split()[:2] == ["2026-03-one-stop", "duplicate"]


def test_the_descriptions_are_served_by_every_service(system):
    for service in ("inspection", "documents", "audit", "notify"):
        document = system.request("GET", "/openapi.json", key=None, service=service).json
        assert document["info"]["title"].endswith(service)
        assert "/v1/events" in document["paths"]
        asyncapi = system.request("GET", "/asyncapi.json", key=None, service=service).json
        assert asyncapi["channels"]["published.qms.action.done"]["address"] == "audit.action.done"
    page = system.request("GET", "/docs", key=None)
    assert page.status == 200
    assert "qms.action.done" in page.body.decode()
