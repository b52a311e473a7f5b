"""The same parts as greenlets under eventlet, as the services run them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "programs" / "green_transport.py"
PROJECT = Path(__file__).resolve().parents[3]


def test_as_greenlets_everything_arrives_and_the_hub_keeps_ticking(amqp_uri, tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(PROGRAM), amqp_uri, str(tmp_path), "20000"],
        cwd=PROJECT,
        env={"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    print(result)
    assert result["ordered"]
    assert result["longest_pause"] < 2.0
