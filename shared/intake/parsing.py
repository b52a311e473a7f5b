"""From the bytes of a request to single CloudEvents (HTTP binding 1.0: structured, batched, binary)."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from shared.compact import compact
from shared.eventsourcing import Hint, Refusal, refuse
from shared.intake import json_text
from shared.intake.json_text import JsonTextError
from shared.web.problem import Problem

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_JSON = "application/json"
_SORTED = orjson.OPT_SORT_KEYS
#: Binary mode percent-encodes what a header cannot hold; longer values are refused by the envelope anyway.
_BINARY_PREFIX = "ce-"
_ESCAPED = re.compile(r"\\(.)")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(slots=True)
class Parsed:
    """One event as sent: readable, or with the reason why it is not."""

    #: The CloudEvent; empty where it could not be read.
    event: dict[str, Any]
    #: Canonical JSON (sorted keys), or the raw bytes where it could not be read.
    body: bytes
    refusal: Refusal | None = None


@dataclass(slots=True)
class ParsedRequest:
    """The events of one request."""

    items: list[Parsed]
    #: Whether the caller sent a batch, and so gets an answer per item in any case.
    batched: bool


def parse(content_type: str, headers: Mapping[str, str], body: bytes, *, most: int) -> ParsedRequest:
    """Return the events of a request body.

    Raises:
        Problem: 400 malformed as a whole, 413 more events than `most`, 415 another content type.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == BATCH:
        return ParsedRequest(parse_batch(body, most=most), batched=True)
    if media_type == STRUCTURED:
        return ParsedRequest([parse_single(body)], batched=False)
    if any(name.lower() == "ce-specversion" for name in headers):
        return ParsedRequest([_binary(media_type, headers, body)], batched=False)
    raise Problem(
        415,
        "UNSUPPORTED_CONTENT_TYPE",
        Hint(
            f"Hãy gửi CloudEvents với Content-Type {STRUCTURED} hoặc {BATCH}, hoặc chế độ binary với các tiêu đề ce-….",
            f"Send CloudEvents as {STRUCTURED} or {BATCH}, or in binary mode with ce- headers.",
        ),
    )


def malformed(error: JsonTextError) -> Problem:
    """Return the answer to a body that cannot be read at all."""
    return Problem(400, error.code, Hint(error.vi, error.en))


def parse_batch(body: bytes, *, most: int) -> list[Parsed]:
    """Return the items of a batch; an item that cannot be read does not take the others with it.

    Raises:
        Problem: 400 no JSON array, or nothing in it can be read; 413 more than `most` items.
    """
    try:
        value = json_text.read(body)
    except JsonTextError as error:
        return _salvaged(body, most, error)
    if not isinstance(value, list):
        raise malformed(
            JsonTextError(
                "NOT_A_BATCH", "Nội dung phải là một mảng JSON các sự kiện.", "The body must be a JSON array."
            )
        )
    items = parse_values(value, most=most)
    if not json_text.is_own_writing(body, value) and json_text.may_repeat_keys(body, [item.body for item in items]):
        return [_piece(piece) for piece in json_text.split_array(body, most=most) or []]
    return items


def parse_values(values: Sequence[Any], *, most: int) -> list[Parsed]:
    """Return the items of a batch whose JSON has been read.

    Raises:
        Problem: 413 more than `most` items.
    """
    # Before anything is made of the items: millions of tiny ones fit into one body.
    if len(values) > most:
        raise _too_many(most)
    return [_item(value) for value in values]


def _salvaged(body: bytes, most: int, error: JsonTextError) -> list[Parsed]:
    """Return the items of an array of which some cannot be read."""
    pieces = json_text.split_array(body, most=most)
    if pieces is None:
        raise malformed(error)
    if len(pieces) > most:
        raise _too_many(most)
    items = [_piece(piece) for piece in pieces]
    unreadable = sum(1 for item in items if not item.event)
    if unreadable in (0, len(items)):
        # Not one of the items is at fault but the array itself, or there is nothing to save.
        raise malformed(error)
    return items


def _too_many(most: int) -> Problem:
    return Problem(
        413,
        "BATCH_TOO_LARGE",
        Hint(
            f"Lô có quá nhiều sự kiện; mỗi lô tối đa {most} sự kiện, hãy chia nhỏ.",
            f"The batch holds too many events; send at most {most} in one batch.",
        ),
        limit=most,
    )


def _piece(raw: bytes) -> Parsed:
    try:
        return _checked_piece(raw)
    except JsonTextError as error:
        return Parsed({}, raw, refuse(error.code, error.vi, error.en))


