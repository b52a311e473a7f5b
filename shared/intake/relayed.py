"""Passing pushes on to the service that owns their events, and its problems as our own answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import orjson

from shared.eventsourcing import Hint
from shared.intake.http import REGISTRY_POSITION
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.registry.copy import RegistryCopy
    from shared.service.peers import Peers

_OK = 200
_ASK_AGAIN = (429, 503)


def pass_on(
    peers: Peers, registry: RegistryCopy, owner: str, path: str, *, headers: Mapping[str, str], body: bytes
) -> Any:
    """Post a body to the owner of the events in it and return its answer, decoded.

    Raises:
        Problem: as the owner answered, or 503 where it cannot be reached.
    """
    # What callers were told about agencies and keys holds for their next push at every service.
    known = {REGISTRY_POSITION: str(registry.published)}
    reply = peers.request("POST", owner, path, headers={**headers, **known}, body=body)
    if reply.status != _OK:
        raise relayed(reply.status, reply.body)
    return orjson.loads(reply.body)


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
