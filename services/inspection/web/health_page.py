"""Submission health for operators: the four services, how far each reader is, what is stuck or missing, who is silent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson
from sqlalchemy import Connection
from werkzeug.wrappers import Request, Response

from services.inspection.sequences import showing as sequences
from services.inspection.silence import Silent, events_about, silent_agencies
from services.inspection.web import health_tables as tables
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.filters import N_, Filters
from services.inspection.web.inner import ask
from services.inspection.web.programme_tables import Telling
from services.inspection.web.rendering import language_of, views_of
from services.inspection.web.rooms import Offered, room, room_filters, translator
from shared.contracts.catalogue import OWNERS
from shared.intake import quarantine_api, quarantine_counts
from shared.observability import health
from shared.service.context import ServiceContext
from shared.vietnam.text import matches
from shared.web.problem import Problem
from shared.web.roles import may

#: Days without an event after which an agency is shown as silent (alert rule A11).
_SILENT_DAYS = 90
_SHOWN = 100
#: Items shown one by one.
_ITEMS = 500


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """How one service stands."""

    name: str
    #: Whether it can commit events; None where it does not answer.
    ready: bool | None
    checks: Mapping[str, Any]

    @property
    def readers(self) -> list[Mapping[str, Any]]:
        """Return how far its readers of logs are."""
        return list((self.checks.get("subscriptions") or {}).get("logs", ()))


def submission_health(context: ServiceContext, request: Request) -> Response:
    """Show the health of what comes in; the silent agencies, counts and items also as a file."""
    session = require_session(context, request, "oversee")
    words = {"status": ("waiting", "refused"), "code": None, "of": None}
    filters = room_filters(request, limited_filters(context, request, session), words)
    within = views_of(context).within(filters.scope, filters.as_of) if filters.scope else None
    counts = ask(context, request, quarantine_counts.counting, "/v1/quarantine/counts")["counts"]
    silent, taken = _heard(context, filters, within, {one["agency_id"] for one in counts})
    repairing = may(session.role, "repair")
    items = _items(context, request, filters)
    names = views_of(context).names({one["agency_id"] for one in counts}, filters.as_of)
    telling = Telling(translator(request), language_of(request), filters, names)
    if filters.query:
        silent = [one for one in silent if matches(filters.query, one.agency_id, one.name_vi, one.name_en)]
    shown = [one for one in counts if _matches(one["agency_id"], telling)]
    say = telling.translate
    codes = sorted({one["code"] for one in counts if one["code"]})
    statuses = [("refused", say(N_("Refused"))), ("waiting", say(N_("Waiting")))]
    return room(
        context,
        request,
        ("health.html", "health"),
        filters,
        [
            tables.silent_table(silent, telling),
            tables.shares_table(shown, taken, telling),
            tables.codes_table(shown, telling),
            tables.items_table(items, telling, repairing=repairing),
        ],
        dated=False,
        offered=[
            Offered("status", say(N_("State")), statuses),
            Offered("code", say(N_("Code")), [(code, code) for code in codes]),
        ],
        services=[_health(context, request, name) for name in OWNERS],
        stuck=sum(one["count"] for one in shown),
        overdue=sum(one["overdue"] for one in shown),
        gapped=ask(context, request, sequences.list_gaps, f"/v1/sequence-gaps?limit={_SHOWN}")["sources"],
        silent_days=_SILENT_DAYS,
        most_items=_ITEMS,
        repairing=repairing,
    )


def _heard(
    context: ServiceContext, filters: Filters, within: Collection[str] | None, stuck: Collection[str]
) -> tuple[list[Silent], dict[str, int]]:
    """Return who is silent, and how many events about the agencies with refused or waiting items were taken."""
    mark = views_of(context).freshness().watermark

    def read(connection: Connection) -> tuple[list[Silent], dict[str, int]]:
        silent = silent_agencies(connection, filters.today, mark, days=_SILENT_DAYS, within=within)
        return silent, events_about(connection, stuck)

    return context.database.read(read)


def _matches(agency_id: str, telling: Telling) -> bool:
    filters, name = telling.filters, telling.names[agency_id]
    return filters.chosen("of") in ("", agency_id) and matches(filters.query, agency_id, name.name_vi, name.name_en)


def _items(context: ServiceContext, request: Request, filters: Filters) -> list[dict[str, Any]]:
    """Return the items that the filters ask for; none while nothing is chosen, since most readers want the counts."""
    asked = {"status": filters.chosen("status"), "code": filters.chosen("code"), "agency": filters.chosen("of")}
    given = {name: value for name, value in asked.items() if value}
    if not given:
        return []
    path = f"/v1/quarantine?{urlencode({**given, 'limit': _ITEMS})}"
    found: list[dict[str, Any]] = ask(context, request, quarantine_api.listing, path)["items"]
    return found


def _health(context: ServiceContext, request: Request, name: str) -> ServiceHealth:
    try:
        if name == context.settings.service:
            body = orjson.loads(health.readyz(context, request).get_data())
        else:
            body = context.peers.get(name, "/readyz").json()
    except (Problem, orjson.JSONDecodeError):
        return ServiceHealth(name, None, {})
    return ServiceHealth(name, body.get("status") == "ready", body.get("checks", {}))
