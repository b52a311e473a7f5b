"""What is too large to be kept whole: its beginning is kept, with its true size and digest.

A push is small on the line and large once unpacked: kept whole, a few of them would fill the database with what is refused anyway.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

_MARK = b"oversight-cut "
#: Bytes of a row's text that are enough to tell whether it was cut.
HEAD = 128


class Cut(NamedTuple):
    """What is known of a text that was cut."""

    #: Bytes of the whole text.
    size: int
    beginning: bytes


def cut(body: bytes, limit: int) -> tuple[bytes, bytes]:
    """Return what is kept of a body, and the digest of all of it; a body within the limit is kept as it is."""
    digest = sha256(body).digest()
    if len(body) <= limit:
        return body, digest
    return b"%s%d %s\n%s" % (_MARK, len(body), digest.hex().encode(), body[:limit]), digest


def read_cut(kept: bytes, digest: bytes) -> Cut | None:
    """Return what is known of a text that was cut; None for one that was kept whole, whatever it says itself.

    Nobody can send a text that is taken for a cut one: it would have to name its own digest.

    Args:
        kept: The text as it is kept, or its first `HEAD` bytes.
        digest: The digest that is kept beside it.
    """
    if not kept.startswith(_MARK):
        return None
    line, _, beginning = kept.partition(b"\n")
    size, _, named = line[len(_MARK) :].partition(b" ")
    return Cut(int(size), beginning) if named == digest.hex().encode() else None