def parse_single(body: bytes) -> Parsed:
    """Return the event of a body in structured mode.

    Raises:
        Problem: 400 no JSON that we take.
    """
    try:
        return _checked_piece(body)
    except JsonTextError as error:
        raise malformed(error) from None


def _checked_piece(raw: bytes) -> Parsed:
    item = _item(json_text.read(raw))
    if json_text.may_repeat_keys(raw, [item.body]):
        keys = json_text.repeated_keys(raw)
        if keys:
            names = ", ".join(keys)
            item.body = raw
            item.refusal = refuse(
                "DUPLICATE_KEYS",
                f"Một đối tượng JSON có khóa lặp lại: {names}; mỗi khóa chỉ được có một giá trị.",
                f"A JSON object holds the same key twice: {names}; give each key one value.",
            )
    return item


def _item(value: Any) -> Parsed:
    if not isinstance(value, dict):
        return Parsed(
            {},
            orjson.dumps(value),
            refuse(
                "NOT_AN_EVENT",
                "Mỗi phần tử phải là một đối tượng CloudEvent.",
                "Each item must be a CloudEvent object.",
            ),
        )
    if "data_base64" in value and "data" not in value:
        value = _with_data(value)
    try:
        body = compact(orjson.dumps(value, option=_SORTED))
    except (orjson.JSONEncodeError, RecursionError):
        error = json_text.too_deep()
        return Parsed({}, repr(value)[:10_000].encode(), refuse(error.code, error.vi, error.en))
    refusal = None
    if b"\\u0000" in body:
        refusal = refuse(
            "NUL_CHARACTER", "Văn bản không được chứa ký tự U+0000.", "Text must not contain the character U+0000."
        )
    return Parsed(value, body, refusal)


def _with_data(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event whose JSON data came as `data_base64` (JSON format 3.1.1) with its data; as it was if it is none."""
    try:
        data = json_text.read(b64decode(event["data_base64"], validate=True))
    except (JsonTextError, ValueError, TypeError):
        return event
    return {**{name: value for name, value in event.items() if name != "data_base64"}, "data": data}


def _binary(media_type: str, headers: Mapping[str, str], body: bytes) -> Parsed:
    event: dict[str, Any] = {
        name.lower()[len(_BINARY_PREFIX) :]: _header_text(name, value)
        for name, value in headers.items()
        if name.lower().startswith(_BINARY_PREFIX)
    }
    if media_type:
        event["datacontenttype"] = media_type
    if media_type not in ("", _JSON):
        # Kept as it came; its media type is what it is refused for.
        item = _item({**event, "data": body.decode("utf-8", "replace")})
        item.refusal = _no_json(media_type)
        return item
    try:
        data = json_text.read(body)
        repeated = json_text.repeated_keys(body) if json_text.may_repeat_keys(body, [orjson.dumps(data)]) else []
    except JsonTextError as error:
        raise malformed(error) from None
    event["data"] = data
    item = _item(event)
    if repeated:
        item.refusal = _checked_piece(body).refusal
    return item


def _no_json(media_type: str) -> Refusal:
    """Return the refusal of another media type, in the words of whoever sent headers: clients add one of their own."""
    return refuse(
        "SCHEMA_VIOLATION",
        f"Content-Type đã gửi là {media_type[:100]}; ở chế độ binary hãy gửi tiêu đề Content-Type: application/json.",
        f"The Content-Type sent is {media_type[:100]}; in binary mode send the header Content-Type: application/json.",
        "/datacontenttype",
    )


def _header_text(name: str, value: str) -> str:
    """Decode a header value: percent-encoded UTF-8 inside optional double quotes (HTTP binding 3.1.3.2).

    Raises:
        Problem: 400 characters that a header cannot hold, or an encoding that says nothing.
    """
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = _ESCAPED.sub(r"\1", value[1:-1])
    if not value.isascii() or _STRAY_PERCENT.search(value):
        raise _malformed_header(name)
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise _malformed_header(name) from None


def _malformed_header(name: str) -> Problem:
    return Problem(
        400,
        "HEADER_MALFORMED",
        Hint(
            f"Tiêu đề {name} phải là UTF-8 được mã hóa theo phần trăm (ký tự % viết là %25).",
            f"The header {name} must be percent-encoded UTF-8 (a percent sign is written %25).",
        ),
        pointer=f"/{name.lower()[len(_BINARY_PREFIX) :]}",
    )
