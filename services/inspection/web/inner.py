"""Calls a route of the API from within a page, on behalf of whoever is signed in, narrowed to their agency."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from shared.service.context import ServiceContext
from shared.web.delegation import credential_headers


def ask(
    context: ServiceContext,
    request: Request,
    handler: Callable[..., Response],
    path: str,
    body: bytes | None = None,
    **values: Any,
) -> Any:
    """Return the JSON that a handler of this service answers; POST where there is a body.

    Args:
        context: The service.
        request: Of the page; says who asks.
        handler: A handler of the API.
        path: Path and query that it is asked under.
        body: JSON to be sent.
        values: Variable parts of the path.

    Raises:
        Problem: as the handler raises it.
    """
    return orjson.loads(handler(context, inner_request(context, request, path, body), **values).get_data())


def inner_request(context: ServiceContext, request: Request, path: str, body: bytes | None = None) -> Request:
    """Return a request of the API on behalf of whoever asks for a page; POST where there is a body."""
    builder = EnvironBuilder(
        path=path,
        method="GET" if body is None else "POST",
        data=body,
        content_type=None if body is None else "application/json",
        headers=list(credential_headers(context, request).items()),
    )
    return Request(builder.get_environ())
