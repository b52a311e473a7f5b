"""Reads request bodies within limits: size, time, and size after decompression.

The body is read when the handler first asks for it, so that a caller without a credential is turned away
before anything of the body is taken in (OWASP API4:2023).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from shared.eventsourcing import Hint
from shared.web.problem import Problem

#: Members of one gzip body. What follows a member is copied for the next one: of empty ones, 20 bytes each, a small body
#: holds so many that copying takes minutes, and whoever sends it need not be known yet.
_MOST_MEMBERS = 16

#: Ends the block by raising TimeoutError after so many seconds.
Deadline = Callable[[float], AbstractContextManager[Any]]


def no_deadline(_seconds: float) -> AbstractContextManager[Any]:
    """Set no deadline: for servers that bound the time themselves."""
    return nullcontext()


@dataclass(frozen=True)
class BodyLimits:
    """How much of a request body is read, and how long that may take."""

    #: Largest body in bytes, as sent and after decompression.
    max_bytes: int = 8 * 1024 * 1024
    #: Seconds that any body may take; a large one gets more, by `slowest_rate`.
    seconds: float = 20.0
    #: Bytes a second below which a sender is cut off (a commune's line carries some 50 kB/s).
    slowest_rate: int = 50_000
    deadline: Deadline = no_deadline


class Readable(Protocol):
    """The part of a WSGI input that is used here."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""
        ...


def too_large(limit: int) -> Problem:
    """Return the answer to a body above the limit; it states the limit."""
    return Problem(
        413,
        "BODY_TOO_LARGE",
        Hint(
            f"Nội dung gửi vượt giới hạn {limit} byte. Hãy chia thành nhiều lô nhỏ hơn.",
            f"The body is above the limit of {limit} bytes. Split it into smaller batches.",
        ),
        limit=limit,
    )


def check_declared_length(environ: dict[str, Any], limits: BodyLimits) -> None:
    """Refuse a body whose declared length is above the limit, before anything of it is read.

    Raises:
        Problem: 413 with the limit.
    """
    declared = environ.get("CONTENT_LENGTH")
    if declared and int(declared) > limits.max_bytes:
        raise too_large(limits.max_bytes)


class Body(io.RawIOBase):
    """A request body that is read whole at the first use; what the handler sees is already decompressed."""

    def __init__(self, environ: dict[str, Any], limits: BodyLimits) -> None:
        """Take over the input of a WSGI environment."""
        super().__init__()
        self._input: Readable = environ["wsgi.input"]
        self._declared = int(environ.get("CONTENT_LENGTH") or 0)
        self._chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
        self._encoding = environ.get("HTTP_CONTENT_ENCODING", "").strip().lower()
        self._limits = limits
        self._content: io.BytesIO | None = None

    @property
    def untouched(self) -> bool:
        """Whether nothing of the body was asked for yet."""
        return self._content is None

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int | None = -1) -> bytes:
        """Return up to `size` bytes of the body.

        Raises:
            Problem: 400 cut short or not gzip, 408 too slow, 413 too large, 415 unknown encoding.
        """
        if self._content is None:
            self._content = io.BytesIO()
            self._content = io.BytesIO(self._load())
        return self._content.read(-1 if size is None else size)

    def readall(self) -> bytes:
        """Return the rest of the body."""
        return self.read()

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer with the next bytes."""
        chunk = self.read(len(buffer))
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def _load(self) -> bytes:
        raw = self._receive()
        if self._encoding in ("", "identity"):
            return raw
        if self._encoding in ("gzip", "x-gzip"):
            return decompress(raw, self._limits.max_bytes)
        raise Problem(
            415,
            "ENCODING_NOT_SUPPORTED",
            Hint(
                "Chỉ nhận nội dung nén bằng gzip hoặc không nén.",
                "Send the body as gzip or uncompressed.",
            ),
            headers={"Accept-Encoding": "gzip, identity"},
        )

    def _receive(self) -> bytes:
        limit = self._limits.max_bytes
        wanted = limit + 1 if self._chunked else self._declared
        if not wanted:
            return b""
        try:
            with self._limits.deadline(self._limits.seconds + wanted / self._limits.slowest_rate):
                raw = self._input.read(wanted)
        except TimeoutError:
            raise _too_slow() from None
        except (OSError, ValueError):
            raise _cut_short() from None
        if len(raw) > limit:
            raise too_large(limit)
        if not self._chunked and len(raw) < wanted:
            raise _cut_short()
        return raw


def decompress(raw: bytes, limit: int) -> bytes:
    """Return the content of a gzip body (RFC 1952, one or more members) of at most `limit` bytes.

    Raises:
        Problem: 400 not gzip, incomplete or in too many members, 413 larger than the limit once decompressed.
    """
    parts: list[bytes] = []
    room = limit
    for _ in range(_MOST_MEMBERS):
        part, raw = _member(raw, room + 1)
        parts.append(part)
        room -= len(part)
        if room < 0:
            raise too_large(limit)
        if not raw:
            return b"".join(parts)
    raise _too_many_members()


def _member(raw: bytes, most: int) -> tuple[bytes, bytes]:
    member = zlib.decompressobj(wbits=31)
    try:
        part = member.decompress(raw, most)
    except zlib.error:
        raise _not_gzip() from None
    if not member.eof and len(part) < most:
        raise _not_gzip()
    return part, member.unused_data


def _too_slow() -> Problem:
    return Problem(
        408,
        "BODY_TOO_SLOW",
        Hint(
            "Nội dung gửi đến quá chậm. Hãy gửi lại, chia thành lô nhỏ hơn nếu đường truyền yếu.",
            "The body came in too slowly. Send it again, in smaller batches if the line is weak.",
        ),
        headers={"Connection": "close"},
    )


def _cut_short() -> Problem:
    return Problem(
        400,
        "BODY_INCOMPLETE",
        Hint(
            "Nội dung gửi bị đứt giữa chừng. Hãy gửi lại.",
            "The body was cut short. Send it again.",
        ),
        headers={"Connection": "close"},
    )


def _too_many_members() -> Problem:
    return Problem(
        400,
        "BODY_IN_TOO_MANY_MEMBERS",
        Hint(
            f"Nội dung nén gồm hơn {_MOST_MEMBERS} đoạn gzip nối nhau. Hãy nén toàn bộ nội dung trong một lần.",
            f"The body is more than {_MOST_MEMBERS} gzip members in a row. Compress it in one go.",
        ),
        limit=_MOST_MEMBERS,
    )


def _not_gzip() -> Problem:
    return Problem(
        400,
        "BODY_NOT_GZIP",
        Hint(
            "Nội dung không phải gzip hợp lệ như tiêu đề Content-Encoding đã ghi.",
            "The body is not the valid gzip that Content-Encoding announces.",
        ),
    )
