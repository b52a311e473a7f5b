"""Sends requests that were made beforehand: as fast as they are answered, or each at its time.

A lean client on plain sockets, since it shares the machine with what it measures. Answers are kept and read later.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

_HEAD_END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Answered:
    """A request's answer and when it was there (`time.perf_counter`, seconds)."""

    at: float
    status: int
    body: bytes


def post(path: str, body: bytes, content_type: str, credential: str = "") -> bytes:
    """Return the bytes of a POST request."""
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
    ]
    if credential:
        lines.append(f"Authorization: Bearer {credential}")
    return "\r\n".join(lines).encode() + _HEAD_END + body


class Connection:
    """One kept-alive HTTP connection on loopback."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, request: bytes) -> Answered:
        """Send a request and wait for its answer."""
        self._socket.sendall(request)
        head, body = self._head()
        fields = head.lower()
        start = fields.index(b"content-length:") + 15
        length = int(fields[start : fields.find(b"\r\n", start) if b"\r\n" in fields[start:] else len(fields)])
        parts, have = [body], len(body)
        while have < length:
            chunk = self._receive()
            parts.append(chunk)
            have += len(chunk)
        whole = b"".join(parts)
        self._buffer = whole[length:]
        return Answered(time.perf_counter(), int(head[9:12]), whole[:length])

    def _head(self) -> tuple[bytes, bytes]:
        data = self._buffer
        while _HEAD_END not in data:
            data += self._receive()
        head, _, body = data.partition(_HEAD_END)
        return head, body

    def _receive(self) -> bytes:
        chunk = self._socket.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk

    def close(self) -> None:
        """Close it."""
        self._socket.close()


def flood(port: int, queues: Sequence[Sequence[bytes]]) -> tuple[float, list[Answered]]:
    """Send every queue over a connection of its own, the next request when the last is answered.

    Returns:
        When the first request was sent, and all answers.
    """
    return _together(port, [[(0.0, request) for request in queue] for queue in queues])


def paced(port: int, queues: Sequence[Sequence[tuple[float, bytes]]]) -> tuple[float, list[Answered]]:
    """Send every queue over a connection of its own, each request at its due time (seconds from the start) or as soon
    after it as the connection is free."""
    return _together(port, queues)


def _together(port: int, queues: Sequence[Sequence[tuple[float, bytes]]]) -> tuple[float, list[Answered]]:
    connections = [Connection(port) for _ in queues]
    with ThreadPoolExecutor(max(1, len(queues))) as pool:
        began = time.perf_counter()
        sent = [
            pool.submit(_work, connection, queue, began) for connection, queue in zip(connections, queues, strict=True)
        ]
        answers = [answer for one in sent for answer in one.result()]
    for connection in connections:
        connection.close()
    return began, answers


def _work(connection: Connection, queue: Sequence[tuple[float, bytes]], began: float) -> list[Answered]:
    answers = []
    for due, request in queue:
        pause = began + due - time.perf_counter()
        if pause > 0:
            time.sleep(pause)
        answers.append(connection.send(request))
    return answers
