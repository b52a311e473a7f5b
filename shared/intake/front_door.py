"""The front door: one address for every event type; splits, forwards, merges the answers item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from werkzeug import Request, Response

from shared.intake.admission import REGISTRY_AGGREGATES
from shared.intake.bundles import Part
from shared.intake.courier import Courier
from shared.intake.http import answer, parse_limited, settle
from shared.intake.parsing import BATCH, Parsed
from shared.intake.relayed import pass_on
from shared.observability import tracing
from shared.web.auth import authenticate
from shared.web.delegation import credential_headers

if TYPE_CHECKING:
    from shared.service.context import ServiceContext


#: Items that go with others': more of them are worth a request of their own.
_FEW = 20


def push(context: ServiceContext, request: Request) -> Response:
    """Take events of every service.

    Items of this service go first, and in their order up to each change from the registry's to others: a batch that
    registers an agency and reports for it works in one go.
    """
    caller = authenticate(context, request)
    credential = credential_headers(context, request)
    # What is sent on is kept as the bytes that are sent and no longer as what was read of it: while a
    # batch waits for its owner it would be ten times its size in memory.
    body = request.get_data(cache=False)
    parsed = parse_limited(context, caller, request.content_type or "", dict(request.headers), body)
    results: list[dict[str, Any]] = [{}] * len(parsed.items)
    parts = list(_parts(context, parsed.items))
    parsed.items.clear()
    del body
    for owner, indices, part in parts:
        if isinstance(part, bytes):
            answers = _send(context, credential, owner, part)
        elif owner == context.settings.service:
            answers = [item.result(owner) for item in settle(context, caller, part)]
        else:
            answers = _deliver(context, request, credential, owner, part)
        for index, result in zip(indices, answers, strict=True):
            results[index] = result
    return answer(results, batched=parsed.batched)


def _parts(
    context: ServiceContext, items: Sequence[Parsed]
) -> Iterator[tuple[str, list[int], Sequence[Parsed] | bytes]]:
    """Yield owners, indices and items by the way they go: as items here and with the courier, else as a request's body."""
    for owner, indices in _by_owner(context, items):
        part = [items[index] for index in indices]
        # A trace is of one request, so while they are told each goes alone.
        alone = owner != context.settings.service and (len(part) > _FEW or tracing.is_on())
        yield owner, indices, _packed(part) if alone else part


def _by_owner(context: ServiceContext, items: Sequence[Parsed]) -> list[tuple[str, list[int]]]:
    """Return the indices of the items by owning service, this service's first, in runs of the registry's and of others.

    Unreadable ones are ours. The order within a service is kept.
    """
    own = context.settings.service
    mine: list[tuple[bool, int]] = []
    groups: dict[str, list[int]] = {}
    for index, item in enumerate(items):
        name = item.event.get("type") if item.refusal is None else None
        event_type = context.catalogue.get(name) if isinstance(name, str) else None
        if event_type is None or event_type.owner == own:
            mine.append((event_type is not None and event_type.aggregate in REGISTRY_AGGREGATES, index))
        else:
            groups.setdefault(event_type.owner, []).append(index)
    runs = [[index for _, index in run] for _, run in groupby(mine, key=itemgetter(0))]
    return [*((own, run) for run in runs), *groups.items()]


def _deliver(
    context: ServiceContext, request: Request, credential: Mapping[str, str], owner: str, items: Sequence[Parsed]
) -> list[dict[str, Any]]:
    """Bring a few items to their owner with others' that go there."""
    couriers: dict[str, Courier] = context.extra.setdefault("couriers", {})
    if owner not in couriers:
        couriers[owner] = Courier(context.peers, owner, context.registry)
    given = request.environ["oversight.correlation_id"] if "HTTP_X_CORRELATION_ID" in request.environ else ""
    return couriers[owner].deliver(Part(credential, items, given))


def forward(
    context: ServiceContext, credential: Mapping[str, str], owner: str, items: Sequence[Parsed]
) -> list[dict[str, Any]]:
    """Send items to their owner with the caller's own credential; the owner checks it again.

    Raises:
        Problem: as the owner answered, or 503 where it cannot be reached.
    """
    return _send(context, credential, owner, _packed(items))


def _packed(items: Sequence[Parsed]) -> bytes:
    return b"[" + b",".join(item.body for item in items) + b"]"


def _send(context: ServiceContext, credential: Mapping[str, str], owner: str, body: bytes) -> list[dict[str, Any]]:
    headers = {**credential, "Content-Type": BATCH}
    answer = pass_on(context.peers, context.registry, owner, "/v1/events", headers=headers, body=body)
    results: list[dict[str, Any]] = answer["results"]
    return results
