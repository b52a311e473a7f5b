"""Reading JSON that strangers send: fast where it is clean, exact about what is wrong where not.

Python's fast readers keep the last of two equal keys without a word; RFC 8259 leaves that open, and an
auditor must not find another value than the one that was pushed. A cheap count over the bytes finds
out whether there can be any; only then the slow exact reader looks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_DEPTH_LIMIT = 64


class JsonTextError(ValueError):
    """The text is no JSON that we take."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        """Take a code and the reason in both languages."""
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en


def read(body: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        JsonTextError: malformed, invalid UTF-8, or nested too deep.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _reason(body, str(error)) from None


def _reason(body: bytes, message: str) -> JsonTextError:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return JsonTextError(
            "INVALID_UTF8",
            f"Nội dung không phải UTF-8 hợp lệ tại byte {error.start}; hãy mã hoá lại bằng UTF-8.",
            f"The body is no valid UTF-8 at byte {error.start}; encode it as UTF-8.",
        )
    if "depth limit" in message or "ecursion" in message:
        return too_deep()
    return JsonTextError(
        "MALFORMED_JSON",
        f"Nội dung không phải JSON hợp lệ: {message}.",
        f"The body is no valid JSON: {message}.",
    )


def too_deep() -> JsonTextError:
    """Return the error for text nested deeper than anything we define."""
    return JsonTextError(
        "TOO_DEEP",
        f"JSON lồng quá {_DEPTH_LIMIT} mức; không loại sự kiện nào cần sâu như vậy.",
        f"The JSON is nested deeper than {_DEPTH_LIMIT} levels; no event type needs that.",
    )


def may_repeat_keys(body: bytes, canonical: Sequence[bytes]) -> bool:
    """Tell whether `body` may hold two equal keys in one object.

    `canonical` are its objects written out again without spaces: they hold each key once. Never wrong when it
    says no; a yes (also caused by unusual spacing) must be looked into.
    """
    if any(body.count(space) for space in (b" :", b"\t:", b"\n:", b"\r:")):
        return True
    return body.count(b'":') != sum(text.count(b'":') for text in canonical)


def repeated_keys(body: bytes) -> list[str]:
    """Return the keys that stand twice in one object, exactly."""
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(found)
        if len(members) != len(found):
            names = [name for name, _ in found]
            repeated.extend(sorted({name for name in names if names.count(name) > 1}))
        return members

    try:
        json.loads(body, object_pairs_hook=pairs)
    except RecursionError:
        raise too_deep() from None
    return repeated


def split_array(body: bytes) -> list[bytes] | None:
    """Return the texts of the items of a JSON array without parsing them; None where it is no array.

    Lets the good items of a batch through when one of them cannot be read (nested too deep).
    """
    items: list[bytes] = []
    depth = 0
    start = -1
    for token, begin, end in _tokens(body):
        if token in b"[{":
            depth += 1
            if depth == 1:
                if token != b"[":
                    return None
                start = end
        elif token in b"]}":
            depth -= 1
            if depth == 0:
                items.append(body[start:begin])
                return [item.strip() for item in items if item.strip()]
        elif token == b"," and depth == 1:
            items.append(body[start:begin])
            start = end
    return None


def _tokens(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    for match in _STRUCTURE.finditer(body):
        token = match.group()
        if not token.startswith(b'"'):
            yield token, match.start(), match.end()


def depth_of(value: Any) -> int:
    """Return how deep a parsed value is nested, without recursion; 1 for a scalar."""
    depth = 0
    level = [value]
    while level:
        depth += 1
        if depth > _DEPTH_LIMIT:
            return depth
        level = [child for item in level for child in _children(item)]
    return depth


def _children(value: Any) -> Sequence[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()
