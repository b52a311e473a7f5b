"""`POST /v1/events` of one service: from a request to an answer per item."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from werkzeug import Request, Response

from shared.eventsourcing import Hint, Refusal, refuse
from shared.intake.cutting import cut
from shared.intake.items import Item
from shared.intake.parsing import Parsed, ParsedRequest, parse
from shared.intake.refusals import decision_failed
from shared.observability import event_traces
from shared.web.auth import Caller, authenticate
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_log = logging.getLogger(__name__)

#: Problems of a single event that are not the event's fault but the credential's.
_FORBIDDEN = frozenset({"NOT_ENTITLED", "SYSTEM_EVENT"})
#: Header by which the front door names the registry's event that a service must have read before it decides.
REGISTRY_POSITION = "Oversight-Registry-Position"
_MAX_DIGITS = 18


def push(context: ServiceContext, request: Request) -> Response:
    """Take events of this service (CloudEvents structured, batched or binary)."""
    caller = authenticate(context, request)
    # Waits for a moment: only for those who may push at all.
    reach(context, request.headers.get(REGISTRY_POSITION, ""))
    parsed = parse_limited(context, caller, request.content_type or "", dict(request.headers), request.get_data())
    items = settle(context, caller, parsed.items)
    return answer([item.result(context.settings.service) for item in items], batched=parsed.batched)


def reach(context: ServiceContext, position: str) -> None:
    """Wait until the registry copy has read the registry's event that the front door names; nothing else is waited for."""
    if position.isascii() and position.isdigit() and len(position) <= _MAX_DIGITS:
        context.registry.reach(int(position))


def parse_limited(
    context: ServiceContext, caller: Caller, content_type: str, headers: Mapping[str, str], body: bytes
) -> ParsedRequest:
    """Read the events of a body; a body that cannot be read is kept in the quarantine before the 400.

    Raises:
        Problem: 400 malformed, 413 too many events, 415 another content type, 429 too fast.
    """
    try:
        parsed = parse(content_type, headers, body, most=context.settings.max_batch)
    except Problem as problem:
        if problem.status == 400:  # noqa: PLR2004 - malformed: nothing that was sent is lost
            spend(context, caller, 1)
            keep_unreadable(context, caller, body, problem)
        raise
    spend(context, caller, len(parsed.items))
    return parsed


def spend(context: ServiceContext, caller: Caller, events: int) -> None:
    """Count events against an agency's rate; the ministry's staff has none."""
    if caller.kind == "agency":
        context.rate_limit.spend(caller.name, events)


def settle(context: ServiceContext, caller: Caller, parsed: Sequence[Parsed]) -> list[Item]:
    """Validate, admit and commit events of this service; every item comes back with its status."""
    items = prepare(context, caller, parsed)
    context.admission.admit(items)
    event_traces.pushed(one.event for one in parsed)
    return context.committer.submit(items)


def prepare(context: ServiceContext, caller: Caller, parsed: Sequence[Parsed]) -> list[Item]:
    """Validate events; nothing is looked up yet.

    Raises:
        Problem: 403 the caller is nobody who pushes.
    """
    asserter = asserter_of(caller)
    received_at = context.clock()
    return [_item(context, one, asserter, received_at) for one in parsed]


def asserter_of(caller: Caller) -> str:
    """Return the agency of a credential, or `staff`.

    Raises:
        Problem: 403 a service's token is not for pushing.
    """
    if caller.kind == "staff":
        return "staff"
    if caller.kind == "agency" and caller.agency_id:
        return caller.agency_id
    raise Problem(
        403,
        "NOT_ENTITLED",
        Hint("Thẻ dịch vụ không dùng để gửi sự kiện.", "A service token is not for pushing events."),
    )


def _item(context: ServiceContext, parsed: Parsed, asserter: str, received_at: int) -> Item:
    item = Item(parsed.event, parsed.body, asserter, received_at)
    limit, refusal = context.settings.max_event_bytes, parsed.refusal
    if refusal is None and len(parsed.body) > limit:
        refusal = too_large(limit)
    refusal = refusal or context.validator.check(parsed.event)
    if refusal is not None:
        item.body, item.digest = cut(parsed.body, limit)
        item.refuse(refusal)
        return item
    event_type = context.catalogue[parsed.event["type"]]
    if event_type.owner != context.settings.service:
        item.refuse(wrong_service(event_type.owner))
        return item
    try:
        context.acceptance.identify(item)
    except (ValueError, KeyError, TypeError, OverflowError):
        # The contract let something through that the domain cannot read; the other items must not suffer from it.
        _log.exception("an event of type %s could not be identified", event_type.name)
        item.refuse(decision_failed())
    return item


def keep_unreadable(context: ServiceContext, caller: Caller, body: bytes, problem: Problem) -> None:
    """Put a body that could not be read at all into the quarantine, under the caller's name; of a large one the beginning."""
    kept, digest = cut(body, context.settings.max_event_bytes)
    item = Item({}, kept, asserter_of(caller), context.clock(), digest=digest)
    item.refuse(Refusal(problem.code, problem.hint, problem.pointer))
    context.committer.submit([item])


def answer(results: Sequence[dict[str, Any]], *, batched: bool) -> Response:
    """Return the answer to a push; a single refused event gets problem+json with 403 or 422."""
    if not batched and len(results) == 1 and results[0]["status"] == "refused":
        result = results[0]
        hint = Hint(result["hint"]["vi"], result["hint"]["en"])
        status = 403 if result["code"] in _FORBIDDEN else 422
        raise Problem(status, result["code"], hint, pointer=result["pointer"], results=[result])
    return Response(orjson.dumps({"results": list(results)}), mimetype="application/json")


def too_large(limit: int) -> Refusal:
    """Return the refusal of an event above the size limit."""
    return refuse(
        "EVENT_TOO_LARGE",
        f"Sự kiện vượt quá {limit} byte; hãy để tài liệu ở nơi lưu trữ và chỉ gửi đường dẫn cùng mã băm.",
        f"The event exceeds {limit} bytes; keep documents in your store and send locator and digest only.",
    )


def wrong_service(owner: str) -> Refusal:
    """Return the refusal of a type that another service owns."""
    return refuse(
        "OWNED_BY_ANOTHER_SERVICE",
        f"Loại sự kiện này thuộc dịch vụ {owner}; hãy gửi tới cổng chung hoặc tới dịch vụ đó (qua AMQP: routing key là type của nó).",
        f"This event type belongs to the service {owner}; push it to the front door or to that service "
        "(over AMQP: with its type as the routing key).",
        "/type",
    )
