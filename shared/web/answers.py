"""Builds answers: JSON bodies, and problems as problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from werkzeug.wrappers import Response

from shared.web.problem import Problem

#: Media type of an error answer (RFC 9457, section 6.1).
PROBLEM_TYPE = "application/problem+json"


def json_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer with a JSON body; dates and data classes are written as orjson writes them."""
    return Response(orjson.dumps(data), status, headers, content_type="application/json")


def json_bytes(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer whose JSON body is already encoded."""
    return Response(body, status, headers, content_type="application/json")


def problem_answer(problem: Problem) -> Response:
    """Return a problem as problem+json."""
    return Response(
        orjson.dumps(problem.body()),
        problem.status,
        problem.headers,
        content_type=PROBLEM_TYPE,
    )
