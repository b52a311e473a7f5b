"""Reading JSON that strangers send: fast where it is clean, exact about what is wrong where not.

Python's fast readers keep the last of two equal keys without a word; RFC 8259 leaves that open, and an
auditor must not find another value than the one that was pushed. A cheap count over the bytes finds
out whether there can be any; only then the slow exact reader looks.
"""

from __future__ import annotations

import json
import re
import time
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from shared.intake import json_causes

#: A string that nobody closes reaches to the end: looked for again from each of its quotes it would cost the square.
_STRUCTURE = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\Z)|[\[\]{},]', re.DOTALL)
#: Tokens after which others get a turn: a body may hold millions.
_TURN = 20_000
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
        raise _reason(body, error) from None


def _reason(body: bytes, error: orjson.JSONDecodeError) -> JsonTextError:
    message = str(error)
    try:
        body.decode()
    except UnicodeDecodeError as found:
        return JsonTextError(
            "INVALID_UTF8",
            f"Nội dung không phải UTF-8 hợp lệ tại byte {found.start}; hãy mã hóa lại bằng UTF-8.",
            f"The body is no valid UTF-8 at byte {found.start}; encode it as UTF-8.",
        )
    if "depth limit" in message or "ecursion" in message:
        return too_deep()
    if body.startswith(BOM_UTF8):
        return JsonTextError(
            "MALFORMED_JSON",
            "Nội dung bắt đầu bằng dấu thứ tự byte (BOM), JSON không cho phép; Notepad thường ghi thêm dấu này. "
            "Hãy lưu lại tệp với bảng mã UTF-8, không phải “UTF-8 with BOM”.",
            "The body begins with a byte order mark (BOM), which JSON does not allow; Notepad often writes one. "
            "Save the file with the encoding UTF-8, not “UTF-8 with BOM”.",
        )
    return JsonTextError(
        "MALFORMED_JSON",
        f"Nội dung không phải JSON hợp lệ, xem dòng {error.lineno}, cột {error.colno}: {json_causes.vietnamese(error.msg)}.",
        f"The body is no valid JSON: {message}.",
    )


def too_deep() -> JsonTextError:
    """Return the error for text nested deeper than anything we define."""
    return JsonTextError(
        "TOO_DEEP",
        f"JSON lồng quá {_DEPTH_LIMIT} mức; không loại sự kiện nào cần sâu như vậy.",
        f"The JSON is nested deeper than {_DEPTH_LIMIT} levels; no event type needs that.",
    )


def is_own_writing(body: bytes, value: Any) -> bool:
    """Tell whether `body` is `value` as our own writer writes it, and so holds each key once.

    The front door's batches are, and those of many agencies; it spares them the counting.
    """
    try:
        return orjson.dumps(value) == body
    except (orjson.JSONEncodeError, RecursionError):
        return False


def may_repeat_keys(body: bytes, canonical: Sequence[bytes]) -> bool:
    """Tell whether `body` may hold two equal keys in one object.

    `canonical` are its objects written out again without spaces: they hold each key once. Never wrong when it
    says no; a yes (also caused by unusual spacing) must be looked into.
    """
    if any(body.count(space) for space in (b" :", b"\t:", b"\n:", b"\r:")):
        return True
    # One pass over all of them: a count for each costs more than the counting. No text ends where `":` could begin.
    return body.count(b'":') != b",".join(canonical).count(b'":')


def repeated_keys(body: bytes) -> list[str]:
    """Return the keys that stand twice in one object, exactly."""
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(found)
        if len(members) != len(found):
            times = Counter(name for name, _ in found)
            repeated.extend(sorted(name for name, count in times.items() if count > 1))
        return members

    try:
        json.loads(body, object_pairs_hook=pairs)
    except RecursionError:
        raise too_deep() from None
    return repeated


def split_array(body: bytes, *, most: int) -> list[bytes] | None:
    """Return the texts of the items of a JSON array without parsing them; None where it is no array.

    Lets the good items of a batch through when one of them cannot be read (nested too deep, no Unicode, no JSON).
    Stops once there are more than `most`.
    """
    items: list[bytes] = []
    depth = 0
    start = 0
    for token, begin, end in _tokens(body):
        opens, closes = token in b"[{", token in b"]}"
        depth += opens - closes
        if opens and depth == 1:
            if token != b"[" or body[:begin].strip():
                return None
            start = end
        elif depth == 0:
            items.append(body[start:begin].strip())
            return items if token == b"]" and not body[end:].strip() and all(items) else None
        elif token == b"," and depth == 1:
            items.append(body[start:begin].strip())
            start = end
        if len(items) > most:
            return items
    return None


def _tokens(body: bytes) -> Iterator[tuple[bytes, int, int]]:
    for number, match in enumerate(_STRUCTURE.finditer(body), start=1):
        token = match.group()
        if number % _TURN == 0:
            time.sleep(0)
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
