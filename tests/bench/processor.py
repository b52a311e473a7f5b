"""The processor time that a thread's questions take: its own, and that of the server processes that answer it.

Where much else runs it says more than the time on the clock. The server's part is read from Linux' accounts of its processes,
and is nothing where there is none to be read (SQLite, a server elsewhere).
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event


class Processor:
    """Watches which server processes the thread that made it asks."""

    def __init__(self) -> None:
        """Begin to watch."""
        self._thread = threading.get_ident()
        self._servers: set[int] = set()
        event.listen(Engine, "before_cursor_execute", self._note)

    def close(self) -> None:
        """Watch no more."""
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, *_rest: Any) -> None:
        info = getattr(connection.connection.driver_connection, "info", None)
        if info is not None and threading.get_ident() == self._thread:
            self._servers.add(info.backend_pid)

    def seconds(self) -> float:
        """Return the time so far, in seconds."""
        return time.thread_time() + sum(map(_of_process, self._servers))


def _of_process(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        return 0.0
