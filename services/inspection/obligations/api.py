"""HTTP handlers of reorganisations: which there are, what each has to settle, and settling it.

Owns the JSON forms. Staff sees all; an agency sees what it runs, and in the lists only what it or one below it owes.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from services.inspection.obligations.checklist import (
    STATES,
    Checklist,
    OpenThing,
    Reorganisation,
    all_reorganisations,
    checklist,
    successors,
)
from services.inspection.obligations.settling import known_reorganisation, not_ended, settle
from services.inspection.parameters import choice_parameter
from shared import clock
from shared.contracts.inspection.obligation import KINDS
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.query import whole_number
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_MOST = 5000


def list_reorganisations(context: ServiceContext, request: Request) -> Response:
    """Answer all reorganisations, the latest first."""
    authenticate(context, request)
    found = context.database.read(all_reorganisations)
    return json_answer({"reorganisations": [_head(one) for one in found]})


def get_reorganisation(context: ServiceContext, request: Request, reorganisation: str) -> Response:
    """Answer one reorganisation with its counts by kind and what is left before it can be settled.

    Raises:
        Problem: 403 outside the caller's agencies, 404 no such reorganisation.
    """
    found = _checklist(context, request, reorganisation)
    return json_answer(_summary(context, found))


def list_obligations(context: ServiceContext, request: Request, reorganisation: str) -> Response:
    """Answer the things that the old agencies owed, by `state`, `kind`, `agency`; paged by `limit` and `after`.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies, 404 no such reorganisation.
    """
    found = _checklist(context, request, reorganisation)
    state = choice_parameter(request, "state", STATES)
    kind = choice_parameter(request, "kind", KINDS)
    agency, after = request.args.get("agency", "").strip(), request.args.get("after", "").strip()
    limit = whole_number(request, "limit", 1000, low=1, high=_MOST)
    chosen = [
        one
        for one in found.things
        if state in (None, one.state) and kind in (None, one.thing.kind) and agency in ("", one.holder)
    ]
    page = sorted((one for one in chosen if _place(one) > after), key=_place)[: limit + 1]
    following = _place(page[limit - 1]) if len(page) > limit else None
    answer = {"total": len(chosen), "obligations": [obligation_line(one) for one in page[:limit]], "next": following}
    return json_answer({**_moment(found), **answer})


def settle_reorganisation(context: ServiceContext, request: Request, reorganisation: str) -> Response:
    """Record that nothing is left open.

    Raises:
        Problem: 403, 404, 409 something is left, 503 the views are behind.
    """
    _checklist(context, request, reorganisation)
    found = settle(context, reorganisation, request.args.get("source", "").strip() or None)
    return json_answer({**_summary(context, found), "status": "settled"})


def _checklist(context: ServiceContext, request: Request, subject: str) -> Checklist:
    caller = authenticate(context, request)
    source = request.args.get("source", "").strip() or None

    def read(connection: Any) -> Checklist:
        found = known_reorganisation(connection, subject, source)
        require_agency(context, caller, found.source)
        return checklist(connection, found)

    return context.database.read(read)


def _head(found: Reorganisation) -> dict[str, Any]:
    days = {
        name: None if value is None else clock.to_date(value).isoformat()
        for name, value in (("effective_on", found.effective_on), ("announced_on", found.announced_on))
    }
    settled = None if found.settled_at is None else clock.to_rfc3339(found.settled_at)
    return {**asdict(found), "id": found.subject, **days, "settled_at": settled}


def _moment(found: Checklist) -> dict[str, Any]:
    return {"watermark": clock.to_rfc3339(found.watermark)}


def _summary(context: ServiceContext, found: Checklist) -> dict[str, Any]:
    told = found.reorganisation
    heirs = context.database.read(lambda connection: successors(connection, told))
    waiting = not_ended(context.registry.agencies(heirs), heirs, told.effective_on)
    return {
        **_moment(found),
        **_head(told),
        "counts": [asdict(count) for count in found.counts],
        "left": found.left,
        "not_ended": waiting[:_MOST],
    }


def obligation_line(one: OpenThing) -> dict[str, Any]:
    """Return a thing as the lists show it: what a decision on it has to name."""
    return {
        "kind": one.thing.kind,
        "id": one.thing.reference(one.holder),
        "subject": one.thing.subject(one.holder),
        "from": one.holder,
        "label": one.label,
        "state": one.state,
        "to": one.heir,
        "open": one.is_open,
    }


def _place(one: OpenThing) -> str:
    return f"{one.holder} {one.thing.subject(one.holder)}"
