"""The service under test: a real nameko container in a process of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_PROGRAM = Path(__file__).parent / "http_service.py"
_ROOT = Path(__file__).parents[3]


@dataclass
class Running:
    """A running service and its output."""

    process: subprocess.Popen
    port: int
    log: Path

    def connect(self) -> socket.socket:
        """Return a connection with a deadline."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def logged(self) -> str:
        """Return what the service has written to its log."""
        return self.log.read_text()

    def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=15)


def start(log: Path) -> Running:
    """Start the service on a free port and wait until it is ready."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONWARNINGS": "ignore"}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, str(_PROGRAM), str(port)],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            text=True,
        )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n", log.read_text()
    return Running(process, port, log)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = start(tmp_path_factory.mktemp("http") / "log")
    yield running
    running.stop()
    running.process.stdout.close()


@pytest.fixture
def own_service(tmp_path: Path) -> Iterator[Running]:
    """Give a service that the test may stop."""
    running = start(tmp_path / "log")
    yield running
    running.stop()
    running.process.stdout.close()
