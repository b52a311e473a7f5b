"""How the log sums up an event: the hash of a leaf of a Merkle tree (RFC 6962, section 2.1)."""

from __future__ import annotations

from hashlib import sha256

_LEAF = b"\x00"


def leaf_hash(body: bytes) -> bytes:
    """Return the Merkle leaf hash of an event's canonical bytes."""
    return sha256(_LEAF + body).digest()
