"""Identities: time-ordered ids, stream and event keys.

A key is the first 16 bytes of a SHA-256 over the parts: one fixed-width column to index and
to look up by array, whatever the length of the ids behind it.
"""

from __future__ import annotations

from hashlib import sha256

import uuid_utils

#: Separates the parts of a key; intake refuses U+0000 in any text, so that parts cannot run together.
_SEPARATOR = "\0"


def new_id() -> str:
    """Return a new time-ordered id (UUIDv7, RFC 9562)."""
    return str(uuid_utils.uuid7())


def event_key(source: str, event_id: str) -> bytes:
    """Return the idempotency key of an event (16 bytes); `source` is the agency id."""
    return sha256(f"{source}{_SEPARATOR}{event_id}".encode()).digest()[:16]


def stream_key(aggregate: str, stream_id: str) -> bytes:
    """Return the key of an aggregate's stream (16 bytes)."""
    return sha256(f"{aggregate}{_SEPARATOR}{stream_id}".encode()).digest()[:16]
