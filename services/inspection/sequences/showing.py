"""Shows gaps in sources' numbers: `GET /v1/sequence-gaps`, and as metrics. Only those that have stood for a while."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Connection
from werkzeug import Request, Response

from services.inspection.sequences.numbers import Gap, Numbers
from services.inspection.sequences.projection import with_gaps
from shared import clock
from shared.observability.state import family
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.query import whole_number
from shared.web.scope import require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

#: A gap younger than this (microseconds) may be filled by what is on its way: logs are read one by one, and an agency's
#: spool sends again what it could not send.
SETTLED = 600 * 1_000_000
_MOST_GAPS = 100


def standing(numbers: Numbers, now: int) -> list[Gap]:
    """Return the gaps that have stood long enough to be one."""
    return [gap for gap in numbers.gaps() if gap.since <= now - SETTLED]


def list_gaps(context: ServiceContext, request: Request) -> Response:
    """Answer the sources with gaps, those that miss most first; by `scope`, one agency.

    Raises:
        Problem: 400 bad parameter, 403 outside the caller's agencies.
    """
    caller = authenticate(context, request)
    scope = request.args.get("scope", "").strip() or caller.agency_id
    if scope is not None:
        require_agency(context, caller, scope)
    limit = whole_number(request, "limit", 100, low=1, high=1000)
    now = context.clock()
    found = [
        _source(source, numbers, gaps)
        for source, numbers in context.database.read(with_gaps).items()
        if scope in (None, source) and (gaps := standing(numbers, now))
    ]
    found.sort(key=lambda one: (-one["missing"], one["source"]))
    return json_answer({"total": len(found), "sources": found[:limit]})


def _source(source: str, numbers: Numbers, gaps: list[Gap]) -> dict[str, Any]:
    return {
        "source": source,
        "first": numbers.runs[0][0],
        "last": numbers.runs[-1][1],
        "missing": sum(gap.missing for gap in gaps),
        "older_forgotten": numbers.forgotten,
        "gaps": [
            {"first": gap.first, "last": gap.last, "since": clock.to_rfc3339(gap.since)} for gap in gaps[-_MOST_GAPS:]
        ],
    }


def gaps_seen(connection: Connection, service: str, now: int) -> Iterator[GaugeMetricFamily]:
    """Tell how many sources miss numbers, and how many numbers are missing."""
    found = [standing(numbers, now) for numbers in with_gaps(connection).values()]
    gapped = family("sequence_gap_sources", "Sources in whose running numbers some are missing")
    gapped.add_metric([service], sum(1 for gaps in found if gaps))
    missing = family("sequence_missing_numbers", "Running numbers of sources that have not come")
    missing.add_metric([service], sum(gap.missing for gaps in found for gap in gaps))
    yield from (gapped, missing)
