"""`GET /openapi.json` and `GET /asyncapi.json`: the descriptions of a running service."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from werkzeug import Response

from shared.documentation import asyncapi, openapi
from shared.documentation.routes import routes_of
from shared.web.answers import json_bytes


def openapi_answer(service: Any) -> Response:
    """Return the OpenAPI document of a service class."""
    return json_bytes(_openapi(service))


def asyncapi_answer() -> Response:
    """Return the AsyncAPI document of the whole system."""
    return json_bytes(_asyncapi())


@cache
def _openapi(service: Any) -> bytes:
    return orjson.dumps(openapi.document(service.name, routes_of(service)))


@cache
def _asyncapi() -> bytes:
    return orjson.dumps(asyncapi.document())
