"""Free loopback ports for private servers."""

from __future__ import annotations

import random
import socket

from deploy.local.errors import ServerStartError

LOOPBACK = "127.0.0.1"
#: Below the kernel's ephemeral range (32768 and up), so that no outgoing connection of somebody
#: else takes a server's port while the server restarts.
PORT_RANGE = range(21000, 32000)


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def require_free(port: int) -> None:
    """Refuse a port that another server has.

    Raises:
        ServerStartError: something listens on it.
    """
    if not is_free(port):
        message = f"port {port} is in use by another program"
        raise ServerStartError(message, hint="choose another port, or stop that program")


def free_ports(count: int) -> list[int]:
    """Return `count` different ports that are free now, chosen at random from `PORT_RANGE`."""
    found: list[int] = []
    for port in random.sample(PORT_RANGE, len(PORT_RANGE)):
        if is_free(port):
            found.append(port)
            if len(found) == count:
                return found
    message = f"fewer than {count} free ports between {PORT_RANGE.start} and {PORT_RANGE.stop}"
    raise OSError(message)


def accepts(port: int, timeout: float = 0.5) -> bool:
    """Tell whether something accepts connections on this loopback port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=timeout):
            return True
    except OSError:
        return False
