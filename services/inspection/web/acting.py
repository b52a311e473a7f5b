"""What people do on the pages becomes events: posted through the same intake as everybody's, with the same answers.

Owns who asserts: the ministry's people for the ministry, bound ones for their agency. Names of people never enter an event.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Connection, select
from werkzeug.wrappers import Request

from services.inspection import serving
from services.inspection.projections import OversightViews
from shared import clock, ids
from shared.eventsourcing import Hint
from shared.eventstore.tables import subscriptions
from shared.intake.front_door import forward
from shared.intake.http import settle
from shared.intake.parsing import parse_single
from shared.messaging.watermark import watermark
from shared.service.context import ServiceContext
from shared.web.auth import caller_of
from shared.web.delegation import staff_credential
from shared.web.sessions import Session

_log = logging.getLogger(__name__)
#: Seconds that an answer waits until the views show what was done.
_PATIENCE = 2.0
_PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Deed:
    """One event to be posted."""

    type: str
    #: Agency whose record it is.
    source: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the intake answered."""

    #: accepted, duplicate, waiting, refused.
    status: str
    position: int | None
    code: str
    pointer: str
    hint: Hint

    @property
    def done(self) -> bool:
        """Return whether it is in the log."""
        return self.status in ("accepted", "duplicate")


def act(context: ServiceContext, session: Session, deed: Deed) -> Outcome:
    """Post an event for somebody who is signed in; a case shows it at once, the views when they have read it.

    Raises:
        Problem: 503 nothing can be committed now.
    """
    return act_all(context, session, [deed])[0]


def act_all(context: ServiceContext, session: Session, deeds: Sequence[Deed]) -> list[Outcome]:
    """Post events of one service, in order and at once; return what became of each.

    Raises:
        Problem: 503 nothing can be committed now.
    """
    if not deeds:
        return []
    named = [(deed, f"trang-{ids.new_id()}") for deed in deeds]
    bodies = [_body(deed, event_id, context.clock()) for deed, event_id in named]
    outcomes = _post(context, session, context.catalogue[deeds[0].type].owner, bodies)
    for (deed, event_id), outcome in zip(named, outcomes, strict=True):
        told = (session.holder.account_id, deed.type, event_id, outcome.status, outcome.code)
        _log.info("account %s posted %s %s: %s %s", *told)
    return outcomes


def _body(deed: Deed, event_id: str, now: int) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": event_id,
            "source": f"/agencies/{deed.source}",
            "type": deed.type,
            "subject": deed.subject,
            "time": clock.to_rfc3339(now),
            "datacontenttype": "application/json",
            "data": deed.data,
        }
    )


def _post(context: ServiceContext, session: Session, owner: str, bodies: Sequence[bytes]) -> list[Outcome]:
    caller = caller_of(session)
    parsed = [parse_single(body) for body in bodies]
    if owner == context.settings.service:
        results = [item.result(owner) for item in settle(context, caller, parsed)]
    else:
        results = forward(context, staff_credential(context, session), owner, parsed)
    return [_outcome(result) for result in results]


def _outcome(result: Mapping[str, Any]) -> Outcome:
    hint = result.get("hint") or {"vi": "", "en": ""}
    return Outcome(
        result["status"],
        result.get("position"),
        result.get("code") or "",
        result.get("pointer") or "",
        Hint(hint["vi"], hint["en"]),
    )


def _shown(connection: Connection) -> int:
    return watermark(connection, OversightViews.name, serving.version(connection))


def wait_until_shown(context: ServiceContext, instant: int, shown: Callable[[Connection], int] = _shown) -> None:
    """Wait until views (the oversight views) are as fresh as an instant, or until patience ends (a service is away)."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if context.database.read(shown) >= instant:
            return
        time.sleep(_PAUSE)


def wait_until_read(
    context: ServiceContext, consumer: str, version: Callable[[Connection], int], position: int | None = None
) -> None:
    """Wait until views have read what was recorded in this service's own log, or until patience ends.

    Args:
        context: The service.
        consumer: Who fills the views.
        version: Which version of them is shown.
        position: Up to where; by default the end of the log as it is now.
    """
    wanted = position if position is not None else context.store.head().position
    columns = subscriptions.c

    def read(connection: Connection) -> int:
        of_log = (columns.source == context.settings.service, columns.partition == 0)
        of_views = (columns.consumer == consumer, columns.version == version(connection))
        return connection.execute(select(columns.position).where(*of_log, *of_views)).scalar() or 0

    until = time.monotonic() + _PATIENCE
    while context.database.read(read) < wanted and time.monotonic() < until:
        time.sleep(_PAUSE)


def given_of(request: Request) -> dict[str, str]:
    """Return the fields of a form by name; line ends as the contracts have them."""
    return {name: value.replace("\r\n", "\n") for name, value in request.form.items()}
