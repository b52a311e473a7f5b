"""`GET /v1/receipts?source=&id=`: what became of an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shared import clock, ids
from shared.contracts.catalogue import OWNERS
from shared.contracts.envelope import SOURCE_PREFIX
from shared.eventsourcing import Hint
from shared.eventstore.leaves import leaf_hash
from shared.intake.quarantine_queries import by_event
from shared.web.answers import json_answer
from shared.web.delegation import credential_headers
from shared.web.problem import Problem
from shared.web.query import required
from shared.web.scope import authenticate_person, require_agency

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_FOUND = 200
#: What says most first.
_RANK = ("accepted", "waiting", "refused")


def receipt(context: ServiceContext, request: Request) -> Response:
    """Return status and position of an event; the front door asks the other services too.

    Raises:
        Problem: 404 never received here, 403 another agency's record.
    """
    caller = authenticate_person(context, request)
    source = required(request, "source").removeprefix(SOURCE_PREFIX)
    event_id = required(request, "id")
    require_agency(context, caller, source)
    seen_by = caller.agency_id if caller.kind == "agency" else None
    found = own_receipt(context, source, event_id, seen_by=seen_by)
    if context.settings.service == "inspection" and (found is None or found["status"] != "accepted"):
        found = _best(found, _peers_receipts(context, request, required=found is None))
    if found is None:
        raise Problem(
            404,
            "RECEIPT_NOT_FOUND",
            Hint(
                "Chưa nhận được sự kiện nào có nguồn và mã này.", "No event with this source and id has been received."
            ),
            pointer="/query/id",
        )
    return json_answer(found)


def own_receipt(
    context: ServiceContext, source: str, event_id: str, *, seen_by: str | None = None
) -> dict[str, Any] | None:
    """Return the receipt of an event in this service's log or quarantine, as an agency may see it (None: as the ministry)."""
    key = ids.event_key(source, event_id)
    event = context.store.find(key)
    base: dict[str, Any] = {
        "source": SOURCE_PREFIX + source,
        "id": event_id,
        "service": context.settings.service,
        "position": None,
    }
    if event is not None:
        return {
            **base,
            "status": "accepted",
            "position": event.position,
            "partition": event.partition,
            "type": event.type,
            "recorded_at": clock.to_rfc3339(event.recorded_at),
            "received_at": clock.to_rfc3339(event.received_at),
            "digest": leaf_hash(event.body).hex(),
        }
    entry = context.database.read(lambda connection: by_event(connection, source, event_id, seen_by=seen_by))
    if entry is None:
        return None
    return {
        **base,
        "status": entry.status,
        "type": entry.type,
        "code": entry.code,
        "pointer": entry.pointer,
        "hint": {"vi": entry.hint_vi, "en": entry.hint_en},
        "quarantine_id": f"{context.settings.service}-{entry.id}",
        "received_at": clock.to_rfc3339(entry.received_at),
    }


def _peers_receipts(context: ServiceContext, request: Request, *, required: bool) -> Iterator[dict[str, Any]]:
    """Yield what the other services say to whoever asks; where something is known already, one that is away is left out.

    Raises:
        Problem: 503 a service cannot be reached, and what it says is required.
    """
    path = "/v1/receipts?" + request.query_string.decode("ascii", "replace")
    headers = credential_headers(context, request)
    for owner in OWNERS:
        if owner == context.settings.service:
            continue
        try:
            reply = context.peers.get(owner, path, headers=headers)
        except Problem:
            if required:
                raise
            continue
        if reply.status == _FOUND:
            yield reply.json()


def _best(own: dict[str, Any] | None, others: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the receipt that says most: an event with a wrong type may wait or be refused here, and be accepted elsewhere."""
    best = own
    for found in others:
        if found["status"] == "accepted":
            return found
        if best is None or _RANK.index(found["status"]) < _RANK.index(best["status"]):
            best = found
    return best
