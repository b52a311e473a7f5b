"""Looks names up beside the hub.

The system's resolver blocks for as long as a name service does not answer, ten seconds and more, and with it everything that
runs in the process: one receiver of alerts whose name cannot be resolved would stop them all. eventlet's own resolver would not,
but takes 20 MB and does not follow nsswitch.conf(5).
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

#: So many look-ups at a time: the pool's other threads are for databases.
_AT_A_TIME = 8


def look_up_in_threads() -> None:
    """Have `socket.getaddrinfo`, and all that connects by it, wait in a native thread; after `eventlet.monkey_patch()`."""
    from eventlet import patcher, semaphore, tpool
    from eventlet.green import socket as green

    # It prints the traceback of what passes a thread, and an unknown name is the caller's business.
    tpool.QUIET = True
    blocking = socket.getaddrinfo
    places = semaphore.Semaphore(_AT_A_TIME)
    this_thread = patcher.original("threading").get_ident
    hub = this_thread()

    def getaddrinfo(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if _is_address(host) or this_thread() != hub:
            return blocking(host, port, *args, **options)
        with places:
            return tpool.execute(blocking, host, port, *args, **options)

    socket.getaddrinfo = green.getaddrinfo = getaddrinfo


def _is_address(host: object) -> bool:
    """Return whether there is nothing to look up."""
    if not isinstance(host, str):
        return host is None
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
