"""Real receivers on loopback: an SMTP server and an HTTP server that keep what they were sent."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Inbox:
    """What an SMTP server took, and how it is to answer."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    #: Answers to RCPT; the last one stays.
    answers: list[str] = field(default_factory=lambda: ["250 ok"])

    def answer(self) -> str:
        """Return the next answer to RCPT."""
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Smtp(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    inbox: Inbox

    def handle(self) -> None:
        self._say("220 receiver.test")
        while line := self.rfile.readline().decode().strip():
            word = line.split(" ")[0].split(":")[0].upper()
            if word == "DATA":
                self._take()
            elif word == "RCPT":
                self._say(self.inbox.answer())
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.inbox.messages.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self._say("250 taken")

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@dataclass(frozen=True)
class Call:
    """One request that the HTTP server took."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """What an HTTP server took, and how it is to answer."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    #: Status and headers of the answers; the last one stays.
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=lambda: [(204, {})])
    #: Body of the answers.
    body: bytes = b""
    #: Called before the answer, in the server's thread.
    before_answer: Any = None

    @property
    def url(self) -> str:
        """Return the address of the server."""
        return f"http://127.0.0.1:{self.port}/hook?x=1"


class _Http(BaseHTTPRequestHandler):
    endpoint: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.endpoint.calls.append(Call(self.path, headers, body))
        if self.endpoint.before_answer:
            self.endpoint.before_answer()
        answers = self.endpoint.answers
        status, extra = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in extra.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.endpoint.body)))
        self.end_headers()
        self.wfile.write(self.endpoint.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Stay silent."""


@contextmanager
def smtp_server() -> Iterator[Inbox]:
    """Run an SMTP server on loopback."""
    inbox = Inbox()
    handler = type("Handler", (_Smtp,), {"inbox": inbox})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        inbox.port = server.server_address[1]
        yield from _serve(server, inbox)


@contextmanager
def http_server() -> Iterator[Endpoint]:
    """Run an HTTP server on loopback."""
    endpoint = Endpoint()
    handler = type("Handler", (_Http,), {"endpoint": endpoint})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        endpoint.port = server.server_address[1]
        yield from _serve(server, endpoint)


def _serve(server: socketserver.BaseServer, given: Any) -> Iterator[Any]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield given
    finally:
        server.shutdown()
        thread.join()
