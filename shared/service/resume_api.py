"""`POST /v1/projections/{name}/resume`: setting a consumer on again behind a source that was restored."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from shared.eventsourcing import Hint
from shared.messaging.errors import FeedError
from shared.messaging.feed_client import HttpFeed
from shared.messaging.rebuilding import is_rebuildable
from shared.messaging.resuming import NothingToResumeError, resume
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.messaging.consumer import Consumer
    from shared.service.context import ServiceContext


def go_on(context: ServiceContext, request: Request, name: str) -> Response:
    """Let a consumer that cannot be rebuilt go on after its source (`?source=`) was restored to an earlier moment.

    Raises:
        Problem: 404 no such consumer or source, 409 nothing keeps it from going on, or it can be rebuilt instead,
            503 the source does not answer.
    """
    require(authenticate(context, request), "staff")
    source = request.args.get("source", "")
    consumer = _consumer(context, name, source)
    feed = HttpFeed(context.settings.peers, context.settings.service_token)
    try:
        return json_answer(asdict(resume(context.database, consumer, source, feed)), 202)
    except NothingToResumeError as error:
        raise _nothing_to_resume(name, source) from error
    except FeedError as error:
        raise _unreachable(source) from error


def _consumer(context: ServiceContext, name: str, source: str) -> Consumer:
    found: Consumer | None = next(
        (one.consumer for one in context.extra.get("subscriptions", []) if one.consumer.name == name), None
    )
    if found is None or source not in found.sources or source == context.settings.service:
        raise Problem(
            404,
            "SUBSCRIPTION_NOT_FOUND",
            Hint(
                f"Dịch vụ này không có bộ xử lý {name} đọc nhật ký {source or '(thiếu source)'}.",
                f"This service has no consumer {name} that reads the log of {source or '(source is missing)'}.",
            ),
            pointer="/query/source",
        )
    if is_rebuildable(found):
        raise Problem(
            409,
            "REBUILD_INSTEAD",
            Hint(
                f"{name} dựng lại được toàn bộ từ các nhật ký; hãy dựng lại.",
                f"{name} can be rebuilt whole from the logs; rebuild it instead.",
            ),
            pointer="/path/name",
        )
    return found


def _nothing_to_resume(name: str, source: str) -> Problem:
    return Problem(
        409,
        "NOTHING_TO_RESUME",
        Hint(
            f"{name} vẫn đọc đúng nhật ký {source} mà nó đã xử lý; không có gì phải nối lại.",
            f"{name} reads the log of {source} that it has applied; nothing keeps it from going on.",
        ),
        pointer="/query/source",
    )


def _unreachable(source: str) -> Problem:
    return Problem(
        503,
        "SERVICE_UNREACHABLE",
        Hint(
            f"Dịch vụ {source} tạm thời không liên lạc được; hãy thử lại sau ít giây.",
            f"The service {source} cannot be reached right now; try again in a few seconds.",
        ),
        headers={"Retry-After": "5"},
        service=source,
    )
