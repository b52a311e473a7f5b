"""Submission health for operators: the four services, how far each reader is, what is stuck or missing, who is silent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from services.inspection.exports.sheet import Cell, Column, Sheet
from services.inspection.sequences import showing as sequences
from services.inspection.silence import silent_agencies
from services.inspection.web.access import limited_filters, require_session
from services.inspection.web.exporting import basis_lines, file_answer, tools, wanted_format
from services.inspection.web.filters import N_
from services.inspection.web.inner import ask
from services.inspection.web.rendering import TEMPLATES, language_of, page, views_of
from shared.contracts.catalogue import OWNERS
from shared.intake import quarantine_api
from shared.observability import health
from shared.service.context import ServiceContext
from shared.web.problem import Problem
from shared.web.roles import may

#: Days without an event after which an agency is shown as silent (alert rule A11).
_SILENT_DAYS = 90
_SHOWN, _IN_A_FILE = 100, 20_000


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
    """Show the health of what comes in, or the silent agencies as a file."""
    session = require_session(context, request, "oversee")
    filters = limited_filters(context, request, session)
    fresh = views_of(context).freshness()
    within = views_of(context).within(filters.scope, filters.as_of) if filters.scope else None
    silent = context.database.read(
        lambda connection: silent_agencies(connection, filters.today, fresh.watermark, days=_SILENT_DAYS, within=within)
    )
    language = language_of(request)
    wanted = wanted_format(request)
    if wanted:
        translate = TEMPLATES.gettext(language)
        titles = (N_("Agency"), N_("Agency id"), N_("Province or city"))
        columns = [*(Column(translate(title)) for title in titles), Column(translate(N_("Last event")), "day")]
        columns.append(Column(translate(N_("Days of silence")), "whole"))
        rows: list[list[Cell]] = [
            [one.name_vi, one.agency_id, one.province_label, one.last_on, one.days] for one in silent[:_IN_A_FILE]
        ]
        lines = basis_lines(request, filters, fresh.watermark, fresh.watermark)
        return file_answer(Sheet(translate(N_("Silent agencies")), lines, columns, rows, language), wanted)
    items = ask(context, request, quarantine_api.listing, "/v1/quarantine?limit=500")["items"]
    counts: dict[tuple[str, str], int] = {}
    for item in items:
        key = (item["status"], item["code"] or "")
        counts[key] = counts.get(key, 0) + 1
    return page(
        context,
        request,
        "health.html",
        "health",
        services=[_health(context, request, name) for name in OWNERS],
        fresh=fresh,
        codes=sorted(counts.items(), key=lambda entry: -entry[1]),
        items=len(items),
        overdue=sum(1 for item in items if item.get("overdue")),
        gapped=ask(context, request, sequences.list_gaps, f"/v1/sequence-gaps?limit={_SHOWN}")["sources"],
        silent=silent[:_SHOWN],
        silent_total=len(silent),
        silent_days=_SILENT_DAYS,
        repairing=may(session.role, "repair"),
        filters=filters,
        **tools(filters),
    )


def _health(context: ServiceContext, request: Request, name: str) -> ServiceHealth:
    try:
        if name == context.settings.service:
            body = orjson.loads(health.readyz(context, request).get_data())
        else:
            body = context.peers.get(name, "/readyz").json()
    except (Problem, orjson.JSONDecodeError):
        return ServiceHealth(name, None, {})
    return ServiceHealth(name, body.get("status") == "ready", body.get("checks", {}))
