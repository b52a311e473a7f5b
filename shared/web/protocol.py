"""HTTP/1.1 on one connection: strict and fast parsing of the head, bounded clean-up of the body.

Stricter than the standard library where a proxy in front might read the same bytes differently (RFC 9112,
section 11.2, request smuggling): obs-fold, odd field names, repeated lengths and unknown codings are refused.
"""

from __future__ import annotations

import re
from typing import Any

import eventlet
import orjson
from eventlet.wsgi import HttpProtocol, Input

#: An idle connection is kept so long, seconds.
KEEP_ALIVE_SECONDS = 75.0
#: The head of a request must be there in this time, seconds.
HEAD_SECONDS = 15.0
#: What is left of a refused body is read and thrown away, so that the connection can be used again, up to here.
DRAIN_BYTES = 64 * 1024 * 1024
DRAIN_SECONDS = 15.0

_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\S+) HTTP/1\.([01])\Z")
_FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\0\r\n]*?)[ \t]*\Z")
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_MAX_FIELDS = 100
_MAX_LENGTH_DIGITS = 15
_MAX_CHUNK_LINE = 4096
_REASONS = {400: "Bad Request", 408: "Request Timeout", 501: "Not Implemented"}


class Fields:
    """Header fields of one request, as the WSGI server asks for them."""

    __slots__ = ("_first", "_headers")

    def __init__(self) -> None:
        """Begin with none."""
        self._headers: list[tuple[str, str]] = []
        self._first: dict[str, str] = {}

    def add(self, name: str, value: str) -> bool:
        """Add a field; False when a field that decides where the message ends comes twice."""
        key = name.lower()
        if key in self._first:
            if key in ("content-length", "transfer-encoding", "host"):
                return False
        else:
            self._first[key] = value
        self._headers.append((name, value))
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Return the first value of a field."""
        return self._first.get(name.lower(), default)

    def get_content_type(self) -> str:
        """Return no media type: the server asks only when none was sent."""
        return ""


class BoundedInput(Input):
    """A request body whose rest is thrown away within limits of bytes and time."""

    def discard(self, buffer_size: int = 64 * 1024) -> None:
        """Read the rest so that the connection can be used again.

        Raises:
            OSError: the rest is too long or too slow; the connection is then closed.
        """
        left = DRAIN_BYTES
        with eventlet.Timeout(DRAIN_SECONDS, OSError("the rest of the body came in too slowly")):
            while chunk := self.read(buffer_size):
                left -= len(chunk)
                if left < 0:
                    raise OSError("the rest of the body is too long")


class _BoundedLines:
    """Bounds the lines that frame chunks: the server itself would buffer a line without end."""

    __slots__ = ("_file", "read")

    def __init__(self, file: Any) -> None:
        self._file = file
        self.read = file.read

    def readline(self) -> bytes:
        line: bytes = self._file.readline(_MAX_CHUNK_LINE + 1)
        if len(line) > _MAX_CHUNK_LINE:
            raise OSError("a line that frames a chunk is too long")
        return line


class Http11Protocol(HttpProtocol):
    """One connection; the server knows it while it is open, to close it gently."""

    def setup(self) -> None:
        """Begin: tell the server that the connection is there."""
        super().setup()
        self.idle = True
        self.server.connections.add(self)

    def finish(self) -> None:
        """End: tell the server that the connection is gone."""
        self.server.connections.discard(self)
        super().finish()

    def close_after_answer(self) -> None:
        """Send `Connection: close` with the next answer and close."""
        self.close_connection = 1

    def _read_request_line(self) -> bytes:
        self.idle = True
        line: bytes = b""
        with eventlet.Timeout(KEEP_ALIVE_SECONDS, False):
            line = super()._read_request_line()
        self.idle = False
        return line

    def parse_request(self) -> bool:
        """Read the head of a request into `command`, `path`, `headers`; False when it was refused."""
        self.command = self.requestline = ""
        self.request_version = "HTTP/1.1"
        self.close_connection = 1
        try:
            with eventlet.Timeout(HEAD_SECONDS, TimeoutError()):
                refusal = self._parse_line() or self._parse_fields() or self._check_framing()
        except TimeoutError:
            return self._refuse(408, "The head of the request came in too slowly.")
        if refusal:
            return self._refuse(*refusal)
        tokens = self.headers.get("connection", "").lower()
        keep = "close" not in tokens and (self.request_version == "HTTP/1.1" or "keep-alive" in tokens)
        self.close_connection = 0 if keep and not self.server.draining else 1
        return True

    def _parse_line(self) -> tuple[int, str] | None:
        self.requestline = self.raw_requestline.decode("latin-1").rstrip("\r\n")
        match = _REQUEST_LINE.match(self.requestline)
        if match is None:
            return 400, "The request line is malformed."
        self.command = match[1]
        target = match[2]
        if not target.startswith("/"):
            target = _ORIGIN.sub("", target, count=1) or "/"
        # Two slashes at the front would be read as a host by whoever builds a redirect from the path.
        self.path = "/" + target.lstrip("/") if target.startswith("//") else target
        self.request_version = f"HTTP/1.{match[3]}"
        return None

    def _parse_fields(self) -> tuple[int, str] | None:
        self.headers = Fields()
        for _ in range(_MAX_FIELDS + 1):
            line = self.rfile.readline().decode("latin-1")
            if line in ("\r\n", "\n", ""):
                return None if line else (400, "The head of the request was cut short.")
            match = _FIELD.match(line.rstrip("\r\n"))
            if match is None or not self.headers.add(match[1], match[2]):
                return 400, "A header field is malformed or repeated."
        return 400, f"More than {_MAX_FIELDS} header fields."

    def _check_framing(self) -> tuple[int, str] | None:
        coding = self.headers.get("transfer-encoding")
        if coding is not None and coding.lower() != "chunked":
            return 501, "Only the transfer coding 'chunked' is understood."
        length = self.headers.get("content-length")
        if length is not None and not (length.isascii() and length.isdigit() and len(length) <= _MAX_LENGTH_DIGITS):
            return 400, "Content-Length is no number."
        return None

    def _refuse(self, status: int, reason: str) -> bool:
        self.close_connection = 1
        hint = {"vi": "Yêu cầu HTTP không đúng định dạng.", "en": reason}
        body = orjson.dumps(
            {
                "type": "urn:oversight:problem:request_malformed",
                "title": reason,
                "status": status,
                "code": "REQUEST_MALFORMED",
                "pointer": "",
                "hint": hint,
            }
        )
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: application/problem+json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.wfile.write(head.encode() + body)
        self.wfile.flush()
        return False

    def get_environ(self) -> dict[str, Any]:
        """Return the WSGI environment, with a bounded body and the way to close the connection."""
        environ: dict[str, Any] = super().get_environ()
        given = environ["eventlet.input"]
        if given.chunked_input or given.content_length:
            lines = _BoundedLines(self.rfile) if given.chunked_input else self.rfile
            bounded = BoundedInput(
                lines,
                given.content_length,
                self.connection,
                given.wfile,
                given.wfile_line,
                given.chunked_input,
            )
            environ["wsgi.input"] = environ["eventlet.input"] = bounded
        environ["oversight.close"] = self.close_after_answer
        return environ
