"""From a figure to its events: the explanation of an indicator, and one event of a log."""

from __future__ import annotations

from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection.read_models import TimelineEntry
from services.inspection.web.filters import read_filters
from services.inspection.web.rendering import language_of, page, require_session, views_of
from services.inspection.web.words import INDICATORS
from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.eventsourcing import Hint
from shared.service.context import ServiceContext
from shared.web.problem import Problem
from shared.web.routing import not_found


def explanation(context: ServiceContext, request: Request, indicator: str) -> Response:
    """Show the agencies and the events behind a figure.

    Raises:
        Problem: 404 for an indicator or a scope that is not known.
    """
    require_session(context, request)
    if indicator not in INDICATORS:
        raise not_found()
    filters = read_filters(request, context.clock())
    try:
        explained = views_of(context).explain(indicator, filters)
    except LookupError:
        raise not_found() from None
    language = language_of(request)
    where = explained.where_en if language == "en" and explained.where_en else explained.where_vi
    return page(
        context,
        request,
        "explain.html",
        "board",
        indicator=indicator,
        names=INDICATORS[indicator],
        explained=explained,
        where=where,
        filters=filters.pinned(explained.known_at),
    )


def event(context: ServiceContext, request: Request, service: str, position: int) -> Response:
    """Show one event as it was accepted.

    Raises:
        Problem: 404 where the log has no such position (yet).
    """
    require_session(context, request)
    if service not in OWNERS:
        raise not_found()
    views = views_of(context)
    try:
        entry = views.event(service, position)
    except LookupError:
        raise _no_such_event(service, position) from None
    language = language_of(request)
    about = str(entry.data.get("agency_id") or entry.source)
    name = views.name(about, clock.vietnam_day(entry.occurred_at))
    return page(
        context,
        request,
        "event.html",
        "board",
        event=entry,
        agency_id=about,
        agency_name=name.name_en if language == "en" and name.name_en else name.name_vi,
        pretty=orjson.dumps(_shown(entry), option=orjson.OPT_INDENT_2).decode(),
    )


def _shown(entry: TimelineEntry) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": entry.event_id,
        "source": f"/agencies/{entry.source}",
        "type": entry.type,
        "subject": entry.subject,
        "time": clock.to_rfc3339(entry.occurred_at),
        "provenance": entry.provenance,
        "data": entry.data,
    }


def _no_such_event(service: str, position: int) -> Problem:
    return Problem(
        404,
        "EVENT_UNKNOWN",
        Hint(
            f"Nhật ký {service} chưa có sự kiện số {position}, hoặc sự kiện chưa đến trang này. Hãy thử lại sau.",
            f"The log of {service} has no event {position}, or it has not arrived here yet. Try again later.",
        ),
    )
