"""From the bytes of a request to single CloudEvents (HTTP binding 1.0: structured, batched, binary)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from shared.eventsourcing import Hint, Refusal, refuse
from shared.intake import json_text
from shared.intake.json_text import JsonTextError
from shared.web.problem import Problem

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_SORTED = orjson.OPT_SORT_KEYS
#: Binary mode percent-encodes what a header cannot hold; longer values are refused by the envelope anyway.
_BINARY_PREFIX = "ce-"


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


def parse(content_type: str, headers: Mapping[str, str], body: bytes) -> ParsedRequest:
    """Return the events of a request body.

    Raises:
        Problem: 400 malformed as a whole, 415 another content type.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == BATCH:
        return ParsedRequest(parse_batch(body), batched=True)
    if media_type == STRUCTURED:
        return ParsedRequest([_single(body)], batched=False)
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


def parse_batch(body: bytes) -> list[Parsed]:
    """Return the items of a batch; an item that cannot be read does not take the others with it.

    Raises:
        Problem: 400 no JSON array.
    """
    try:
        value = json_text.read(body)
    except JsonTextError as error:
        pieces = json_text.split_array(body) if error.code == "TOO_DEEP" else None
        if pieces is None:
            raise malformed(error) from None
        return [_piece(piece) for piece in pieces]
    if not isinstance(value, list):
        raise malformed(
            JsonTextError(
                "NOT_A_BATCH", "Nội dung phải là một mảng JSON các sự kiện.", "The body must be a JSON array."
            )
        )
    items = [_item(event) for event in value]
    if json_text.may_repeat_keys(body, [item.body for item in items]) and json_text.repeated_keys(body):
        return [_piece(piece) for piece in json_text.split_array(body) or []]
    return items


def _piece(raw: bytes) -> Parsed:
    try:
        return _checked_piece(raw)
    except JsonTextError as error:
        return Parsed({}, raw, refuse(error.code, error.vi, error.en))


def _single(body: bytes) -> Parsed:
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
                f"Một đối tượng JSON có khoá lặp lại: {names}; mỗi khoá chỉ được có một giá trị.",
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
    try:
        body = orjson.dumps(value, option=_SORTED)
    except (orjson.JSONEncodeError, RecursionError):
        error = json_text.too_deep()
        return Parsed({}, repr(value)[:10_000].encode(), refuse(error.code, error.vi, error.en))
    refusal = None
    if b"\\u0000" in body:
        refusal = refuse(
            "NUL_CHARACTER", "Văn bản không được chứa ký tự U+0000.", "Text must not contain the character U+0000."
        )
    return Parsed(value, body, refusal)


def _binary(media_type: str, headers: Mapping[str, str], body: bytes) -> Parsed:
    event: dict[str, Any] = {
        name.lower()[len(_BINARY_PREFIX) :]: _header_text(value)
        for name, value in headers.items()
        if name.lower().startswith(_BINARY_PREFIX)
    }
    if media_type:
        event["datacontenttype"] = media_type
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


def _header_text(value: str) -> str:
    """Decode a header value: percent-encoded UTF-8 inside optional double quotes (HTTP binding 3.1.3.2)."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return unquote(value)
