"""`/v1/quarantine/counts`: how much of each agency was refused or waits, by code; the share that operators look at.

Owns the counting over all services; the items themselves are in `quarantine_api.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, case, func, select
from werkzeug import Request, Response

from shared import clock
from shared.contracts.catalogue import OWNERS
from shared.eventstore.tables import quarantine
from shared.intake.overdue import overdue_before
from shared.intake.quarantine_queries import shown_to
from shared.web.answers import json_answer
from shared.web.auth import authenticate
from shared.web.delegation import credential_headers

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_OK = 200


def counting(context: ServiceContext, request: Request) -> Response:
    """Count open items by agency, status and code; staff see all, an agency those that it pushed or that are about it."""
    caller = authenticate(context, request)
    agencies = [caller.agency_id] if caller.kind == "agency" and caller.agency_id else None
    before = overdue_before(context.clock(), context.settings.waiting_days)
    found = context.database.read(lambda connection: counts(connection, agencies, before))
    if context.settings.service == "inspection" and caller.kind != "service":
        headers = credential_headers(context, request)
        for owner in OWNERS:
            if owner != context.settings.service:
                reply = context.peers.get(owner, "/v1/quarantine/counts", headers=headers)
                found += reply.json()["counts"] if reply.status == _OK else []
    return json_answer({"counts": found})


def counts(connection: Connection, agencies: Sequence[str] | None, waiting_before: int) -> list[dict[str, Any]]:
    """Return the numbers of open entries.

    Args:
        connection: A reading transaction.
        agencies: Only what these pushed, or what is about them; None for all.
        waiting_before: What waits and first came before this instant (microseconds) waits too long.
    """
    columns = quarantine.c
    too_long = case((columns.first_received_at < waiting_before, 1), else_=0)
    query = (
        select(
            *(columns.agency_id, columns.source, columns.asserter, columns.status, columns.code),
            func.count(),
            func.sum(too_long),
            func.min(columns.first_received_at),
        )
        .where(columns.settled_at.is_(None))
        .group_by(columns.agency_id, columns.source, columns.asserter, columns.status, columns.code)
    )
    if agencies is not None:
        query = query.where(shown_to(agencies))
    return [_counted(row) for row in connection.execute(query)]


def _counted(row: Any) -> dict[str, Any]:
    agency_id, source, asserter, status, code, count, too_long, oldest = row
    return {
        # What could not be read says neither whom it is about nor who sent it, beside the credential.
        "agency_id": agency_id or source or asserter,
        "status": status,
        "code": code,
        "count": int(count),
        "overdue": int(too_long) if status == "waiting" else 0,
        "oldest_at": clock.to_rfc3339(oldest),
    }
