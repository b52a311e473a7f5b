"""Commands of inspecting bodies over HTTP: who may give them, and recording what follows from them.

What needs no computation is an event that the body pushes; here is what the system computes for it and records as its
own fact, after the body has asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from sqlalchemy import Connection
from werkzeug import Request

from services.inspection.figures import UnknownScopeError
from shared import ids
from shared.database.bulk import select_by_keys
from shared.eventsourcing import Hint
from shared.eventsourcing.derived import DerivedEvent
from shared.eventstore.tables import stream_states
from shared.web.auth import Caller, authenticate
from shared.web.problem import Problem

if TYPE_CHECKING:
    from shared.service.context import ServiceContext

T = TypeVar("T")

#: Facts handed to the writer at once, so that pushes of agencies come in between.
_AT_ONCE = 500


def require_body(context: ServiceContext, request: Request, body: str) -> Caller:
    """Return the caller if it may act for an inspecting body: the ministry, or the body itself.

    Raises:
        Problem: 403 somebody else, or no rights to inspect; 404 no such agency.
    """
    caller = authenticate(context, request)
    record = context.registry.agency(body)
    if record is None:
        raise Problem(
            404,
            "UNKNOWN_AGENCY",
            Hint(f"Không có cơ quan mang mã '{body}'.", f"No agency has the id '{body}'."),
            pointer="/path/body",
        )
    if caller.kind == "staff" or (caller.agency_id == body and record.inspection_rights):
        return caller
    raise Problem(
        403,
        "NOT_ENTITLED",
        Hint(
            "Chỉ Bộ, hoặc chính cơ quan có thẩm quyền kiểm tra này, được thực hiện.",
            "Only the ministry, or this very body with inspection rights, may do this.",
        ),
    )


def read_views(context: ServiceContext, work: Callable[[Connection], T], pointer: str = "/query/scope") -> T:
    """Read the views; a scope that nobody knows answers 404.

    Raises:
        Problem: 404 no such scope.
    """
    try:
        return context.database.read(work)
    except UnknownScopeError as error:
        raise Problem(
            404,
            "UNKNOWN_AGENCY",
            Hint(f"Không có cơ quan mang mã '{error}'.", f"No agency has the id '{error}'."),
            pointer=pointer,
        ) from None


def record(context: ServiceContext, events: Sequence[DerivedEvent]) -> None:
    """Record facts of the system, in order; what is there already stays.

    Raises:
        Problem: 409 with the rule that one of them breaks.
    """
    for result in _submitted(context, events):
        if result["status"] not in ("accepted", "duplicate"):
            hint = result.get("hint") or {"vi": "Chưa ghi nhận được.", "en": "It could not be recorded."}
            code = result.get("code") or "WAITING"
            raise Problem(409, code, Hint(hint["vi"], hint["en"]), pointer=result.get("pointer") or "")


def _submitted(context: ServiceContext, events: Sequence[DerivedEvent]) -> Iterator[Mapping[str, Any]]:
    for start in range(0, len(events), _AT_ONCE):
        yield from context.committer.submit_derived(events[start : start + _AT_ONCE])


def views_behind() -> Problem:
    """Return the answer to a command that needs facts which the views have not read yet."""
    hint = Hint(
        "Số liệu tổng hợp chưa cập nhật đến thời điểm được hỏi; thử lại sau.",
        "The views have not come to the instant asked for; try again later.",
    )
    return Problem(503, "VIEWS_BEHIND", hint, headers={"Retry-After": "30"}, pointer="/body/known_at")


def stored_states(context: ServiceContext, aggregate: str, stream_ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Return the present states of records of this service, as its rules know them; those that are not there are left out."""
    keys = {ids.stream_key(aggregate, stream_id): stream_id for stream_id in stream_ids}
    rows = context.database.read(
        lambda connection: select_by_keys(connection, stream_states, "stream", list(keys), ("stream", "state"))
    )
    return {keys[bytes(stream)]: orjson.loads(state) for stream, state in rows}
