"""Reads references in events: a bare id means the same source, `{source, id}` any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def stream_named(reference: str | Mapping[str, Any], source: str) -> str:
    """Return `agency/id`, the stream that a reference in an event of `source` names.

    The source of a reference is an agency id or, as in the envelope, `/agencies/{id}`.
    """
    if isinstance(reference, str):
        return f"{source}/{reference}"
    return f"{str(reference['source']).removeprefix('/agencies/')}/{reference['id']}"
