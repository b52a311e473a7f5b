"""Reads a request's body as a JSON object."""

from __future__ import annotations

from typing import Any

from werkzeug import Request

from shared.eventsourcing import Hint
from shared.intake.json_text import JsonTextError, read
from shared.web.problem import Problem


def json_object(request: Request, *, otherwise: Problem | None = None) -> dict[str, Any]:
    """Return the object in the body; an empty body is an object without fields.

    Raises:
        Problem: 400 it is no JSON, or JSON but no object (then `otherwise`, where one is given).
    """
    raw = request.get_data()
    try:
        document = read(raw) if raw.strip() else {}
    except JsonTextError as error:
        raise Problem(400, error.code, Hint(error.vi, error.en)) from None
    if not isinstance(document, dict):
        hint = Hint("Nội dung phải là một đối tượng JSON.", "The body must be a JSON object.")
        raise otherwise or Problem(400, "MALFORMED_JSON", hint)
    return document
