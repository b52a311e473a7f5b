"""Connections to RabbitMQ whose every wait has an end.

Built on py-amqp itself: kombu's own consumer acknowledges what it cannot decode, and its publisher waits for
one confirm at a time. Every connection has one channel and one user (relay, subscription or intake).
"""

from __future__ import annotations

import random
import ssl
from typing import Any

import amqp
from kombu.utils.url import parse_url

#: Seconds until a broker that does not read or answer is given up (a memory or disk alarm stops its reading).
IO_SECONDS = 10.0
_PORT = 5672
_TLS_PORT = 5671


class BrokerConnection(amqp.Connection):
    """py-amqp's connection without `connection.blocked`.

    Having announced that, it reads the socket without waiting before each publish, and spins on half a frame.
    """

    negotiate_capabilities = {"consumer_cancel_notify": True, "authentication_failure_close": True}  # noqa: RUF012


def connect(amqp_uri: str, *, name: str, heartbeat: int = 30, io_seconds: float = IO_SECONDS) -> Any:
    """Return an open connection.

    Args:
        amqp_uri: `amqp://user:password@host:port/vhost`, `amqps://` for TLS with the system's authorities.
        name: shown in RabbitMQ's list of connections.
        heartbeat: seconds between heartbeats.
        io_seconds: longest wait for connecting, the handshake, or one write.

    Raises:
        OSError, amqp.AMQPError: not reachable, or it turned us away.
    """
    parts = parse_url(amqp_uri)
    tls = amqp_uri.startswith("amqps:")
    host = parts["hostname"] or "127.0.0.1"
    connection = BrokerConnection(
        host=f"{host}:{parts['port'] or (_TLS_PORT if tls else _PORT)}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        virtual_host=parts["virtual_host"] or "/",
        login_method="PLAIN",
        ssl={"server_hostname": host, "cert_reqs": ssl.CERT_REQUIRED} if tls else False,
        connect_timeout=io_seconds,
        heartbeat=heartbeat,
        client_properties={"connection_name": name},
    )
    try:
        connection.connect()
        # Not write_timeout: green sockets do not know SO_SNDTIMEO, and would wait for ever on a blocked broker.
        connection.transport.sock.settimeout(io_seconds)
    except BaseException:
        connection.collect()
        raise
    return connection


def open_channel(connection: Any) -> Any:
    """Return a new channel that leaves message bodies as bytes."""
    channel = connection.channel()
    channel.auto_decode = False
    return channel


def close_quietly(connection: Any, seconds: float = 1.0) -> None:
    """Close a connection that may be dead already; unacknowledged messages go back to their queue."""
    try:
        if connection.connected:
            connection.transport.sock.settimeout(seconds)
            connection.close()
    except Exception:  # noqa: BLE001 - whatever it says, it is closed below
        connection.collect()
    else:
        connection.collect()


class Backoff:
    """Growing pauses with full jitter, so that services do not come back in step."""

    def __init__(self, first: float = 0.2, most: float = 5.0) -> None:
        """Take the first and the longest pause, in seconds."""
        self._first = first
        self._most = most
        self._ceiling = first

    def next(self) -> float:
        """Return the next pause in seconds, between half its ceiling and its ceiling."""
        pause = self._ceiling * (0.5 + random.random() / 2)  # noqa: S311 - no secret
        self._ceiling = min(self._most, self._ceiling * 2)
        return pause

    def reset(self) -> None:
        """Begin again with the first pause."""
        self._ceiling = self._first
