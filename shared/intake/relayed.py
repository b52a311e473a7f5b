"""A peer's problem as our own answer."""

from __future__ import annotations

from typing import Any

import orjson

from shared.eventsourcing import Hint
from shared.web.problem import Problem

_ASK_AGAIN = (429, 503)


def relayed(status: int, body: bytes) -> Problem:
    """Return the problem that a service behind has answered with, as problem+json."""
    try:
        document: dict[str, Any] = orjson.loads(body)
        hint = Hint(document["hint"]["vi"], document["hint"]["en"])
        code = document["code"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Problem(
            502,
            "PEER_FAILED",
            Hint(
                "Dịch vụ phía sau trả lời không hợp lệ; hãy gửi lại sau.",
                "A service behind answered badly; send again.",
            ),
        )
    headers = {"Retry-After": "2"} if status in _ASK_AGAIN else {}
    return Problem(status, code, hint, pointer=document.get("pointer", ""), headers=headers)
