"""`GET /v1/inconsistencies`: what facts of several services contradict, of the agencies that the caller may see."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from werkzeug import Request, Response

from services.inspection.figures import UnknownScopeError
from services.inspection.inconsistencies.listing import inconsistencies
from services.inspection.parameters import choice_parameter, day_parameter, instant_parameter
from shared import clock
from shared.contracts.inspection.inconsistency import KINDS
from shared.eventsourcing import Hint
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.problem import Problem
from shared.web.query import whole_number
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

STATES = ("open", "ended")
_MOST = 5000


def list_inconsistencies(context: ServiceContext, request: Request) -> Response:
    """Answer the inconsistencies as of a day, as known at an instant; by `scope`, `kind`, `state`.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such scope.
    """
    caller = authenticate(context, request)
    scope = request.args.get("scope", "").strip() or caller.agency_id
    if scope is not None:
        require_agency(context, caller, scope)
    kind, state = choice_parameter(request, "kind", KINDS), choice_parameter(request, "state", STATES)
    given, known_at = day_parameter(request, "as_of"), instant_parameter(request, "known_at")
    as_of = clock.vietnam_day(context.clock()) if given is None else given
    limit = whole_number(request, "limit", 500, low=1, high=_MOST)
    try:
        listed = context.database.read(lambda connection: inconsistencies(connection, scope, as_of, known_at))
    except UnknownScopeError:
        hint = Hint(f"Không có cơ quan '{scope}'.", f"There is no agency '{scope}'.")
        raise Problem(404, "UNKNOWN_AGENCY", hint, pointer="/query/scope") from None
    chosen = [
        one
        for one in listed.found
        if kind in (None, one.kind) and state in (None, "open" if one.ended_on is None else "ended")
    ]
    return json_answer(
        {
            "as_of": clock.to_date(as_of).isoformat(),
            "known_at": clock.to_rfc3339(listed.known_at),
            "watermark": clock.to_rfc3339(listed.watermark),
            "total": len(chosen),
            "inconsistencies": [{**asdict(one), "found_at": clock.to_rfc3339(one.found_at)} for one in chosen[:limit]],
        }
    )
