"""`/v1/projections`: what this service builds from the logs, how far it is, and building it anew.

In place (`rebuild`), or as another set of tables beside the one that serves, step by step (`sets/…`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from werkzeug import Request, Response

from shared import clock
from shared.eventsourcing import Hint
from shared.messaging.generations import (
    COPY,
    LOGS,
    SERVING,
    Generation,
    Generational,
    GenerationError,
    ask_for_comparison,
    ask_for_drop,
    begin,
    behind,
    generations,
    positions,
    roll_back,
    suffix,
    switch,
)
from shared.messaging.rebuilding import is_rebuildable, rebuild
from shared.web.answers import json_answer
from shared.web.auth import authenticate, require
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.messaging.consumer import Consumer
    from shared.messaging.subscriptions import ConsumerSubscriptions
    from shared.service.context import ServiceContext


def listing(context: ServiceContext, request: Request) -> Response:
    """List what is built, with the positions reached by the tables that serve, and the sets of tables beside them."""
    require(authenticate(context, request), "staff", "service")
    found = [_describe(context, one) for one in _consumers(context).values()]
    return json_answer({"service": context.settings.service, "projections": found})


def start(context: ServiceContext, request: Request, name: str) -> Response:
    """Build a projection anew from the logs, in place.

    Raises:
        Problem: 404 no such projection, 409 it has effects outside its tables, or another set of tables needs some of them.
    """
    require(authenticate(context, request), "staff")
    one = _consumer(context, name)
    if not is_rebuildable(one.consumer):
        raise Problem(
            409,
            "NOT_REBUILDABLE",
            Hint(
                f"Không dựng lại được {name}: việc đó sẽ gửi lại các thông báo đã gửi.",
                f"{name} cannot be rebuilt: that would send again what has been sent.",
            ),
            pointer="/path/name",
        )
    try:
        rebuild(context.database, _serving(context, one.consumer)[0])
    except GenerationError as error:
        raise _refused(error) from error
    one.wake()
    return json_answer(_describe(context, one), 202)


def begin_set(context: ServiceContext, request: Request, name: str) -> Response:
    """Begin another set of tables beside the one that serves; `?from=logs` trusts no copy of events.

    Raises:
        Problem: 404 no such projection, 409 it has one set only, or another one is there already.
    """
    now, source = context.clock(), LOGS if request.args.get("from") == LOGS else COPY
    return _step(context, request, name, lambda connection, consumer: begin(connection, consumer, now, source))


def change_set(context: ServiceContext, request: Request, name: str, step: str) -> Response:
    """Compare the set beside the one that serves with it, let it serve, go back to the former one, or drop it.

    `?different=true` lets a set serve that does not say the same, because that is meant.

    Raises:
        Problem: 404 no such projection, 409 the step cannot be done now; the hint says why.
    """
    now, different = context.clock(), request.args.get("different") == "true"
    steps: dict[str, Callable[[Connection, Generational], int]] = {
        "compare": lambda connection, consumer: ask_for_comparison(connection, consumer, now),
        "switch": lambda connection, consumer: switch(connection, consumer, now, different=different),
        "rollback": lambda connection, consumer: roll_back(connection, consumer, now),
        "drop": ask_for_drop,
    }
    return _step(context, request, name, steps[step])


def _step(
    context: ServiceContext, request: Request, name: str, work: Callable[[Connection, Generational], int]
) -> Response:
    require(authenticate(context, request), "staff")
    one = _consumer(context, name)
    consumer = one.consumer
    if not isinstance(consumer, Generational):
        raise Problem(
            409,
            "ONE_SET_ONLY",
            Hint(
                f"{name} chỉ có một bộ dữ liệu; hãy dựng lại tại chỗ.",
                f"{name} has one set of tables only; rebuild it in place.",
            ),
            pointer="/path/name",
        )
    try:
        context.database.write(lambda connection: work(connection, consumer))
    except GenerationError as error:
        raise _refused(error) from error
    return json_answer(_describe(context, one), 202)


def _refused(error: GenerationError) -> Problem:
    return Problem(409, error.code, Hint(error.text_vi, error.text_en), pointer="/path/name")


def _consumers(context: ServiceContext) -> dict[str, ConsumerSubscriptions]:
    """Return one of each consumer's subscriptions, by name; those that served when the process began."""
    found: dict[str, ConsumerSubscriptions] = {}
    for one in context.extra.get("subscriptions", ()):
        found.setdefault(one.consumer.name, one)
    return found


def _consumer(context: ServiceContext, name: str) -> ConsumerSubscriptions:
    one = _consumers(context).get(name)
    if one is None:
        raise Problem(
            404,
            "PROJECTION_NOT_FOUND",
            Hint(f"Dịch vụ này không có dữ liệu dẫn xuất {name}.", f"This service has no projection {name}."),
            pointer="/path/name",
        )
    return one


def _serving(context: ServiceContext, consumer: Consumer) -> tuple[Consumer, list[Generation]]:
    """Return the consumer of the tables that serve, and all sets of tables."""
    if not isinstance(consumer, Generational):
        return consumer, []
    known = context.database.read(partial(generations, consumer=consumer))
    version = next(one.version for one in known if one.state == SERVING)
    return (consumer if version == consumer.version else consumer.generation(version)), known


def _describe(context: ServiceContext, one: ConsumerSubscriptions) -> dict[str, Any]:
    """Describe a projection; positions are the stored ones, right at once after a rebuild has begun, whoever applies."""
    consumer, known = _serving(context, one.consumer)
    fed = [each for each in context.extra["subscriptions"] if each.consumer.name == consumer.name]
    states = next((each for each in fed if each.consumer.version == consumer.version), one).status()

    def read(connection: Connection) -> tuple[dict[str, int], list[dict[str, Any]]]:
        place = positions(connection, consumer, consumer.version)
        return place, [_set(connection, consumer, each) for each in known]

    stored, sets = context.database.read(read)
    return {
        "name": consumer.name,
        "version": consumer.version,
        "rebuildable": is_rebuildable(consumer),
        "logs": [
            {"source": status.source, "state": status.state, "position": stored.get(status.source, 0)}
            for status in states
        ],
        "sets": sets,
    }


def _set(connection: Connection, serving: Consumer, one: Generation) -> dict[str, Any]:
    return {
        "version": one.version,
        "tables": suffix(one.version),
        "state": one.state,
        "filled_from": one.filled_from,
        "filling": one.filling,
        "started_at": clock.to_rfc3339(one.started_at) if one.started_at else None,
        "switched_at": clock.to_rfc3339(one.switched_at) if one.switched_at else None,
        "positions": positions(connection, serving, one.version),
        "behind": behind(connection, serving, serving.version, one.version),
        "comparing": one.compare_at is not None,
        "comparison": one.report,
    }
