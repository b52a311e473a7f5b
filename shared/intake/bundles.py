"""Pushes of several callers in one request between the front door and the service that owns their events.

A push is a request, a group commit and an answer, whether it brings one event or five hundred. Agencies push theirs one by
one, many agencies at a time; so the front door takes along what came meanwhile. Each part shows its caller's own credential,
which the owner checks as if it had come alone, and gets an answer of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from structlog.contextvars import bound_contextvars
from werkzeug import Request, Response

from shared.eventsourcing import Hint
from shared.intake.http import REGISTRY_POSITION, prepare, reach, spend
from shared.intake.items import Item
from shared.intake.parsing import Parsed, parse_values
from shared.web.auth import authenticate, bearer, require
from shared.web.delegation import FOR_AGENCY
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_log = logging.getLogger(__name__)

#: Where a service takes bundles; for services only.
PATH = "/v1/events/bundle"


@dataclass(frozen=True, slots=True)
class Part:
    """What one caller pushes to one owner."""

    #: Headers that show who it is (`Authorization`, and whom the ministry's token is narrowed to).
    credential: Mapping[str, str]
    items: Sequence[Parsed]
    #: The caller's own id for the request; empty where none was given.
    correlation_id: str = ""

    def encoded(self) -> bytes:
        """Return the part as JSON; the events as they were written once."""
        head = orjson.dumps([self.credential, self.correlation_id])
        return head[:-1] + b",[" + b",".join(item.body for item in self.items) + b"]]"


def encode(parts: Sequence[Part]) -> bytes:
    """Return the body of a request: an array of `[credential, correlation id, [events]]`."""
    return b"[" + b",".join(part.encoded() for part in parts) + b"]"


def take(context: ServiceContext, request: Request) -> Response:
    """Take a bundle: an array with the results of each part, or with the problem that it as a whole has met."""
    require(authenticate(context, request), "service")
    reach(context, request.headers.get(REGISTRY_POSITION, ""))
    given = _read(request.get_data())
    parts = [_prepared(context, credential, events) for credential, _name, events in given]
    items = [item for part in parts if isinstance(part, list) for item in part]
    context.admission.admit(items)
    context.committer.submit(items)
    for _credential, correlation_id, _events in given:
        if correlation_id:
            with bound_contextvars(correlation_id=correlation_id):
                _log.info("answered POST /v1/events: 200 as one of %d callers", len(given))
    return Response(orjson.dumps([_answer(context, part) for part in parts]), mimetype="application/json")


def _read(body: bytes) -> list[tuple[dict[str, str], str, list[Any]]]:
    try:
        return [(dict(credential), str(name), list(events)) for credential, name, events in list(orjson.loads(body))]
    except (ValueError, TypeError):
        raise _malformed() from None


def _prepared(context: ServiceContext, credential: Mapping[str, str], events: Sequence[Any]) -> list[Item] | Problem:
    try:
        caller = bearer(context, credential.get("Authorization", ""), credential.get(FOR_AGENCY, ""))
        parsed = parse_values(events, most=context.settings.max_batch)
        spend(context, caller, len(parsed))
        return prepare(context, caller, parsed)
    except Problem as problem:
        return problem


def _answer(context: ServiceContext, part: list[Item] | Problem) -> list[dict[str, Any]] | dict[str, Any]:
    if isinstance(part, Problem):
        return part.body()
    return [item.result(context.settings.service) for item in part]


def _malformed() -> Problem:
    return Problem(
        400,
        "BUNDLE_MALFORMED",
        Hint("Gói chuyển tiếp giữa các dịch vụ không đúng định dạng.", "The bundle between services is malformed."),
    )
