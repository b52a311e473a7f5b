"""Runs the process that fills a set of tables, from a service whose hub must not wait."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from shared.messaging.feeding import Fill

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2


def filler(database_url: str) -> Fill | None:
    """Return what runs a command against the service's database; None for SQLite, which has one writer: the service."""
    if not database_url.startswith("postgresql"):
        return None
    environment = {**os.environ, "OVERSIGHT_DATABASE_URL": database_url}

    def fill(command: Sequence[str], stop: threading.Event) -> bool:
        started = time.monotonic()
        process = subprocess.Popen([sys.executable, *command], env=environment)
        try:
            while process.poll() is None and not stop.wait(_LOOK_SECONDS):
                pass
        finally:
            if process.poll() is None:
                process.kill()
        code = process.wait()
        _log.info("filling ended with %d after %.0f s", code, time.monotonic() - started)
        return code == 0

    return fill
