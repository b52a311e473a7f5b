"""Events pushed over AMQP: the same way as over HTTP, with the broker's word for who sent them.

No message is lost: what is refused as a whole is kept in the quarantine (a large one with its beginning), since the sender
may not read the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shared.intake.http import keep_unreadable, parse_limited, settle
from shared.messaging.errors import RetryLaterError
from shared.messaging.intake import AmqpIntake, IntakeHandlers
from shared.web.auth import Caller
from shared.web.body import too_large
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

_MALFORMED = 400
_BUSY = (429, 503)


def amqp_intake(context: ServiceContext) -> AmqpIntake[Caller]:
    """Return the consumer of a service's intake queue; `run` it in a thread of its own."""

    def caller_of(user: str) -> Caller | None:
        credential = context.registry.credential_of_user(user)
        return None if credential is None else Caller("agency", credential.agency_id, credential.key_id)

    def submit(body: bytes, content_type: str, caller: Caller) -> Mapping[str, Any]:
        return take(context, body, content_type, caller)

    return AmqpIntake(context.settings.service, context.settings.amqp_uri, IntakeHandlers(caller_of, submit))


def take(context: ServiceContext, body: bytes, content_type: str, caller: Caller) -> Mapping[str, Any]:
    """Return the object of the HTTP answer for a message, after its commit.

    Raises:
        RetryLaterError: the service cannot commit now.
    """
    try:
        if len(body) > (most := context.settings.max_body_bytes):
            # Before it is parsed: that takes many times its size in memory, and holds up everybody meanwhile.
            raise too_large(most)
        parsed = parse_limited(context, caller, content_type, {}, body)
        items = settle(context, caller, parsed.items)
    except Problem as problem:
        if problem.status in _BUSY:
            raise RetryLaterError(problem.code) from problem
        if problem.status != _MALFORMED:
            keep_unreadable(context, caller, body, problem)
        return {"results": [_refused(context, problem)]}
    return {"results": [item.result(context.settings.service) for item in items]}


def _refused(context: ServiceContext, problem: Problem) -> dict[str, Any]:
    return {
        "id": None,
        "source": None,
        "status": "refused",
        "position": None,
        "service": context.settings.service,
        "code": problem.code,
        "pointer": problem.pointer,
        "hint": {"vi": problem.hint.vi, "en": problem.hint.en},
    }
