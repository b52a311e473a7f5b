"""One text for one value: JSON with sorted names and no blanks, so that a digest of it means the value.

A subset of RFC 8785: names are ASCII, numbers are integers or short decimals, which Python writes in the shortest form
that reads back the same, as the RFC demands.
"""

from __future__ import annotations

import json
from typing import Any


def canonical(value: Any) -> bytes:
    """Return the value as canonical JSON; NaN and infinity are refused.

    Raises:
        ValueError: the value holds a number that JSON cannot.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8")
